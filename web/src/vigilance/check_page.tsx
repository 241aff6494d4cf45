import { CircleAlert, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { PlainWords } from '../app/plain_frame';
import { PlainFrame } from '../app/plain_frame';
import { Icon } from '../ui/icons';
import { pictureTypes, tickNames } from './kinds';

interface PartProps {
  say: PlainWords;
  /** Ends every id: the page stands twice in the document, once per language. */
  language: 'fr' | 'en';
}

const situations = ['no', 'yes', 'unsure', 'phone'] as const;

/** « Vérifier un message », rendered at build and brought to life by check.ts, which finds its parts by their data- names. */
export function CheckPage({ say, language }: PartProps) {
  const content = `verifier-${language}`;
  return (
    <PlainFrame say={say} language={language} content={content}>
      <main id={content} tabIndex={-1} className="page page-form stack">
        <div data-part="form">
          <form noValidate className="stack" autoComplete="off">
            <h1 tabIndex={-1}>{say('vigilance.check.title')}</h1>
            <p data-part="private">{say('vigilance.check.private')}</p>
            <Summary say={say} language={language} />
            <Situation say={say} language={language} />
            <div aria-live="assertive">
              <p className="hang-up note note-bad" data-part="phone" hidden>
                {say('vigilance.check.hang_up')}
              </p>
            </div>
            <Victim say={say} language={language} />
            <Message say={say} language={language} />
          </form>
          <Links say={say} />
        </div>
        <div data-part="answer" data-title={`${say('vigilance.answer.window')} - ${say('vigilance.check.title')}`} hidden />
        <p className="field-state" role="status" data-part="status" />
      </main>
    </PlainFrame>
  );
}

function Summary({ say, language }: PartProps) {
  return (
    <div className="summary" data-part="summary" data-title={say('app.title.error', { title: say('vigilance.check.title') })} hidden tabIndex={-1} role="alert" aria-labelledby={`summary-${language}`}>
      <h2 id={`summary-${language}`}>
        <Icon of={TriangleAlert} />
        {say('app.errors.title')}
      </h2>
      <div data-part="mistake" />
    </div>
  );
}

function Situation({ say, language }: PartProps) {
  return (
    <fieldset className="field">
      <legend className="field-label">{say('vigilance.check.question')}</legend>
      {situations.map((value) => (
        <label className="choice" key={value}>
          <input type="radio" name={`situation-${language}`} value={value} data-part="situation" autoComplete="off" />
          <span>{say(`vigilance.check.${value}`)}</span>
        </label>
      ))}
    </fieldset>
  );
}

function Victim({ say }: PartProps) {
  return (
    <div aria-live="polite">
      <div className="stack-s" data-part="yes" hidden>
        <p>
          <strong>{say('vigilance.check.everyone')}</strong>
        </p>
        <div className="buttons">
          <a className="button" href="/victime">
            {say('vigilance.check.victim')}
          </a>
          <button type="button" className="link" data-part="still">
            {say('vigilance.check.still')}
          </button>
        </div>
      </div>
      <p className="link-row" data-part="unsure" hidden>
        <a href="/victime">{say('vigilance.check.unsure_link')}</a>
      </p>
    </div>
  );
}

function Message({ say, language }: PartProps) {
  return (
    <div className="stack" data-part="message" hidden>
      <div className="stack" data-part="copied">
        <Field id={`text-${language}`} label={say('vigilance.check.paste')} help={say('vigilance.check.paste_help')} error="text">
          <textarea id={`text-${language}`} className="input text-area text-area-tall" data-part="text" rows={6} autoComplete="off" autoCapitalize="none" spellCheck={false} aria-describedby={`text-${language}-help text-${language}-error`} />
        </Field>
        <Field id={`sender-${language}`} label={say('vigilance.check.sender')}>
          <input id={`sender-${language}`} className="input" data-part="sender" type="text" autoComplete="off" autoCapitalize="none" spellCheck={false} />
        </Field>
      </div>
      <fieldset className="field" data-part="ticks" hidden>
        <legend className="field-label">{say('vigilance.check.ticks')}</legend>
        <Wrong of="tick" />
        {tickNames.map((name) => (
          <label className="choice" key={name}>
            <input type="checkbox" data-part="tick" value={name} autoComplete="off" />
            <span>{say(`vigilance.check.tick.${name}`)}</span>
          </label>
        ))}
      </fieldset>
      <div className="buttons">
        <button type="submit" className="button" data-part="submit" data-busy={say('vigilance.check.checking')}>
          {say('vigilance.check.submit')}
        </button>
        <button type="button" className="link" data-part="cannot">
          {say('vigilance.check.cannot_copy')}
        </button>
        <button type="button" className="link" data-part="can" hidden>
          {say('vigilance.check.can_copy')}
        </button>
      </div>
      <File say={say} language={language} />
    </div>
  );
}

function File({ say, language }: PartProps) {
  return (
    <div className="stack-s" data-part="eml">
      <Field id={`picture-${language}`} label={say('vigilance.check.picture')} help={say('vigilance.check.picture_help')} error="picture">
        <input id={`picture-${language}`} className="input" data-part="picture" type="file" accept={pictureTypes} autoComplete="off" aria-describedby={`picture-${language}-help picture-${language}-error`} />
      </Field>
      <Field id={`eml-${language}`} label={say('vigilance.check.file')} help={say('vigilance.check.file_help')} error="file">
        <input id={`eml-${language}`} className="input" data-part="file" type="file" accept=".eml,message/rfc822" autoComplete="off" aria-describedby={`eml-${language}-help eml-${language}-error`} />
      </Field>
      <p role="status" data-part="chosen" data-words={say('vigilance.check.file_chosen')} data-picture={say('vigilance.check.picture_chosen')} />
      <button type="button" className="link" data-part="away" hidden>
        {say('vigilance.check.file_away')}
      </button>
    </div>
  );
}

/** The words of a mistake, at its field: check.ts writes them. */
function Wrong({ of, id }: { of: string; id?: string }) {
  return (
    <span className="field-error" data-part={`${of}-error`} id={id} hidden>
      <Icon of={CircleAlert} />
      <span />
    </span>
  );
}

function Field({ id, label, help, error, children }: { id: string; label: string; help?: string; error?: string; children: ReactNode }) {
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {help && (
        <span className="field-help" id={`${id}-help`}>
          {help}
        </span>
      )}
      {error && <Wrong of={error} id={`${id}-error`} />}
      {children}
    </div>
  );
}

function Links({ say }: { say: PlainWords }) {
  return (
    <p className="link-row" data-part="links">
      <a href="/signaler">{say('vigilance.links.report')}</a>
      <a href="/ce-qui-circule">{say('vigilance.links.radar')}</a>
      <a href="/apprendre">{say('vigilance.links.learn')}</a>
    </p>
  );
}
