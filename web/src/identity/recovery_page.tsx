import { type ReactNode, useEffect, useState } from 'react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { IdleGuard } from '../app/idle';
import { Page } from '../app/page';
import { asProblem } from '../app/problem';
import { useProblemText } from '../app/problem_words';
import { PagePending } from '../app/states';
import { useService } from '../app/service';
import { useSay } from '../app/words';
import { BusyNote, useBusy } from '../ui/busy';
import { Button, Link } from '../ui/button';
import { mistakeAt, type Mistake } from '../ui/errors';
import { TextField } from '../ui/field';
import { Form } from '../ui/form';
import { StepBar, useStepWords } from '../ui/progress';
import { PasswordField, passwordMistake, usePasswordMin } from './account_fields';
import { recovery } from './calls';
import { NumberStep, SerialStep } from './number_step';
import { numberSigns } from './number';
import { oneTimeDigits } from './one_time_code';
import { accountWords, oneTimeCodeWords } from './words';

const steps = 4;

interface Given {
  number: string;
  serial: string;
  code: string;
  password: string;
}

/** Number, card, code, new password: the identifier is told at the end. Right or wrong numbers, the pages are the same.
    After thirty idle minutes all that was typed is forgotten. */
export default function RecoveryPage() {
  const navigate = useNavigate();
  const [round, setRound] = useState(0);
  const restart = () => {
    setRound(round + 1);
    void navigate({ to: '/connexion/oubli', replace: true });
  };
  return (
    <>
      <IdleGuard key={`guard ${round}`} minutes={30} onAlive={() => undefined} onExpire={restart} />
      <RecoverySteps key={round} />
    </>
  );
}

function RecoverySteps() {
  const say = useSay();
  const search: { etape?: unknown } = useSearch({ strict: false });
  const navigate = useNavigate();
  const step = typeof search.etape === 'number' ? search.etape : 0;
  const [given, setGiven] = useState<Given>({ number: '', serial: '', code: '', password: '' });
  const [identifier, setIdentifier] = useState<string | null>(null);
  const [paper, setPaper] = useState<Paper>('no');
  const [wrongCode, setWrongCode] = useState<readonly Mistake[]>([]);
  const set = (part: Partial<Given>) => setGiven((now) => ({ ...now, ...part }));
  const go = (to: number) => void navigate({ to: '/connexion/oubli', search: (to === 0 ? {} : { etape: to }) as never });
  const lost = (step > 1 && given.number === '') || (step === 5 && identifier === null);
  useEffect(() => {
    if (lost) void navigate({ to: '/connexion/oubli', replace: true });
  }, [lost, navigate]);
  const stepWords = useStepWords(step, steps);
  if (lost) return <PagePending />;
  if (identifier !== null) return <Done identifier={identifier} />;
  const common = { above: <StepBar onBack={() => go(step - 1)} step={step} of={steps} />, stepWords };
  switch (step) {
    case 1:
      return <NumberStep key="1" {...common} value={given.number} onChange={(number) => set({ number })} onNext={() => go(2)} />;
    case 2:
      return <CardStep key="2" {...common} given={given} onChange={(serial) => set({ serial })} onNext={() => go(3)} />;
    case 3:
      return (
        <CodeStep
          key={`3 ${paper}`}
          {...common}
          value={given.code}
          onChange={(code) => set({ code })}
          onNext={() => go(4)}
          onReread={() => go(1)}
          refused={wrongCode}
          onLeave={() => setWrongCode([])}
          paper={paper}
          onPaper={(now) => {
            setWrongCode([]);
            set({ code: '' });
            setPaper(now);
          }}
          onPost={() => recovery.start(numberSigns(given.number), given.serial.trim(), true)}
        />
      );
    case 4:
      return (
        <PasswordStep
          key="4"
          {...common}
          given={given}
          onChange={(password) => set({ password })}
          onDone={setIdentifier}
          onWrongCode={(mistakes) => {
            setWrongCode(mistakes);
            go(3);
          }}
        />
      );
    default:
      return (
        <Page title={say('identity.recovery.title')} width="form">
          <p>{say('identity.recovery.lead')}</p>
          <div className="buttons">
            <Button onPress={() => go(1)}>{say('identity.recovery.start')}</Button>
          </div>
        </Page>
      );
  }
}

/** A code on paper: none, one that the person holds, or one that was just asked for. */
type Paper = 'no' | 'held' | 'posted';

interface CommonProps {
  above: ReactNode;
  stepWords: string;
}

function CardStep({ above, stepWords, given, onChange, onNext }: CommonProps & { given: Given; onChange: (serial: string) => void; onNext: () => void }) {
  const words = useProblemText({});
  const [mistakes, setMistakes] = useState<readonly Mistake[]>([]);
  const [busy, run] = useBusy();
  const send = () =>
    void run(async () => {
      try {
        await recovery.start(numberSigns(given.number), given.serial.trim());
        onNext();
      } catch (thrown) {
        setMistakes([{ text: words(asProblem(thrown)) }]);
      }
    });
  return (
    <SerialStep above={above} stepWords={stepWords} value={given.serial} onChange={onChange} onNext={send} busy={busy} mistakes={mistakes} onMistakes={setMistakes} />
  );
}

interface CodeStepProps extends CommonProps {
  value: string;
  onChange: (typed: string) => void;
  onNext: () => void;
  onReread: () => void;
  refused: readonly Mistake[];
  onLeave: () => void;
  paper: Paper;
  onPaper: (now: Paper) => void;
  onPost: () => Promise<unknown>;
}

