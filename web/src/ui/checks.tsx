import type { ReactNode } from 'react';
import { type Choice, describedBy, FieldError } from './field';

interface ChecksProps {
  id: string;
  legend: string;
  legendHidden?: boolean;
  help?: ReactNode | undefined;
  error?: string | undefined;
  choices: Choice[];
  values: readonly string[];
  onChange: (values: string[]) => void;
}

/** Any number of choices among a few: native boxes to tick. */
export function Checks({ id, legend, legendHidden = false, help, error, choices, values, onChange }: ChecksProps) {
  return (
    <fieldset className={error ? 'field field-invalid' : 'field'} aria-describedby={describedBy(id, help, error)}>
      <legend className={legendHidden ? 'visually-hidden' : 'field-label'}>{legend}</legend>
      {help && (
        <span className="field-help" id={`${id}-help`}>
          {help}
        </span>
      )}
      <FieldError id={id} text={error} />
      {choices.map((choice, index) => (
        <Check
          key={choice.value}
          id={index === 0 ? id : `${id}-${choice.value}`}
          label={choice.label}
          {...(choice.detail ? { detail: choice.detail } : {})}
          checked={values.includes(choice.value)}
          onChange={(checked) => onChange(choices.map((one) => one.value).filter((value) => (value === choice.value ? checked : values.includes(value))))}
        />
      ))}
    </fieldset>
  );
}

interface CheckProps {
  id: string;
  label: string;
  detail?: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}

export function Check({ id, label, detail, checked, onChange }: CheckProps) {
  return (
    <label className="choice">
      <input type="checkbox" id={id} name={id} checked={checked} onChange={(event) => onChange(event.target.checked)} />
      <span>
        {label}
        {detail && <span className="choice-detail">{detail}</span>}
      </span>
    </label>
  );
}
