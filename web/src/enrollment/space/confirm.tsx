import { type ReactNode, useEffect, useState } from 'react';
import { Page } from '../../app/page';
import { asProblem } from '../../app/problem';
import { useProblemText } from '../../app/problem_words';
import { useSay } from '../../app/words';
import { PasswordField } from '../../identity/account_fields';
import { type Sent, sentWords } from '../../identity/contact';
import { oneTimeDigits } from '../../identity/one_time_code';
import { oneTimeCodeWords } from '../../identity/words';
import { useStep } from '../../record/space';
import { BusyNote, useBusy } from '../../ui/busy';
import { Button } from '../../ui/button';
import { mistakeAt, type Mistake } from '../../ui/errors';
import { TextField } from '../../ui/field';
import { Form } from '../../ui/form';
import { StepBar } from '../../ui/progress';
import { reauthenticate } from './calls';

interface ConfirmProps {
  /** The h1 of both pages: what is about to be done. */
  title: string;
  /** Above the code: what the act does, once more. */
  meaning: ReactNode;
  act: string;
  /** The other decision, of the same weight; without it the act is not one to weigh. */
  refuse?: { words: string; onPress: () => void };
  /** Does it, with the code. Throws a Problem when it will not. */
  onCode: (code: string) => Promise<void>;
}

const passwordWords = { 'identity.sign_in_refused': 'space.confirm.refused' };

/** A grave act asks for the password again, then for a one-time code: steps `mot-de-passe` and `code` of the page. */
export function Confirm(props: ConfirmProps) {
  const [step, go] = useStep();
  const [password, setPassword] = useState('');
  const [sent, setSent] = useState<Sent | null>(null);
  const lost = step === 'code' && !sent;
  useEffect(() => {
    if (lost) void go('mot-de-passe', { replace: true });
  }, [lost, go]);
  if (step === 'code' && sent) return <CodePage {...props} sent={sent} resend={() => reauthenticate(password)} onBack={() => void go('mot-de-passe')} />;
  return (
    <PasswordPage
      title={props.title}
      password={password}
      onPassword={setPassword}
      onSent={(now) => {
        setSent(now);
        void go('code');
      }}
      onBack={() => void go('')}
    />
  );
}

interface PasswordPageProps {
  title: string;
  password: string;
  onPassword: (typed: string) => void;
  onSent: (sent: Sent) => void;
  onBack: () => void;
}

function PasswordPage({ title, password, onPassword, onSent, onBack }: PasswordPageProps) {
  const say = useSay();
  const words = useProblemText(passwordWords);
  const [mistakes, setMistakes] = useState<readonly Mistake[]>([]);
  const [busy, run] = useBusy();
  const submit = () => {
    if (password === '') {
      setMistakes([{ field: 'password', text: say('identity.sign_in.no_password') }]);
      return;
    }
    void run(async () => {
      try {
        onSent(await reauthenticate(password));
      } catch (thrown) {
        const problem = asProblem(thrown);
        setMistakes([{ ...(problem.code === 'identity.sign_in_refused' ? { field: 'password' } : {}), text: words(problem) }]);
      }
    });
  };
  return (
    <Page title={title} step={say('space.confirm.password_step')} failed={mistakes.length > 0} above={<StepBar onBack={onBack} />} width="form">
      <p>{say('space.confirm.lead')}</p>
      <Form mistakes={mistakes} onSubmit={submit}>
        <PasswordField id="password" label={say('space.confirm.password')} error={mistakeAt(mistakes, 'password')} value={password} onChange={onPassword} use="current" />
        <div className="buttons">
          <Button submit busy={busy}>
            {say('app.continue')}
          </Button>
        </div>
        <BusyNote busy={busy} />
      </Form>
    </Page>
  );
}

interface CodePageProps extends ConfirmProps {
  sent: Sent;
  resend: () => Promise<Sent>;
  onBack: () => void;
}

function CodePage({ title, meaning, act, refuse, onCode, sent: first, resend, onBack }: CodePageProps) {
  const say = useSay();
  const words = useProblemText(oneTimeCodeWords);
  const [sent, setSent] = useState(first);
  const [resent, setResent] = useState(false);
  const [typed, setTyped] = useState('');
  const [mistakes, setMistakes] = useState<readonly Mistake[]>([]);
  const [busy, run] = useBusy();
  const attempt = (doIt: () => Promise<void>) =>
    void run(async () => {
      try {
        await doIt();
      } catch (thrown) {
        const problem = asProblem(thrown);
        setMistakes([{ ...(problem.code.startsWith('identity.one_time_code') ? { field: 'one-time-code' } : {}), text: words(problem) }]);
      }
    });
  const submit = () => {
    const code = oneTimeDigits(typed);
    if (code === '') setMistakes([{ field: 'one-time-code', text: say('identity.one_time.empty') }]);
    else attempt(() => onCode(code));
  };
  const again = () =>
    attempt(async () => {
      setSent(await resend());
      setResent(true);
      setMistakes([]);
    });
  return (
    <Page title={title} step={say('space.confirm.code_step')} failed={mistakes.length > 0} above={<StepBar onBack={onBack} />} width="form">
      {meaning}
      <Form mistakes={mistakes} onSubmit={submit}>
        <p role="status">
          {resent && <strong>{say('identity.one_time.resent')} </strong>}
          {sentWords(sent, say)}
        </p>
        <TextField
          id="one-time-code"
          label={say('identity.one_time.label')}
          error={mistakeAt(mistakes, 'one-time-code')}
          value={typed}
          onChange={setTyped}
          autoComplete="one-time-code"
          inputMode="numeric"
          shape="digits"
        />
        <div className={refuse ? 'buttons buttons-equal' : 'buttons'}>
          <Button submit busy={busy}>
            {act}
          </Button>
          {refuse && <Button onPress={refuse.onPress}>{refuse.words}</Button>}
        </div>
        <BusyNote busy={busy} />
      </Form>
      <div className="link-row">
        <Button look="link" onPress={again}>
          {say('identity.one_time.resend')}
        </Button>
      </div>
    </Page>
  );
}
