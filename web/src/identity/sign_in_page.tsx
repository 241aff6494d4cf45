import { useNavigate, useSearch } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { ownDrafts } from '../app/drafts';
import { Page } from '../app/page';
import { asProblem } from '../app/problem';
import { useProblemText } from '../app/problem_words';
import { PagePending } from '../app/states';
import { sessionQuery } from '../app/service';
import { departed, useEnter } from '../app/session';
import { useSay } from '../app/words';
import { BusyNote, useBusy } from '../ui/busy';
import { Button, Link } from '../ui/button';
import { mistakeAt, type Mistake } from '../ui/errors';
import { TextField } from '../ui/field';
import { Form } from '../ui/form';
import { Note } from '../ui/notes';
import { StepBar } from '../ui/progress';
import { PasswordField } from './account_fields';
import { type Challenge, signIn } from './calls';
import { OneTimeCodeForm } from './one_time_code';
import { signInWords } from './words';

/** Identifier and password, then the one-time code. The step is in the address; what was typed is not. */
export default function SignInPage() {
  const search: { etape?: unknown } = useSearch({ strict: false });
  const navigate = useNavigate();
  const [identifier, setIdentifier] = useState('');
  const [challenge, setChallenge] = useState<Challenge | null>(null);
  const coding = search.etape === 'code';
  const lost = coding && !challenge;
  useEffect(() => {
    if (lost) void navigate({ to: '/connexion', replace: true });
  }, [lost, navigate]);
  if (lost) return <PagePending />;
  if (coding && challenge) return <CodePage challenge={challenge} identifier={identifier} onBack={() => void navigate({ to: '/connexion' })} />;
  return (
    <PasswordPage
      identifier={identifier}
      onIdentifier={setIdentifier}
      onChallenge={(next) => {
        setChallenge(next);
        void navigate({ to: '/connexion', search: { etape: 'code' } as never });
      }}
    />
  );
}

/** Why this page is shown, when it was not asked for. */
function Reason() {
  const say = useSay();
  const { reason, returnTo } = departed();
  const session = useQuery(sessionQuery).data;
  if (session?.signed_in)
    return (
      <Note>
        <p>{say('identity.sign_in.inside')}</p>
        <p>
          <Link to="/espace/moi" className="link">
            {say('identity.sign_in.enter')}
          </Link>
        </p>
      </Note>
    );
  if (reason === null) return null;
  return (
    <Note>
      <p>{say(reason === 'needed' ? 'identity.sign_in.needed' : 'identity.sign_in.left')}</p>
      {reason === 'expired' && returnTo && <p>{say('identity.sign_in.left_more')}</p>}
    </Note>
  );
}

interface PasswordPageProps {
  identifier: string;
  onIdentifier: (typed: string) => void;
  onChallenge: (challenge: Challenge) => void;
}

function PasswordPage({ identifier, onIdentifier, onChallenge }: PasswordPageProps) {
  const say = useSay();
  const words = useProblemText(signInWords);
  const [password, setPassword] = useState('');
  const [mistakes, setMistakes] = useState<readonly Mistake[]>([]);
  const [busy, run] = useBusy();
  const submit = () => {
    const missing: Mistake[] = [];
    if (identifier.trim() === '') missing.push({ field: 'identifier', text: say('identity.sign_in.no_identifier') });
    if (password === '') missing.push({ field: 'password', text: say('identity.sign_in.no_password') });
    if (missing.length > 0) {
      setMistakes(missing);
      return;
    }
    void run(async () => {
      try {
        onChallenge(await signIn.start(identifier.trim(), password));
      } catch (thrown) {
        const problem = asProblem(thrown);
        setMistakes([{ ...(problem.code === 'identity.sign_in_refused' ? { field: 'identifier' } : {}), text: words(problem) }]);
      }
    });
  };
  return (
    <Page title={say('identity.sign_in.title')} failed={mistakes.length > 0} width="form">
      <Reason />
      <Form mistakes={mistakes} onSubmit={submit}>
        <TextField
          id="identifier"
          name="username"
          label={say('identity.sign_in.identifier')}
          error={mistakeAt(mistakes, 'identifier')}
          value={identifier}
          onChange={onIdentifier}
          autoComplete="username"
        />
        <PasswordField
          id="password"
          label={say('identity.sign_in.password')}
          error={mistakeAt(mistakes, 'password')}
          value={password}
          onChange={setPassword}
          use="current"
        />
        <div className="buttons">
          <Button submit busy={busy}>
            {say('app.continue')}
          </Button>
        </div>
        <BusyNote busy={busy} />
      </Form>
      <div className="link-list">
        <Link to="/connexion/oubli" className="link">
          {say('identity.sign_in.forgotten')}
        </Link>
        <Link to="/arreter-changement" className="link">
          {say('identity.sign_in.stop')}
        </Link>
        <p>
          {say('identity.sign_in.none')}{' '}
          <Link to="/activer" className="link">
            {say('identity.sign_in.activate')}
          </Link>
        </p>
      </div>
    </Page>
  );
}

/** No contact can be reached: what is left is the posted sheet of codes, or asking for one. */
function OnPaper({ challenge }: { challenge: Challenge }) {
  const say = useSay();
  const words = useProblemText(signInWords);
  const [busy, run] = useBusy();
  const [answer, setAnswer] = useState('');
  const ask = () =>
    void run(async () => {
      try {
        await signIn.resend('letter');
        setAnswer(say('identity.paper.posted'));
      } catch (thrown) {
        setAnswer(words(asProblem(thrown)));
      }
    });
  if (challenge.sheet_codes_left !== undefined) return <p>{say('identity.paper.sheet')}</p>;
  return (
    <div className="card stack">
      <p>{say('identity.paper.letter')}</p>
      <Button look="plain" busy={busy} onPress={ask}>
        {say('identity.paper.ask')}
      </Button>
      <p role="status">{answer}</p>
    </div>
  );
}

function CodePage({ challenge, identifier, onBack }: { challenge: Challenge; identifier: string; onBack: () => void }) {
  const say = useSay();
  const enter = useEnter();
  const [failed, setFailed] = useState(false);
  return (
    <Page title={say('identity.one_time.title')} failed={failed} above={<StepBar onBack={onBack} />} width="form">
      {!challenge.sent && <OnPaper challenge={challenge} />}
      <OneTimeCodeForm
        sent={challenge.sent}
        contacts={challenge.channels}
        submitWords={say('identity.sign_in.title')}
        help={say('identity.one_time.help')}
        onCode={async (code) => {
          const { home } = await signIn.code(code);
          ownDrafts(identifier);
          await enter(home);
        }}
        onResend={signIn.resend}
        onMistakes={setFailed}
      />
    </Page>
  );
}
