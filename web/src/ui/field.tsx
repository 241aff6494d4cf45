import { CircleAlert } from 'lucide-react';
import { Fragment, type HTMLInputAutoCompleteAttribute, type ReactNode, type Ref } from 'react';
import { Icon } from './icons';

/** The words of a mistake, at its field: the same as in the summary at the top. */
export function FieldError({ id, text }: { id: string; text: string | undefined }) {
  if (!text) return null;
  return (
    <span className="field-error" id={`${id}-error`}>
      <Icon of={CircleAlert} />
      <span>{text}</span>
    </span>
  );
}

/** What describes a control, for aria-describedby: its help, then its error. */
export function describedBy(id: string, help: unknown, error: unknown, state?: unknown): string | undefined {
  return [help ? `${id}-help` : '', error ? `${id}-error` : '', state ? `${id}-state` : ''].filter(Boolean).join(' ') || undefined;
}

interface TextFieldProps {
  /** Also the anchor of the error summary's link. */
  id: string;
  label: string;
  help?: ReactNode | undefined;
  error?: string | undefined;
  value: string;
  onChange: (value: string) => void;
  onBlur?: () => void;
  type?: 'text' | 'password' | 'email' | 'tel' | 'search';
  autoComplete?: HTMLInputAutoCompleteAttribute;
  inputMode?: 'text' | 'numeric' | 'email' | 'tel';
  /** short: a dozen signs; digits: fixed-width letters. */
  shape?: 'short' | 'digits';
  /** A line under the input that changes while typing ("8 signes sur 12"); not announced at each key. */
  state?: string;
  /** Beside the label's line, under the input: show the password, [2A] [2B]. */
  children?: ReactNode;
  inputRef?: Ref<HTMLInputElement>;
  /** Password managers need the name. */
  name?: string;
}

export function TextField(props: TextFieldProps) {
  const { id, label, help, error, value, onChange, onBlur, type = 'text', autoComplete = 'off', inputMode, shape, state, children, inputRef, name } = props;
  const classes = ['input', shape === 'short' && 'input-short', shape === 'digits' && 'input-digits'].filter(Boolean).join(' ');
  return (
    <div className={error ? 'field field-invalid' : 'field'}>
      <label htmlFor={id}>{label}</label>
      {help && (
        <span className="field-help" id={`${id}-help`}>
          {help}
        </span>
      )}
      <FieldError id={id} text={error} />
      <input
        id={id}
        name={name ?? id}
        ref={inputRef}
        className={classes}
        type={type}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onBlur={onBlur}
        autoComplete={autoComplete}
        inputMode={inputMode}
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy(id, help, error, state)}
      />
      {state !== undefined && (
        <span className="field-state" id={`${id}-state`}>
          {state}
        </span>
      )}
      {children}
    </div>
  );
}

export interface Choice {
  value: string;
  label: string;
  detail?: string;
  /** Asked beside, once this one is chosen: it stands right under it. */
  then?: ReactNode;
}

interface ChoicesProps {
  id: string;
  legend: string;
  /** The page's h1 says it already: kept for those who hear the page. */
  legendHidden?: boolean;
  help?: ReactNode | undefined;
  error?: string | undefined;
  choices: Choice[];
  value: string;
  onChange: (value: string) => void;
}

/** One choice among a few: native radios, so arrows, Tab and screen readers behave as everywhere. */
export function Choices({ id, legend, legendHidden = false, help, error, choices, value, onChange }: ChoicesProps) {
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
        <Fragment key={choice.value}>
          <label className="choice">
            <input
              type="radio"
              id={index === 0 ? id : `${id}-${choice.value}`}
              name={id}
              value={choice.value}
              checked={value === choice.value}
              onChange={() => onChange(choice.value)}
              aria-describedby={describedBy(id, false, error)}
            />
            <span>
              {choice.label}
              {choice.detail && <span className="choice-detail">{choice.detail}</span>}
            </span>
          </label>
          {value === choice.value && choice.then && <div className="choice-then">{choice.then}</div>}
        </Fragment>
      ))}
    </fieldset>
  );
}
