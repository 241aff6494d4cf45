import { type ReactNode, useEffect, useState } from 'react';
import { Page } from '../app/page';
import { PagePending } from '../app/states';
import { useSay } from '../app/words';
import { NumberStep } from '../identity/number_step';
import { readNumber } from '../identity/number';
import { BusyNote, useBusy } from '../ui/busy';
import { Button } from '../ui/button';
import { ErrorSummary, type Mistake } from '../ui/errors';
import { StepBar, useStepWords } from '../ui/progress';
import { answer, forgetAnswers, useAnswers } from './answers';
import { Begun, RequestSteps } from './begun';
import { readCode } from './code';
import { CodeStep } from './code_step';
import { FormExpired, FormGuard } from './form_guard';
import { type Refusal, useRefusal } from './refusals';
import { useGo, useStep } from './steps';

const steps = 3;
const none: readonly Mistake[] = [];
const stepOf: Record<Refusal['step'], string> = { code: '1', number: '2', serial: '3', contact: '3', identifier: '3', password: '3', here: '3' };

interface ShortPathProps<Done> {
  path: string;
  purpose: 'object' | 'close';
  landing: (on: { haveCode: () => void; noCode: () => void }) => ReactNode;
  decisionTitle: string;
  /** Above the buttons: what the decision means. */
  meaning: ReactNode;
  /** The decision buttons; `decide` sends it. */
  buttons: (busy: boolean, decide: () => void, leave: () => void) => ReactNode;
  send: (code: string, number: string) => Promise<Done>;
  done: (result: Done) => ReactNode;
  /** The page after choosing to leave everything as it is. */
  left?: ReactNode;
}

/** Code, number, decision: the path of those who object, or close a space they never opened. Shorter than opening. */
export function ShortPath<Done>(props: ShortPathProps<Done>) {
  const { path, purpose, landing, done: donePage, left } = props;
  const step = useStep();
  const go = useGo(path);
  const answers = useAnswers();
  const [done, setDone] = useState<{ result: Done } | null>(null);
  const [begun, setBegun] = useState<string | null>(null);
  const [refused, setRefused] = useState<{ step: string; mistakes: readonly Mistake[] }>({ step: '', mistakes: none });
  useEffect(() => () => setRefused((now) => (now.step === step ? { step: '', mistakes: none } : now)), [step]);

  const coded = readCode(answers.code).kind === 'good';
  const numbered = readNumber(answers.number).kind === 'good';
  const lost =
    (step === '2' && !coded) ||
    (step === '3' && !(coded && numbered)) ||
    (step === 'serie' && !numbered) ||
    (step === 'fait' && !done) ||
    (step === 'commencee' && !begun);
  useEffect(() => {
    if (lost) go('', { replace: true });
  }, [lost, go]);
  if (lost) return <PagePending />;
  if (step === 'ferme') return <FormExpired onRestart={() => go('', { replace: true })} />;
  if (step === 'garde' && left) return left;
  if (step === 'fait' && done) return donePage(done.result);
  if (step === 'commencee' && begun) return <Begun purpose={purpose} on={begun} onReceived={() => go('1')} />;
  if (!/^([1-3]|numero|serie)$/u.test(step)) return landing({ haveCode: () => go('1'), noCode: () => go('numero') });
  const refuse = (at: string, mistakes: readonly Mistake[]) => {
    setRefused({ step: at, mistakes });
    if (at !== step) go(at);
  };
  const finish = (result: Done) => {
    setDone({ result });
    // Forgotten once the page has changed: a step without its answers would lead back to the start.
    void go('fait', { replace: true }).then(forgetAnswers);
  };
  const begin = (on: string) => {
    setBegun(on);
    go('commencee', { replace: true });
  };
  return (
    <>
      <FormGuard onExpired={() => go('ferme', { replace: true })} />
      {step === 'numero' || step === 'serie' ? (
        <RequestSteps key={step} purpose={purpose} step={step} onStep={go} onBegun={begin} />
      ) : (
        <CodedStep key={step} {...props} step={step} go={go} refused={refused.step === step ? refused.mistakes : none} refuse={refuse} onDone={finish} />
      )}
    </>
  );
}

interface CodedStepProps<Done> extends ShortPathProps<Done> {
  step: string;
  go: ReturnType<typeof useGo>;
  refused: readonly Mistake[];
  refuse: (step: string, mistakes: readonly Mistake[]) => void;
  onDone: (result: Done) => void;
}

function CodedStep<Done>(props: CodedStepProps<Done>) {
  const { step, go, refused, refuse, onDone, send, decisionTitle, meaning, buttons } = props;
  const say = useSay();
  const answers = useAnswers();
  const [busy, run] = useBusy();
  const stepWords = useStepWords(Number(step), steps);
  const refusal = useRefusal({ onSeeCode: () => go('1'), onSeeNumber: () => go('2') }, false, props.purpose === 'close');
  const above = <StepBar onBack={() => go(step === '1' ? '' : String(Number(step) - 1))} step={Number(step)} of={steps} />;
  if (step === '1')
    return (
      <CodeStep
        above={above}
        stepWords={stepWords}
        onNext={() => go('2')}
        refused={refused}
        links={
          <div className="link-row">
            <Button look="link" onPress={() => go('numero')}>
              {say('enrollment.no_code')}
            </Button>
          </div>
        }
      />
    );
  if (step === '2')
    return (
      <NumberStep above={above} stepWords={stepWords} value={answers.number} onChange={(number) => answer({ number })} onNext={() => go('3')} refused={refused} />
    );
  const decide = () =>
    void run(async () => {
      try {
        onDone(await send(answers.code, answers.number.replace(/\s/gu, '').toUpperCase()));
      } catch (thrown) {
        const found = refusal(thrown);
        refuse(stepOf[found.step], found.mistakes);
      }
    });
  const leave = () => {
    void go('garde', { replace: true }).then(forgetAnswers);
  };
  return (
    <Page title={decisionTitle} step={stepWords} failed={refused.length > 0} above={above} width="form">
      <ErrorSummary mistakes={refused} />
      {meaning}
      <div className="buttons buttons-equal">{buttons(busy, decide, leave)}</div>
      <BusyNote busy={busy} />
    </Page>
  );
}
