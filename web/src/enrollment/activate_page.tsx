import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { PagePending } from '../app/states';
import { sessionQuery } from '../app/service';
import { asProblem, type Problem } from '../app/problem';
import { useSay } from '../app/words';
import { NumberStep, SerialStep } from '../identity/number_step';
import { useBusy } from '../ui/busy';
import { Button, Link } from '../ui/button';
import type { Mistake } from '../ui/errors';
import { StepBar, useStepWords } from '../ui/progress';
import { AccountDone, ActivateLanding, ActivateLater, ObjectionDone } from './activate_screens';
import { IdentifierStep, PasswordStep } from './account_steps';
import { answer, forgetAnswers, useAnswers } from './answers';
import { activation, type Flow, flowQuery, type Objected, type Opened } from './calls';
import { readCode } from './code';
import { CodeStep } from './code_step';
import { ContactCodeStep, ContactStep } from './contact_step';
import { DecideStep } from './decide_step';
import { FormExpired, FormGuard } from './form_guard';
import { type Refusal, useRefusal } from './refusals';
import { useGo, useStep } from './steps';

const steps = 7;
const none: readonly Mistake[] = [];
/** The step a refusal is mended at. */
const stepOf: Record<Refusal['step'], string | null> = { code: '1', number: '2', serial: '3', contact: '4', identifier: '5', password: '6', here: null };
/** Steps 5 and 6 are for those who have no account yet. */
const afterContact = (flow: Flow) => (flow.needs_account ? '5' : '7');

interface Done {
  opened?: Opened;
  objected?: Objected;
  child: boolean;
  secondLetter: boolean;
}

export default function ActivatePage() {
  const step = useStep();
  const go = useGo('/activer');
  const [done, setDone] = useState<Done | null>(null);
  const [refused, setRefused] = useState<{ step: string; mistakes: readonly Mistake[] }>({ step: '', mistakes: none });
  const answers = useAnswers();
  const coded = readCode(answers.code).kind === 'good';
  const lost = ((step === '2' || step === '3') && !coded) || ((step === 'active' || step === 'oppose') && !done);

  useEffect(() => {
    if (lost) void go('', { replace: true });
  }, [lost, go]);
  // A refusal is shown at its step, once: leaving that step forgets it.
  useEffect(() => () => setRefused((now) => (now.step === step ? { step: '', mistakes: none } : now)), [step]);

  if (lost) return <PagePending />;
  if (step === 'ferme') return <FormExpired onRestart={() => go('', { replace: true })} />;
  if (step === 'plus-tard') return <ActivateLater />;
  if (step === 'active' && done?.opened) return <AccountDone opened={done.opened} child={done.child} secondLetter={done.secondLetter} />;
  if (step === 'oppose' && done?.objected) return <ObjectionDone objected={done.objected} />;
  if (!/^([1-7]|code)$/u.test(step)) return <ActivateLanding onStart={(child) => start(child, go)} />;
  const refuse = (at: string, mistakes: readonly Mistake[]) => {
    setRefused({ step: at, mistakes });
    if (at !== step) go(at);
  };
  const finish = (result: Done) => {
    setDone(result);
    return go(result.opened ? 'active' : 'oppose', { replace: true });
  };
  const shared = { step, go, refused: refused.step === step ? refused.mistakes : none, refuse };
  return (
    <>
      <FormGuard onExpired={() => go('ferme', { replace: true })} />
      {/^[123]$/u.test(step) ? <FactsSteps key={step} {...shared} /> : <FlowSteps key={step} {...shared} onDone={finish} />}
    </>
  );
}

function start(child: boolean, go: (step: string) => void): void {
  answer({ child });
  go('1');
}

interface SharedProps {
  step: string;
  go: ReturnType<typeof useGo>;
  refused: readonly Mistake[];
  refuse: (step: string, mistakes: readonly Mistake[]) => void;
}

/** "M'opposer" and "Reprendre plus tard" stand under every step: refusing costs no more than opening. */
function WaysOut({ go, deciding = false }: { go: ReturnType<typeof useGo>; deciding?: boolean }) {
  const say = useSay();
  const client = useQueryClient();
  const later = () => {
    // Forgotten once the page has changed: a step without its answers would lead back to the start.
    void go('plus-tard', { replace: true }).then(() => {
      forgetAnswers();
      client.removeQueries({ queryKey: flowQuery.queryKey });
    });
    void activation.drop().catch(() => undefined);
  };
  return (
    <div className="link-row">
      {!deciding && (
        <Link to="/opposition" className="link">
          {say('enrollment.object_link')}
        </Link>
      )}
      <Button look="link" onPress={later}>
        {say('enrollment.later')}
      </Button>
    </div>
  );
}

