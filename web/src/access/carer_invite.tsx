import { type ReactNode, useEffect, useState } from 'react';
import { Page } from '../app/page';
import { useService } from '../app/service';
import { useSay } from '../app/words';
import { useSpace, useStep, useWhose } from '../record/space';
import { SpaceLink } from '../record/space_link';
import { BusyNote } from '../ui/busy';
import { Button } from '../ui/button';
import { Checks } from '../ui/checks';
import { ErrorSummary, mistakeAt, type Mistake } from '../ui/errors';
import { Choices } from '../ui/field';
import { Form } from '../ui/form';
import { StepBar, useStepWords } from '../ui/progress';
import { inviteCarer, type SpokenCode } from './calls';
import { useAct } from './decision';
import { delegationOf, type Draft, durations, grouped, monthsAfter, noDraft, powers, sharedClasses, sharedClassWords } from './delegation';
import './access.css';

const steps = ['inviter', 'inviter-actes', 'inviter-fin', 'inviter-verifier'] as const;

/** Inviting a carer: what they see, what they may do, until when, then a check and the code to give. One question a page. */
export function CarerInvite() {
  const [step, go] = useStep();
  const [draft, setDraft] = useState<Draft>(noDraft);
  const [code, setCode] = useState<SpokenCode | null>(null);
  const at = Math.max(0, steps.indexOf(step as (typeof steps)[number]));
  // A page loaded anew has no answers: it starts from the first question.
  const lost = code === null && (step === 'inviter-code' || (at > 0 && draft.classes.length === 0) || (at > 2 && draft.months === 0));
  useEffect(() => {
    if (lost) void go('inviter', { replace: true });
  }, [lost, go]);
  if (step === 'inviter-code' && code) return <CodePage code={code} />;
  const shared: StepProps = {
    number: at + 1,
    draft,
    change: (part) => setDraft({ ...draft, ...part }),
    next: () => void go(steps[at + 1] ?? 'inviter'),
    back: () => void go(at === 0 ? '' : (steps[at - 1] ?? '')),
  };
  if (at === 1) return <PowersStep {...shared} />;
  if (at === 2) return <EndStep {...shared} />;
  if (at === 3)
    return (
      <CheckStep
        {...shared}
        onCode={(made) => {
          setCode(made);
          setDraft(noDraft);
          void go('inviter-code', { replace: true });
        }}
      />
    );
  return <ClassesStep {...shared} />;
}

interface StepProps {
  number: number;
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  next: () => void;
  back: () => void;
}

interface QuestionProps {
  step: StepProps;
  title: string;
  mistakes: readonly Mistake[];
  onSubmit: () => void;
  children: ReactNode;
}

function Question({ step, title, mistakes, onSubmit, children }: QuestionProps) {
  const say = useSay();
  const words = useStepWords(step.number, steps.length);
  return (
    <Page title={title} step={words} failed={mistakes.length > 0} above={<StepBar onBack={step.back} step={step.number} of={steps.length} />} width="form">
      <Form mistakes={mistakes} onSubmit={onSubmit}>
        {children}
        <div className="buttons">
          <Button submit>{say('app.continue')}</Button>
        </div>
      </Form>
    </Page>
  );
}

function ClassesStep(step: StepProps) {
  const say = useSay();
  const [mistakes, setMistakes] = useState<readonly Mistake[]>([]);
  const title = say('carers.what.title');
  const submit = () => {
    if (step.draft.classes.length === 0) setMistakes([{ field: 'classes', text: say('carers.what.none') }]);
    else step.next();
  };
  return (
    <Question step={step} title={title} mistakes={mistakes} onSubmit={submit}>
      <Checks
        id="classes"
        legend={title}
        legendHidden
        help={say('carers.what.help')}
        error={mistakeAt(mistakes, 'classes')}
        choices={sharedClasses.map((code) => ({ value: code, label: sharedClassWords(code, say) }))}
        values={step.draft.classes}
        onChange={(classes) => step.change({ classes })}
      />
      <p className="help">{say('carers.trusted')}</p>
    </Question>
  );
}

