import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { Page } from '../../app/page';
import { asProblem } from '../../app/problem';
import { useProblemText } from '../../app/problem_words';
import { useSay } from '../../app/words';
import { SpaceLink } from '../../record/space_link';
import { BusyNote, useBusy } from '../../ui/busy';
import { Button, Link } from '../../ui/button';
import { ErrorSummary, mistakeAt, type Mistake } from '../../ui/errors';
import { Form } from '../../ui/form';
import { Note } from '../../ui/notes';
import { StepBar } from '../../ui/progress';
import { readCode } from '../code';
import { CodeField } from '../code_field';
import { codeMistake } from '../code_step';
import { ReceiptPanel } from '../receipt';
import { type Child, type ChildDecision, type Decided, decideForChild } from './calls';
import { NewCodePages, RefusalPages } from './child_more';
import { useRefreshSpaces } from './refresh';

interface Done {
  decision: ChildDecision;
  decided: Decided;
}

/** A parent decides for a child: the child's own code, then two buttons of the same weight, then the receipt. */
export function ChildDecisionPages({ child }: { child: Child }) {
  const search: { etape?: unknown } = useSearch({ strict: false });
  const navigate = useNavigate();
  const refresh = useRefreshSpaces();
  const [typed, setTyped] = useState('');
  const [refused, setRefused] = useState<readonly Mistake[]>([]);
  const [done, setDone] = useState<Done | null>(null);
  const step = typeof search.etape === 'string' ? search.etape : '';
  const go = (next: string, replace = false) =>
    navigate({ to: '/espace/enfants', search: { enfant: child.who, ...(next === '' ? {} : { etape: next }) } as never, replace });
  const reading = readCode(typed);
  const lost = (step === 'decision' && reading.kind !== 'good') || (step === 'fait' && !done);
  useEffect(() => {
    if (lost) void navigate({ to: '/espace/enfants', search: { enfant: child.who } as never, replace: true });
  }, [lost, navigate, child.who]);
  if (step === 'nouveau-code') return <NewCodePages child={child} onBack={() => void go('', true)} />;
  if (step === 'refuser') return <RefusalPages child={child} onBack={() => void navigate({ to: '/espace/enfants' })} />;
  if (step === 'fait' && done) return <DonePage child={child} done={done} />;
  if (step === 'decision' && reading.kind === 'good')
    return (
      <DecisionPage
        child={child}
        code={reading.code}
        onBack={() => void go('')}
        onRefused={(mistakes) => {
          setRefused(mistakes);
          void go('', true);
        }}
        onDone={async (now) => {
          setDone(now);
          await go('fait', true);
          setTyped('');
          await refresh();
        }}
      />
    );
  return <CodePage child={child} typed={typed} onTyped={setTyped} refused={refused} onNext={() => void go('decision')} onBack={() => void navigate({ to: '/espace/enfants' })} />;
}

interface CodePageProps {
  child: Child;
  typed: string;
  onTyped: (typed: string) => void;
  refused: readonly Mistake[];
  onNext: () => void;
  onBack: () => void;
}

function CodePage({ child, typed, onTyped, refused, onNext, onBack }: CodePageProps) {
  const say = useSay();
  const [mistakes, setMistakes] = useState(refused);
  const submit = () => {
    const text = codeMistake(readCode(typed), say);
    if (text) setMistakes([{ field: 'code', text }]);
    else onNext();
  };
  return (
    <Page title={say('children.code_title')} failed={mistakes.length > 0} above={<StepBar step={1} of={2} onBack={onBack} />} width="form">
      <p>{say('children.for', { name: child.name })}</p>
      <Form mistakes={mistakes} onSubmit={submit}>
        <CodeField id="code" label={say('enrollment.code.title')} help={say('children.code_help')} error={mistakeAt(mistakes, 'code')} value={typed} onChange={onTyped} />
        <div className="buttons">
          <Button submit>{say('app.continue')}</Button>
        </div>
      </Form>
      <div className="link-row">
        <Link to="/espace/enfants" search={{ enfant: child.who, etape: 'nouveau-code' }} className="link">
          {say('children.new_code.link')}
        </Link>
      </div>
    </Page>
  );
}

interface DecisionPageProps {
  child: Child;
  code: string;
  onBack: () => void;
  onRefused: (mistakes: readonly Mistake[]) => void;
  onDone: (done: Done) => Promise<void>;
}

function DecisionPage({ child, code, onBack, onRefused, onDone }: DecisionPageProps) {
  const say = useSay();
  const words = useProblemText({ 'enrollment.already_open': 'enrollment.facts.already_open', 'enrollment.suspended': 'enrollment.facts.suspended' });
  const [mistakes, setMistakes] = useState<readonly Mistake[]>([]);
  const [busy, run] = useBusy();
  const decide = (decision: ChildDecision) =>
    void run(async () => {
      try {
        await onDone({ decision, decided: await decideForChild(child.who, decision, code) });
      } catch (thrown) {
        const problem = asProblem(thrown);
        if (problem.code === 'enrollment.facts_do_not_match' || problem.code === 'enrollment.code_misspelt')
          onRefused([{ field: 'code', text: say(problem.code === 'enrollment.code_misspelt' ? 'enrollment.code.misspelt' : 'children.no_match') }]);
        else setMistakes([{ text: words(problem) }]);
      }
    });
  const mayObject = child.state === 'eligible' || child.state === 'notified';
  return (
    <Page title={say('children.decision_title')} failed={mistakes.length > 0} above={<StepBar step={2} of={2} onBack={onBack} />} width="form">
      <ErrorSummary mistakes={mistakes} />
      <p>{say('children.for', { name: child.name })}</p>
      <Note>
        <p>{say('children.open_means')}</p>
        {mayObject && <p>{say('enrollment.decide.object_means')}</p>}
      </Note>
      <div className="buttons buttons-equal">
        <Button busy={busy} onPress={() => decide('activation')}>
          {say('enrollment.decide.open_child')}
        </Button>
        {mayObject ? (
          <Button busy={busy} onPress={() => decide('objection')}>
            {say('enrollment.decide.object_child')}
          </Button>
        ) : (
          <Button onPress={onBack}>{say('children.unchanged')}</Button>
        )}
      </div>
      <BusyNote busy={busy} />
    </Page>
  );
}

function DonePage({ child, done }: { child: Child; done: Done }) {
  const say = useSay();
  const opened = done.decision === 'activation';
  return (
    <Page title={say(opened ? 'enrollment.opened.title_child' : 'enrollment.object.done_title')} width="form">
      <p>{say('children.for', { name: child.name })}</p>
      {!opened && <p>{say('children.objected')}</p>}
      <ReceiptPanel receipt={done.decided.receipt} />
      <div className="buttons">
        {opened && (
          <SpaceLink who={child.who} page="" className="button">
            {say('enrollment.opened.enter_child')}
          </SpaceLink>
        )}
        <Link to="/espace/enfants" className="link">
          {say('space.children.title')}
        </Link>
      </div>
    </Page>
  );
}
