import { type ReactNode, useState } from 'react';
import { Page } from '../app/page';
import { type Say, useSay } from '../app/words';
import { Button } from '../ui/button';
import { mistakeAt, type Mistake } from '../ui/errors';
import { TextField } from '../ui/field';
import { Form } from '../ui/form';
import { BusyNote } from '../ui/busy';
import { CardDrawing } from './card_drawing';
import { type NumberReading, readNumber } from './number';
import { NumberField } from './number_field';

export function numberMistake(reading: NumberReading, say: Say): string | undefined {
  switch (reading.kind) {
    case 'empty':
      return say('identity.number.empty');
    case 'short':
      return say('identity.number.short', { missing: reading.missing });
    case 'no_key':
      return say('identity.number.no_key');
    case 'long':
      return say('identity.number.long', { extra: reading.extra });
    case 'foreign':
      return say('identity.number.foreign', { sign: reading.sign });
    case 'wrong_key':
      return say('identity.number.wrong_key');
    case 'good':
      return undefined;
  }
}

interface NumberStepProps {
  above: ReactNode;
  stepWords?: string;
  value: string;
  onChange: (typed: string) => void;
  onNext: () => void;
  links?: ReactNode;
  refused?: readonly Mistake[];
}

export function NumberStep({ above, stepWords, value, onChange, onNext, links, refused }: NumberStepProps) {
  const say = useSay();
  const [mistakes, setMistakes] = useState<readonly Mistake[]>(refused ?? []);
  const submit = () => {
    const text = numberMistake(readNumber(value), say);
    if (text) setMistakes([{ field: 'number', text }]);
    else onNext();
  };
  return (
    <Page title={say('identity.number.title')} step={stepWords} failed={mistakes.length > 0} above={above} width="form">
      <Form mistakes={mistakes} onSubmit={submit}>
        <NumberField id="number" help={say('identity.number.help')} error={mistakeAt(mistakes, 'number')} value={value} onChange={onChange} />
        <div className="buttons">
          <Button submit>{say('app.continue')}</Button>
        </div>
      </Form>
      {links}
    </Page>
  );
}

interface SerialStepProps extends Omit<NumberStepProps, 'refused'> {
  busy: boolean;
  /** The service's refusals of the whole. */
  mistakes: readonly Mistake[];
  onMistakes: (mistakes: readonly Mistake[]) => void;
  submitWords?: string;
}

export function SerialStep({ above, stepWords, value, onChange, onNext, links, busy, mistakes, onMistakes, submitWords }: SerialStepProps) {
  const say = useSay();
  const submit = () => {
    if (value.trim() === '') onMistakes([{ field: 'serial', text: say('identity.card.empty') }]);
    else onNext();
  };
  return (
    <Page title={say('identity.card.title')} step={stepWords} failed={mistakes.length > 0} above={above} width="form">
      <Form mistakes={mistakes} onSubmit={submit}>
        <CardDrawing />
        <TextField
          id="serial"
          label={say('identity.card.label')}
          help={say('identity.card.help')}
          error={mistakeAt(mistakes, 'serial')}
          value={value}
          onChange={onChange}
          inputMode="numeric"
          shape="digits"
        />
        <div className="buttons">
          <Button submit busy={busy}>
            {submitWords ?? say('app.continue')}
          </Button>
        </div>
        <BusyNote busy={busy} />
      </Form>
      {links}
    </Page>
  );
}