function PowersStep(step: StepProps) {
  const say = useSay();
  const title = say('carers.powers.title');
  return (
    <Question step={step} title={title} mistakes={[]} onSubmit={step.next}>
      <Checks
        id="powers"
        legend={title}
        legendHidden
        help={say('carers.powers.help')}
        choices={powers.map((power) => ({ value: power, label: say(`carers.power.${power}`) }))}
        values={step.draft.powers}
        onChange={(chosen) => step.change({ powers: chosen })}
      />
    </Question>
  );
}

function EndStep(step: StepProps) {
  const say = useSay();
  const { today } = useService();
  const [mistakes, setMistakes] = useState<readonly Mistake[]>([]);
  const title = say('carers.end_date.title');
  const submit = () => {
    if (step.draft.months === 0) setMistakes([{ field: 'end', text: say('carers.end_date.none') }]);
    else step.next();
  };
  return (
    <Question step={step} title={title} mistakes={mistakes} onSubmit={submit}>
      <Choices
        id="end"
        legend={title}
        legendHidden
        help={say('carers.end_date.help')}
        error={mistakeAt(mistakes, 'end')}
        choices={durations.map((months) => ({
          value: String(months),
          label: months === 12 ? say('carers.end_date.year') : say('carers.end_date.months', { count: months }),
          detail: say('carers.end_date.detail', { date: say.date(monthsAfter(today, months)) }),
        }))}
        value={String(step.draft.months)}
        onChange={(months) => step.change({ months: Number(months) })}
      />
    </Question>
  );
}

const words = { 'access.scope': 'carers.errors.scope', 'access.end_before_start': 'carers.errors.until', 'access.until': 'carers.errors.until' };

function CheckStep({ onCode, ...step }: StepProps & { onCode: (code: SpokenCode) => void }) {
  const say = useSay();
  const { who } = useSpace();
  const { today } = useService();
  const { mistakes, busy, act } = useAct(words);
  const asked = delegationOf(step.draft, today);
  const stepWords = useStepWords(step.number, steps.length);
  const answers = [
    { label: say('carers.check.sees'), said: asked.classes.map((code) => sharedClassWords(code, say)).join(', '), page: 'inviter' },
    { label: say('carers.check.may'), said: asked.powers.map((power) => say(`carers.power.${power}`)).join(', ') || say('carers.check.reads'), page: 'inviter-actes' },
    { label: say('carers.check.until'), said: say('carers.until', { date: say.date(asked.until) }), page: 'inviter-fin' },
  ];
  return (
    <Page title={say('carers.check.title')} step={stepWords} failed={mistakes.length > 0} above={<StepBar onBack={step.back} step={step.number} of={steps.length} />} width="form">
      <ErrorSummary mistakes={mistakes} />
      <dl className="answers">
        {answers.map(({ label, said, page }) => (
          <div key={page}>
            <dt>{label}</dt>
            <dd>{said}</dd>
            <dd>
              <SpaceLink who={who} page="aidants" step={page} className="link" label={say('carers.check.change_named', { what: label })}>
                {say('app.change')}
              </SpaceLink>
            </dd>
          </div>
        ))}
      </dl>
      <p>{say('carers.check.adult')}</p>
      <div className="buttons">
        <Button busy={busy} onPress={() => act(async () => onCode(await inviteCarer(who, asked)))}>
          {say('carers.check.do')}
        </Button>
      </div>
      <BusyNote busy={busy} />
    </Page>
  );
}

/** The code, in groups, to be given by hand; it is shown here only. */
function CodePage({ code }: { code: SpokenCode }) {
  const say = useSay();
  const { who } = useSpace();
  const whose = useWhose();
  return (
    <Page title={say('carers.code.title')} width="form">
      <p className="card spoken-code">{grouped(code.code)}</p>
      <p>
        <strong>{say('carers.code.until', { date: say.date(code.valid_until) })}</strong>
      </p>
      <p>{say('carers.code.give')}</p>
      <p>{say('carers.code.use')}</p>
      <p className="help">{say('carers.code.once')}</p>
      <p>
        <SpaceLink who={who} page="aidants" className="button">
          {say('carers.back', whose)}
        </SpaceLink>
      </p>
    </Page>
  );
}
