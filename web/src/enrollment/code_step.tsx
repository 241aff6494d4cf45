import { type ReactNode, useState } from 'react';
import { Page } from '../app/page';
import { type Say, useSay } from '../app/words';
import { Button } from '../ui/button';
import { mistakeAt, type Mistake } from '../ui/errors';
import { Form } from '../ui/form';
import { answer, useAnswers } from './answers';
import { type CodeReading, readCode } from './code';
import { CodeField } from './code_field';

/** What to mend in a code, or nothing. */
export function codeMistake(reading: CodeReading, say: Say): string | undefined {
  switch (reading.kind) {
    case 'empty':
      return say('enrollment.code.empty');
    case 'short':
      return say('enrollment.code.short', { missing: reading.missing });
    case 'long':
      return say('enrollment.code.long', { extra: reading.extra });
    case 'foreign':
      return say('enrollment.code.foreign', { sign: reading.sign });
    case 'misspelt':
      return say('enrollment.code.misspelt');
    case 'good':
      return undefined;
  }
}

interface StepProps {
  above: ReactNode;
  stepWords?: string;
  onNext: () => void;
  /** Ways out under the button. */
  links?: ReactNode;
  /** What the service said of this very answer, later on. */
  refused?: readonly Mistake[];
}

export function CodeStep({ above, stepWords, onNext, links, refused }: StepProps) {
  const say = useSay();
  const { code } = useAnswers();
  const [mistakes, setMistakes] = useState<readonly Mistake[]>(refused ?? []);
  const submit = () => {
    const reading = readCode(code);
    const text = codeMistake(reading, say);
    if (text) {
      setMistakes([{ field: 'code', text }]);
      return;
    }
    if (reading.kind === 'good') answer({ code: reading.code });
    onNext();
  };
  return (
    <Page title={say('enrollment.code.title')} step={stepWords} failed={mistakes.length > 0} above={above} width="form">
      <Form mistakes={mistakes} onSubmit={submit}>
        <CodeField
          id="code"
          label={say('enrollment.code.title')}
          labelHidden
          help={say('enrollment.code.help')}
          error={mistakeAt(mistakes, 'code')}
          value={code}
          onChange={(typed) => answer({ code: typed })}
        />
        <div className="buttons">
          <Button submit>{say('app.continue')}</Button>
        </div>
      </Form>
      {links}
    </Page>
  );
}
