import { type ReactNode } from 'react';
import { Page } from '../app/page';
import { useSay } from '../app/words';
import { contactWords } from '../identity/contact';
import { groupNumber } from '../identity/number';
import { BusyNote } from '../ui/busy';
import { Button } from '../ui/button';
import { ErrorSummary, type Mistake } from '../ui/errors';
import { Note } from '../ui/notes';
import { useAnswers } from './answers';
import type { Flow } from './calls';

interface Row {
  what: string;
  given: string;
  step: string | null;
}

function useRows(flow: Flow): Row[] {
  const say = useSay();
  const answers = useAnswers();
  const contact = flow.sent ? contactWords(flow.sent, say) : say('enrollment.decide.contact_confirmed');
  const rows: (Row | null)[] = [
    { what: say('enrollment.decide.name'), given: flow.name, step: null },
    answers.code === '' ? null : { what: say('enrollment.decide.code'), given: answers.code, step: '1' },
    answers.number === '' ? null : { what: say('enrollment.decide.number'), given: groupNumber(answers.number), step: '2' },
    answers.serial === '' ? null : { what: say('enrollment.decide.serial'), given: answers.serial, step: '3' },
    { what: say('enrollment.decide.contact'), given: contact, step: null },
    flow.needs_account ? { what: say('enrollment.decide.identifier'), given: answers.identifier, step: '5' } : null,
    flow.needs_account ? { what: say('enrollment.decide.password'), given: say('enrollment.decide.password_chosen'), step: '6' } : null,
  ];
  return rows.filter((row) => row !== null);
}

interface DecideStepProps {
  above: ReactNode;
  stepWords: string;
  flow: Flow;
  busy: boolean;
  mistakes: readonly Mistake[];
  onChange: (step: string) => void;
  onOpen: () => void;
  onObject: () => void;
  links: ReactNode;
}

/** The last screen: what was given, then two decisions of the same weight. Only these buttons spend the code. */
export function DecideStep({ above, stepWords, flow, busy, mistakes, onChange, onOpen, onObject, links }: DecideStepProps) {
  const say = useSay();
  const rows = useRows(flow);
  return (
    <Page title={say('enrollment.decide.title')} step={stepWords} failed={mistakes.length > 0} above={above} width="form">
      <ErrorSummary mistakes={mistakes} />
      <dl className="answers">
        {rows.map((row) => (
          <div key={row.what}>
            <dt>{row.what}</dt>
            <dd>{row.given}</dd>
            {row.step && (
              <dd>
                <Button look="link" onPress={() => onChange(row.step ?? '')} label={say('enrollment.decide.change_named', { what: row.what })}>
                  {say('app.change')}
                </Button>
              </dd>
            )}
          </div>
        ))}
      </dl>
      <Note>
        <p>{say('enrollment.decide.deadline', { date: say.date(flow.deadline) })}</p>
        {flow.needs_second_letter && <p>{say('enrollment.decide.second_letter')}</p>}
      </Note>
      <ul className="plain-list">
        <li>{say('enrollment.decide.open_means')}</li>
        <li>{say('enrollment.decide.object_means')}</li>
      </ul>
      <div className="buttons buttons-equal">
        <Button busy={busy} onPress={onOpen}>
          {say(flow.child ? 'enrollment.decide.open_child' : 'enrollment.decide.open')}
        </Button>
        <Button busy={busy} onPress={onObject}>
          {say(flow.child ? 'enrollment.decide.object_child' : 'enrollment.decide.object')}
        </Button>
      </div>
      <BusyNote busy={busy} />
      {links}
    </Page>
  );
}
