import { describedBy, FieldError } from '../ui/field';
import { useSay } from '../app/words';
import { codeLength, codeSigns, shownCode } from './code';

interface CodeFieldProps {
  id: string;
  label: string;
  /** The page's h1 is the label already. */
  labelHidden?: boolean;
  help: string;
  error?: string | undefined;
  value: string;
  onChange: (typed: string) => void;
}

/**
 * One input over three drawn groups. While the person types at the end, the spaces come by themselves;
 * a correction in the middle is left alone until the field is left, so that the caret never jumps.
 */
export function CodeField({ id, label, labelHidden = false, help, error, value, onChange }: CodeFieldProps) {
  const say = useSay();
  const count = codeSigns(value).length;
  return (
    <div className={error ? 'field field-invalid' : 'field'}>
      <label htmlFor={id} className={labelHidden ? 'visually-hidden' : undefined}>
        {label}
      </label>
      <span className="field-help" id={`${id}-help`}>
        {help}
      </span>
      <FieldError id={id} text={error} />
      <div className="code-frame">
        <div className="code-box">
          <span className="code-group code-group-1" aria-hidden="true" />
          <span className="code-group code-group-2" aria-hidden="true" />
          <span className="code-group code-group-3" aria-hidden="true" />
          <input
            id={id}
            name={id}
            type="text"
            value={value}
            onChange={(event) => {
              const { value: typed, selectionStart } = event.target;
              onChange(selectionStart === typed.length && typed.length > value.length ? shownCode(typed) : typed);
            }}
            onBlur={() => onChange(shownCode(value))}
            autoComplete="off"
            autoCapitalize="characters"
            autoCorrect="off"
            spellCheck={false}
            aria-invalid={error ? true : undefined}
            aria-describedby={describedBy(id, true, error, true)}
          />
        </div>
      </div>
      <span className="field-state" id={`${id}-state`}>
        {say('enrollment.code.count', { count, of: codeLength })}
      </span>
    </div>
  );
}
