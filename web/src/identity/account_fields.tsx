import { useState } from 'react';
import { Eye, EyeOff } from 'lucide-react';
import { useService } from '../app/service';
import { type Say, useSay } from '../app/words';
import { Button } from '../ui/button';
import { TextField } from '../ui/field';
import { Icon } from '../ui/icons';

interface PasswordFieldProps {
  id: string;
  label: string;
  help?: string;
  error?: string | undefined;
  value: string;
  onChange: (typed: string) => void;
  /** new: a manager may propose one; current: it fills the known one in. */
  use: 'new' | 'current';
}

/** Pasting and password managers are welcome; instead of typing twice, the person may look. */
export function PasswordField({ id, label, help, error, value, onChange, use }: PasswordFieldProps) {
  const say = useSay();
  const [shown, setShown] = useState(false);
  return (
    <TextField
      id={id}
      label={label}
      help={help}
      error={error}
      value={value}
      onChange={onChange}
      type={shown ? 'text' : 'password'}
      autoComplete={use === 'new' ? 'new-password' : 'current-password'}
      name="password"
    >
      <Button look="link" onPress={() => setShown(!shown)}>
        <Icon of={shown ? EyeOff : Eye} />
        {say(shown ? 'identity.password.hide' : 'identity.password.show')}
      </Button>
    </TextField>
  );
}

/** What to mend in a new password before anything is sent; the service knows more (common ones). */
export function passwordMistake(password: string, identifier: string, min: number, say: Say): string | undefined {
  const length = [...password].length;
  if (length === 0) return say('identity.password.empty');
  if (length < min) return say('identity.password.short', { missing: min - length });
  if (identifier !== '' && password.trim().toLowerCase() === identifier.trim().toLowerCase()) return say('identity.password.is_identifier');
  return undefined;
}

export function usePasswordMin(): number {
  return useService().password_min_length;
}
