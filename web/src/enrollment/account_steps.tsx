import { type ReactNode, useState } from 'react';
import { Page } from '../app/page';
import { asProblem, type Problem } from '../app/problem';
import { useProblemText } from '../app/problem_words';
import { useSay } from '../app/words';
import { PasswordField, passwordMistake, usePasswordMin } from '../identity/account_fields';
import { accountWords } from '../identity/words';
import { BusyNote, useBusy } from '../ui/busy';
import { Button } from '../ui/button';
import { mistakeAt, type Mistake } from '../ui/errors';
import { TextField } from '../ui/field';
import { Form } from '../ui/form';
import { answer, useAnswers } from './answers';
import { activation } from './calls';

interface AccountStepProps {
  above: ReactNode;
  stepWords: string;
  onNext: () => void;
  onGone: (problem: Problem) => boolean;
  links: ReactNode;
  refused: readonly Mistake[];
}

export function IdentifierStep({ above, stepWords, onNext, onGone, links, refused }: AccountStepProps) {
  const say = useSay();
  const words = useProblemText(accountWords);
  const { identifier } = useAnswers();
  const [mistakes, setMistakes] = useState<readonly Mistake[]>(refused);
  const [busy, run] = useBusy();
  const submit = () => {
    if (identifier.trim() === '') {
      setMistakes([{ field: 'identifier', text: say('identity.identifier.empty') }]);
      return;
    }
    void run(async () => {
      try {
        answer({ identifier: identifier.trim() });
        await activation.identifier(identifier.trim());
        onNext();
      } catch (thrown) {
        const problem = asProblem(thrown);
        if (onGone(problem)) return;
        if (problem.status === 422 && !(problem.code in accountWords)) setMistakes([{ field: 'identifier', text: say('identity.identifier.invalid') }]);
        else setMistakes([{ ...(problem.code in accountWords ? { field: 'identifier' } : {}), text: words(problem) }]);
      }
    });
  };
  return (
    <Page title={say('identity.identifier.title')} step={stepWords} failed={mistakes.length > 0} above={above} width="form">
      <Form mistakes={mistakes} onSubmit={submit}>
        <TextField
          id="identifier"
          name="username"
          label={say('identity.identifier.label')}
          help={say('identity.identifier.help')}
          error={mistakeAt(mistakes, 'identifier')}
          value={identifier}
          onChange={(typed) => answer({ identifier: typed })}
          autoComplete="username"
        />
        <div className="buttons">
          <Button submit busy={busy}>
            {say('app.continue')}
          </Button>
        </div>
        <BusyNote busy={busy} />
      </Form>
      {links}
    </Page>
  );
}

export function PasswordStep({ above, stepWords, onNext, links, refused }: AccountStepProps) {
  const say = useSay();
  const { password, identifier } = useAnswers();
  const min = usePasswordMin();
  const [mistakes, setMistakes] = useState<readonly Mistake[]>(refused);
  const submit = () => {
    const text = passwordMistake(password, identifier, min, say);
    if (text) setMistakes([{ field: 'password', text }]);
    else onNext();
  };
  return (
    <Page title={say('identity.password.title')} step={stepWords} failed={mistakes.length > 0} above={above} width="form">
      <Form mistakes={mistakes} onSubmit={submit}>
        {/* For the device's password manager: the name that goes with this password. */}
        <input type="text" name="username" autoComplete="username" value={identifier} readOnly hidden />
        <PasswordField
          id="password"
          label={say('identity.password.label')}
          help={say('identity.password.help', { min })}
          error={mistakeAt(mistakes, 'password')}
          value={password}
          onChange={(typed) => answer({ password: typed })}
          use="new"
        />
        <div className="buttons">
          <Button submit>{say('app.continue')}</Button>
        </div>
      </Form>
      {links}
    </Page>
  );
}