function CodeStep({ above, stepWords, value, onChange, onNext, onReread, refused, onLeave, paper, onPaper, onPost }: CodeStepProps) {
  const say = useSay();
  const { phone } = useService();
  const [mistakes, setMistakes] = useState<readonly Mistake[]>(refused);
  const submit = () => {
    if (oneTimeDigits(value) === '') {
      setMistakes([{ field: 'one-time-code', text: say('identity.one_time.empty') }]);
      return;
    }
    onLeave();
    onNext();
  };
  const onPaperNow = paper !== 'no';
  return (
    <Page title={say(onPaperNow ? 'identity.recovery.paper_code_title' : 'identity.recovery.code_title')} step={stepWords} failed={mistakes.length > 0} above={above} width="form">
      {paper === 'no' && <p>{say('identity.recovery.sent')}</p>}
      {paper === 'posted' && <p>{say('identity.recovery.paper_posted')}</p>}
      <Form mistakes={mistakes} onSubmit={submit}>
        <TextField
          id="one-time-code"
          label={say(onPaperNow ? 'identity.recovery.paper_label' : 'identity.one_time.label')}
          help={onPaperNow ? say('identity.recovery.paper_help') : undefined}
          error={mistakeAt(mistakes, 'one-time-code')}
          value={value}
          onChange={onChange}
          autoComplete={onPaperNow ? 'off' : 'one-time-code'}
          inputMode={onPaperNow ? 'text' : 'numeric'}
          shape="digits"
        />
        <div className="buttons">
          <Button submit>{say('app.continue')}</Button>
        </div>
      </Form>
      {!onPaperNow && <p className="help">{say('identity.recovery.nothing', { phone })}</p>}
      <div className="link-row">
        <Button look="link" onPress={onReread}>
          {say('identity.recovery.reread')}
        </Button>
        <Button look="link" onPress={() => onPaper(onPaperNow ? 'no' : 'held')}>
          {say(onPaperNow ? 'identity.recovery.by_phone' : 'identity.recovery.paper_have')}
        </Button>
      </div>
      {!onPaperNow && <ByPost onPost={onPost} onPosted={() => onPaper('posted')} />}
    </Page>
  );
}

/** For who has no telephone and no e-mail left. What is answered is the same, whoever the numbers name. */
function ByPost({ onPost, onPosted }: { onPost: () => Promise<unknown>; onPosted: () => void }) {
  const say = useSay();
  const words = useProblemText({});
  const [failed, setFailed] = useState('');
  const [busy, run] = useBusy();
  const post = () =>
    void run(async () => {
      setFailed('');
      try {
        await onPost();
        onPosted();
      } catch (thrown) {
        setFailed(words(asProblem(thrown)));
      }
    });
  return (
    <section className="stack-s">
      <h2>{say('identity.recovery.paper_title')}</h2>
      <p>{say('identity.recovery.paper_lead')}</p>
      {failed !== '' && <p role="alert">{failed}</p>}
      <div className="buttons">
        <Button look="plain" busy={busy} onPress={post}>
          {say('identity.recovery.paper_do')}
        </Button>
      </div>
      <BusyNote busy={busy} />
    </section>
  );
}

interface PasswordStepProps extends CommonProps {
  given: Given;
  onChange: (typed: string) => void;
  onDone: (identifier: string) => void;
  onWrongCode: (mistakes: readonly Mistake[]) => void;
}

function PasswordStep({ above, stepWords, given, onChange, onDone, onWrongCode }: PasswordStepProps) {
  const say = useSay();
  const words = useProblemText({ ...accountWords, ...oneTimeCodeWords });
  const min = usePasswordMin();
  const [mistakes, setMistakes] = useState<readonly Mistake[]>([]);
  const [busy, run] = useBusy();
  const submit = () => {
    const text = passwordMistake(given.password, '', min, say);
    if (text) {
      setMistakes([{ field: 'password', text }]);
      return;
    }
    void run(async () => {
      try {
        const answer = await recovery.confirm({
          number: numberSigns(given.number),
          serial: given.serial.trim(),
          one_time_code: oneTimeDigits(given.code),
          password: given.password,
        });
        onDone(answer.identifier);
      } catch (thrown) {
        const problem = asProblem(thrown);
        if (problem.code in oneTimeCodeWords) onWrongCode([{ field: 'one-time-code', text: words(problem) }]);
        else setMistakes([{ ...(problem.code in accountWords ? { field: 'password' } : {}), text: words(problem) }]);
      }
    });
  };
  return (
    <Page title={say('identity.recovery.password_title')} step={stepWords} failed={mistakes.length > 0} above={above} width="form">
      <Form mistakes={mistakes} onSubmit={submit}>
        <PasswordField
          id="password"
          label={say('identity.password.label')}
          help={say('identity.password.help', { min })}
          error={mistakeAt(mistakes, 'password')}
          value={given.password}
          onChange={onChange}
          use="new"
        />
        <div className="buttons">
          <Button submit busy={busy}>
            {say('identity.recovery.change')}
          </Button>
        </div>
        <BusyNote busy={busy} />
      </Form>
    </Page>
  );
}

function Done({ identifier }: { identifier: string }) {
  const say = useSay();
  return (
    <Page title={say('identity.recovery.done')} width="form">
      <p>{say('identity.recovery.identifier', { identifier })}</p>
      <div className="buttons">
        <Link to="/connexion" look="main">
          {say('identity.sign_in.title')}
        </Link>
      </div>
    </Page>
  );
}
