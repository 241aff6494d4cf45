import { useRef } from 'react';
import { Button } from '../ui/button';
import { TextField } from '../ui/field';
import { useSay } from '../app/words';
import { groupNumber } from './number';

interface NumberFieldProps {
  id: string;
  help: string;
  error?: string | undefined;
  value: string;
  onChange: (typed: string) => void;
}

/** The number, digits on a phone's keypad; 2A and 2B, which the keypad lacks, have their buttons. Read back by groups on leaving. */
export function NumberField({ id, help, error, value, onChange }: NumberFieldProps) {
  const say = useSay();
  const input = useRef<HTMLInputElement>(null);
  const insert = (letters: string) => {
    const field = input.current;
    const start = field?.selectionStart ?? value.length;
    const end = field?.selectionEnd ?? value.length;
    const before = value.slice(0, start);
    // "2" is often typed before the button is seen: it is not doubled.
    const kept = /2$/u.test(before) && before.replace(/\D/gu, '').length === 6 ? before.slice(0, -1) : before;
    onChange(groupNumber(kept + letters + value.slice(end)));
    field?.focus();
  };
  return (
    <TextField
      id={id}
      label={say('identity.number.label')}
      help={help}
      error={error}
      value={value}
      onChange={onChange}
      onBlur={() => onChange(groupNumber(value))}
      inputMode="numeric"
      shape="digits"
      inputRef={input}
      state={say('identity.number.corsica')}
    >
      <div className="row">
        <Button look="plain" small onPress={() => insert('2A')} label={say('identity.number.insert', { letters: '2A' })}>
          2A
        </Button>
        <Button look="plain" small onPress={() => insert('2B')} label={say('identity.number.insert', { letters: '2B' })}>
          2B
        </Button>
      </div>
    </TextField>
  );
}