function FactsSteps({ step, go, refused, refuse }: SharedProps) {
  const answers = useAnswers();
  const client = useQueryClient();
  const [busy, run] = useBusy();
  const stepWords = useStepWords(Number(step), steps);
  const refusal = useRefusal({ onSeeCode: () => go('1'), onSeeNumber: () => go('2') }, true);
  const links = <WaysOut go={go} />;
  const above: ReactNode = <StepBar onBack={() => go(step === '1' ? '' : String(Number(step) - 1))} step={Number(step)} of={steps} />;
  const judge = () =>
    run(async () => {
      try {
        const { code, number, serial, child } = answers;
        const flow = await activation.facts({ code, number: number.replace(/\s/gu, '').toUpperCase(), serial: serial.trim(), child });
        client.setQueryData(flowQuery.queryKey, flow);
        go(flow.contact_confirmed ? afterContact(flow) : '4');
      } catch (thrown) {
        const found = refusal(thrown);
        refuse(stepOf[found.step] ?? '3', found.mistakes);
      }
    });
  if (step === '1') return <CodeStep above={above} stepWords={stepWords} onNext={() => go('2')} links={links} refused={refused} />;
  if (step === '2')
    return (
      <NumberStep
        above={above}
        stepWords={stepWords}
        value={answers.number}
        onChange={(number) => answer({ number })}
        onNext={() => go('3')}
        links={links}
        refused={refused}
      />
    );
  return (
    <SerialStep
      above={above}
      stepWords={stepWords}
      value={answers.serial}
      onChange={(serial) => answer({ serial })}
      onNext={() => void judge()}
      links={links}
      busy={busy}
      mistakes={refused}
      onMistakes={(mistakes) => refuse('3', mistakes)}
    />
  );
}

function FlowSteps(props: SharedProps & { onDone: (done: Done) => Promise<void> }) {
  const { go } = props;
  const query = useQuery(flowQuery);
  const gone = query.isSuccess && query.data === null;
  useEffect(() => {
    if (gone) void go('', { replace: true });
  }, [gone, go]);
  if (query.isError) throw query.error;
  if (!query.data) return <PagePending />;
  return <FlowStep {...props} flow={query.data} />;
}

function FlowStep({ step, go, refused, refuse, onDone, flow }: SharedProps & { onDone: (done: Done) => Promise<void>; flow: Flow }) {
  const client = useQueryClient();
  const rank = step === 'code' ? 4 : Number(step);
  const stepWords = useStepWords(rank, steps);
  const keep = (next: Flow) => client.setQueryData(flowQuery.queryKey, next);
  const missing = step !== '4' && ((step === 'code' && !flow.sent) || (rank > 4 && !flow.contact_confirmed)) ? '4' : null;
  const answers = useAnswers();
  const unnamed = rank === 7 && flow.needs_account && (answers.identifier === '' || answers.password === '') ? '5' : null;
  const detour = missing ?? unnamed;
  useEffect(() => {
    if (detour) go(detour, { replace: true });
  }, [detour, go]);
  const before: Record<string, string> = { '4': '3', code: '4', '5': '4', '6': '5', '7': flow.needs_account ? '6' : '4' };
  const above = <StepBar onBack={() => go(before[step] ?? '')} step={rank} of={steps} />;
  const onGone = (problem: Problem) => {
    if (problem.code !== 'activation.none') return false;
    void go('ferme', { replace: true }).then(() => {
      forgetAnswers();
      client.removeQueries({ queryKey: flowQuery.queryKey });
    });
    return true;
  };
  const common = { above, stepWords, onGone, links: <WaysOut go={go} deciding={rank === 7} />, refused };
  if (detour) return <PagePending />;
  switch (step) {
    case '4':
      return (
        <ContactStep
          {...common}
          flow={flow}
          onSent={(sent) => {
            keep({ ...flow, sent });
            go('code');
          }}
        />
      );
    case 'code':
      return flow.sent ? (
        <ContactCodeStep
          {...common}
          flow={flow}
          sent={flow.sent}
          onConfirmed={(next) => {
            keep({ ...next, sent: next.sent ?? flow.sent });
            go(afterContact(next), { replace: true });
          }}
        />
      ) : null;
    case '5':
      return <IdentifierStep {...common} onNext={() => go('6')} />;
    case '6':
      return <PasswordStep {...common} onNext={() => go('7')} />;
    default:
      return <LastStep {...common} flow={flow} go={go} refuse={refuse} onDone={onDone} />;
  }
}

interface LastStepProps extends Pick<SharedProps, 'go' | 'refuse' | 'refused'> {
  above: ReactNode;
  stepWords: string;
  links: ReactNode;
  onGone: (problem: Problem) => boolean;
  flow: Flow;
  onDone: (done: Done) => Promise<void>;
}

function LastStep({ flow, go, refuse, refused, onDone, onGone, ...common }: LastStepProps) {
  const client = useQueryClient();
  const answers = useAnswers();
  const [busy, run] = useBusy();
  const refusal = useRefusal({ onSeeCode: () => go('1'), onSeeNumber: () => go('2') }, true);
  const decide = (act: () => Promise<Done>) =>
    void run(async () => {
      try {
        const result = await act();
        if (result.opened) await client.fetchQuery({ ...sessionQuery, staleTime: 0 }).catch(() => undefined);
        await onDone(result);
        forgetAnswers();
        client.removeQueries({ queryKey: flowQuery.queryKey });
      } catch (thrown) {
        if (onGone(asProblem(thrown))) return;
        const found = refusal(thrown);
        refuse(stepOf[found.step] ?? '7', found.mistakes);
      }
    });
  const facts = { child: flow.child, secondLetter: flow.needs_second_letter };
  const account = flow.needs_account ? { identifier: answers.identifier, password: answers.password } : {};
  return (
    <DecideStep
      {...common}
      flow={flow}
      busy={busy}
      mistakes={refused}
      onChange={(at) => go(at)}
      onOpen={() => decide(async () => ({ ...facts, opened: await activation.open(account) }))}
      onObject={() => decide(async () => ({ ...facts, objected: await activation.object() }))}
    />
  );
}
