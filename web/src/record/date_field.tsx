import { useSay } from '../app/words';
import { mistakeAt, type Mistake } from '../ui/errors';
import { FieldError } from '../ui/field';
import type { TypedDate } from './typed_date';

interface DateFieldProps {
  /** The three inputs are `${id}-day`, `${id}-month`, `${id}-year`: a mistake names one of them. */
  id: string;
  legend: string;
  help: string;
  mistakes: readonly Mistake[];
  value: TypedDate;
  onChange: (value: TypedDate) => void;
}

const parts = ['day', 'month', 'year'] as const;

/** A date typed in three fields: no calendar to find one's way in. */
export function DateField({ id, legend, help, mistakes, value, onChange }: DateFieldProps) {
  const say = useSay();
  const wrong = parts.find((part) => mistakeAt(mistakes, `${id}-${part}`) !== undefined);
  const error = wrong && mistakeAt(mistakes, `${id}-${wrong}`);
  return (
    <fieldset className={error ? 'field field-invalid' : 'field'} aria-describedby={error ? `${id}-help ${id}-error` : `${id}-help`}>
      <legend className="field-label">{legend}</legend>
      <span className="field-help" id={`${id}-help`}>
        {help}
      </span>
      <FieldError id={id} text={error} />
      <div className="fields-inline">
        {parts.map((part) => (
          <div key={part}>
            <label htmlFor={`${id}-${part}`}>{say(`add.date.${part}`)}</label>
            <input
              id={`${id}-${part}`}
              name={`${id}-${part}`}
              className="input"
              type="text"
              inputMode="numeric"
              autoComplete="off"
              maxLength={part === 'year' ? 4 : 2}
              value={value[part]}
              onChange={(event) => onChange({ ...value, [part]: event.target.value })}
              aria-invalid={wrong === part ? true : undefined}
              aria-describedby={wrong === part ? `${id}-error` : undefined}
            />
          </div>
        ))}
      </div>
    </fieldset>
  );
}
