import type { ReactNode } from 'react';
import { useSay } from '../app/words';
import { Link } from '../ui/button';
import { describedBy, FieldError } from '../ui/field';

interface TextAreaProps {
  id: string;
  label: string;
  help?: string;
  error?: string | undefined;
  value: string;
  onChange: (value: string) => void;
  rows?: number;
}

export function TextArea({ id, label, help, error, value, onChange, rows = 6 }: TextAreaProps) {
  return (
    <div className={error ? 'field field-invalid' : 'field'}>
      <label htmlFor={id}>{label}</label>
      {help && (
        <span className="field-help" id={`${id}-help`}>
          {help}
        </span>
      )}
      <FieldError id={id} text={error} />
      <textarea
        id={id}
        className="input text-area"
        rows={rows}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy(id, help, error)}
      />
    </div>
  );
}

interface BoxesProps {
  /** The first box bears it: the anchor of the error summary's link. */
  id: string;
  legend: string;
  help?: string;
  error?: string | undefined;
  boxes: { value: string; label: string }[];
  checked: readonly string[];
  onChange: (checked: string[]) => void;
}

/** Several choices among a few: native boxes. */
export function Boxes({ id, legend, help, error, boxes, checked, onChange }: BoxesProps) {
  return (
    <fieldset className={error ? 'field field-invalid' : 'field'} aria-describedby={describedBy(id, help, error)}>
      <legend className="field-label">{legend}</legend>
      {help && (
        <span className="field-help" id={`${id}-help`}>
          {help}
        </span>
      )}
      <FieldError id={id} text={error} />
      {boxes.map(({ value, label }, index) => (
        <label className="choice" key={value}>
          <input
            type="checkbox"
            id={index === 0 ? id : `${id}-${value}`}
            checked={checked.includes(value)}
            onChange={(event) => onChange(event.target.checked ? [...checked, value] : checked.filter((one) => one !== value))}
            autoComplete="off"
          />
          <span>{label}</span>
        </label>
      ))}
    </fieldset>
  );
}

const others = { report: '/signaler', victim: '/victime', radar: '/ce-qui-circule', learn: '/apprendre' };

/** The other pages of vigilance. « Vérifier un message » is a page of its own, loaded whole. */
export function Others({ but, children }: { but: keyof typeof others; children?: ReactNode }) {
  const say = useSay();
  return (
    <p className="link-row no-print">
      {children}
      <a href="/verifier">{say('vigilance.links.check')}</a>
      {(Object.keys(others) as (keyof typeof others)[])
        .filter((name) => name !== but)
        .map((name) => (
          <Link key={name} to={others[name]}>
            {say(`vigilance.links.${name}`)}
          </Link>
        ))}
    </p>
  );
}
