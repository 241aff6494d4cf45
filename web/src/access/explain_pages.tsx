import { useQueries, useQuery } from '@tanstack/react-query';
import { CircleQuestionMark, Eye, EyeOff } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { Page } from '../app/page';
import { asProblem } from '../app/problem';
import { useService } from '../app/service';
import { useSay } from '../app/words';
import { useSpaceFailure } from '../record/failure';
import { useSpace, useStep, useWhose } from '../record/space';
import { Waiting } from '../record/waiting';
import { SelectField } from '../record/select_field';
import { useProfessionWords } from '../record/words';
import { Button } from '../ui/button';
import { mistakeAt, type Mistake } from '../ui/errors';
import { Choices } from '../ui/field';
import { Form } from '../ui/form';
import { Icon } from '../ui/icons';
import { StepBar } from '../ui/progress';
import { accessQuery, type Decision, explainQuery, type Supposed } from './calls';
import { ReadFailed } from './decision';
import { whyWords } from './rules_words';
import { askedProfessions, professionalName, viewerChoices, type ViewerChoice } from './viewers';
import './access.css';

export interface AskedDocument {
  id: string;
  title: string;
  masked: boolean;
  visible_in_emergency: boolean;
}

interface ExplainProps {
  /** None: the space as a whole. */
  document?: AskedDocument;
  /** The page's steps: where someone is chosen, where the answer stands, and where one came from. */
  steps: { choose: string; answer: string; from: string };
}

/** « Qui peut voir ce document ? »: someone is chosen, then yes or no, and why. Nothing is changed by asking. */
export function ExplainPages({ document, steps }: ExplainProps) {
  const [step, go] = useStep();
  const [asked, setAsked] = useState<ViewerChoice | null>(null);
  const lost = step === steps.answer && !asked;
  useEffect(() => {
    if (lost) void go(steps.choose, { replace: true });
  }, [lost, go, steps.choose]);
  const shared = { ...(document ? { document } : {}) };
  if (step === steps.answer && asked) return <Answer {...shared} asked={asked} onBack={() => void go(steps.choose)} onLeave={() => void go(steps.from)} />;
  return (
    <Choose
      {...shared}
      chosen={asked}
      onBack={() => void go(steps.from)}
      onAsk={(choice) => {
        setAsked(choice);
        void go(steps.answer);
      }}
    />
  );
}

function useExplainTitle(document: AskedDocument | undefined): string {
  const say = useSay();
  const whose = useWhose();
  return document ? say('explain.title') : say('explain.title_space', whose);
}

interface ChooseProps {
  document?: AskedDocument;
  chosen: ViewerChoice | null;
  onBack: () => void;
  onAsk: (choice: ViewerChoice) => void;
}

function Choose(props: ChooseProps) {
  const say = useSay();
  const { who } = useSpace();
  const query = useQuery(accessQuery(who));
  const failure = useSpaceFailure(query.error);
  const title = useExplainTitle(props.document);
  if (failure) return failure;
  // Without the list of names the question can be asked all the same.
  if (query.isPending)
    return (
      <Page title={title} above={<StepBar onBack={props.onBack} />} width="form" tall>
        <Waiting text={say('explain.loading')} row="tile-skeleton" />
      </Page>
    );
  return <ChooseForm {...props} title={title} />;
}

function ChooseForm({ document, chosen, onBack, onAsk, title }: ChooseProps & { title: string }) {
  const say = useSay();
  const space = useSpace();
  const whose = useWhose();
  const { phone } = useService();
  const profession = useProfessionWords();
  const access = useQuery(accessQuery(space.who)).data;
  const choices = viewerChoices({ space, ...whose, access, phone, say });
  const professionals = access?.professionals ?? [];
  const [value, setValue] = useState(chosen?.value.split(':')[0] ?? '');
  const [rpps, setRpps] = useState(professionals[0]?.rpps ?? '');
  const [code, setCode] = useState<string>(askedProfessions[0]);
  const [mistakes, setMistakes] = useState<readonly Mistake[]>([]);
  const then: Record<string, ReactNode> = {
    professional: (
      <SelectField
        id="which-professional"
        label={say('explain.which_professional')}
        value={rpps}
        onChange={setRpps}
        options={professionals.map((one) => ({ value: one.rpps, label: [professionalName(one), one.structure].filter(Boolean).join(', ') }))}
      />
    ),
    stranger: <SelectField id="which-profession" label={say('explain.which_profession')} value={code} onChange={setCode} options={askedProfessions.map((one) => ({ value: one, label: profession(one) }))} />,
  };
  const submit = () => {
    const choice = choices.find((one) => one.value === value);
    const professional = professionals.find((one) => one.rpps === rpps);
    if (!choice) setMistakes([{ field: 'viewer', text: say('explain.no_choice') }]);
    else if (value === 'professional' && professional) onAsk({ ...choice, subject: professionalName(professional), viewers: [{ kind: 'professional', rpps }] });
    else if (value === 'stranger') onAsk({ ...choice, subject: say('explain.subject.stranger', { profession: profession(code) }), viewers: [{ kind: 'stranger', profession: code }] });
    else onAsk(choice);
  };
  return (
    <Page title={title} failed={mistakes.length > 0} above={<StepBar onBack={onBack} />} width="form" tall>
      {document && <p>{say('explain.document_named', { title: document.title })}</p>}
      <p>{say('explain.choose')}</p>
      <Form mistakes={mistakes} onSubmit={submit}>
        <Choices id="viewer" legend={title} legendHidden error={mistakeAt(mistakes, 'viewer')} choices={choices.map((one) => ({ ...one, then: then[one.value] }))} value={value} onChange={setValue} />
        <div className="buttons">
          <Button submit>{say('explain.ask')}</Button>
        </div>
      </Form>
    </Page>
  );
}

/** Yes as soon as one of those asked about may see; the answer of the first otherwise. */
function useDecision(document: AskedDocument | undefined, asked: ViewerChoice, settings?: Supposed) {
  const { who } = useSpace();
  const results = useQueries({
    queries: asked.viewers.map((viewer) => explainQuery(who, { ...(document ? { document: document.id } : {}), viewer, ...(settings ? { settings } : {}) })),
  });
  const all = results.map((one) => one.data);
  const decision: Decision | undefined = all.every((one) => one !== undefined) ? (all.find((one) => one?.answer === 'yes') ?? all[0]) : undefined;
  const error: unknown = results.find((one) => one.error)?.error ?? null;
  return { decision, error, retry: () => results.forEach((one) => void one.refetch()) };
}

interface AnswerProps {
  document?: AskedDocument;
  asked: ViewerChoice;
  onBack: () => void;
  onLeave: () => void;
}

function Answer({ document, asked, onBack, onLeave }: AnswerProps) {
  const say = useSay();
  const whose = useWhose();
  const title = useExplainTitle(document);
  const { decision, error, retry } = useDecision(document, asked);
  const nobody = error !== null && asProblem(error).code === 'access.viewer';
  const above = <StepBar onBack={onBack} />;
  if (nobody)
    return (
      <Page title={title} above={above} width="form" tall>
        <p>{say('explain.no_gp', whose)}</p>
        <Leave document={document} onBack={onBack} onLeave={onLeave} />
      </Page>
    );
  if (!decision)
    return (
      <Page title={title} above={above} width="form" tall>
        {error === null ? <Waiting text={say('app.loading')} row="tile-skeleton" /> : <ReadFailed text={say('explain.failed')} onRetry={retry} />}
      </Page>
    );
  const word = say(`explain.${decision.answer}`);
  return (
    <Page title={word} step={title} heading={<Verdict answer={decision.answer} />} above={above} width="form" tall>
      {document && <p className="help">{say('explain.document_named', { title: document.title })}</p>}
      <Because decision={decision} asked={asked} about={document ? 'document' : 'space'} />
      {!document && <p className="help">{say('explain.each_document')}</p>}
      {document && asked.professional && <Suppose document={document} asked={asked} />}
      <Leave document={document} onBack={onBack} onLeave={onLeave} />
    </Page>
  );
}

/** The word, then the shape; both answers wear the same colour, for neither is a fault. */
function Verdict({ answer }: { answer: Decision['answer'] }) {
  const say = useSay();
  return (
    <span className="verdict-line">
      <Icon of={answer === 'yes' ? Eye : EyeOff} />
      {say(`explain.${answer}`)}
    </span>
  );
}

function Because({ decision, asked, about }: { decision: Decision; asked: ViewerChoice; about: 'document' | 'space' }) {
  const say = useSay();
  const whose = useWhose();
  return (
    <>
      <p className="answer-sentence">{say(`explain.${decision.answer === 'yes' ? 'can' : 'cannot'}.${about}`, { subject: asked.subject, ...whose })}</p>
      {whyWords(decision.rules, whose.whose, say).map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
    </>
  );
}

interface Supposition {
  id: 'masked' | 'shown' | 'emergency';
  settings: Supposed;
}

function suppositions({ masked, visible_in_emergency }: AskedDocument, { emergency }: ViewerChoice): Supposition[] {
  const hide: Supposition = { id: 'masked', settings: { masked: true, visible_in_emergency: false } };
  const show: Supposition = { id: 'shown', settings: { masked: false, visible_in_emergency: false } };
  const tick: Supposition = { id: 'emergency', settings: { masked: true, visible_in_emergency: true } };
  return [masked ? show : hide, ...(emergency && !(masked && visible_in_emergency) ? [tick] : [])];
}

/** « Et si je le masque ? »: the answer as it would be, before anything is saved. */
function Suppose({ document, asked }: { document: AskedDocument; asked: ViewerChoice }) {
  const say = useSay();
  const [supposed, setSupposed] = useState<Supposition | null>(null);
  return (
    <div className="stack-s">
      <div className="buttons">
        {suppositions(document, asked).map((one) => (
          <Button key={one.id} look="plain" pressed={supposed?.id === one.id} onPress={() => setSupposed(one)}>
            <Icon of={CircleQuestionMark} />
            {say(one.id === 'emergency' ? 'explain.suppose_emergency' : `explain.suppose_${one.id}`)}
          </Button>
        ))}
      </div>
      <div aria-live="polite">{supposed && <SupposedAnswer document={document} asked={asked} supposed={supposed} />}</div>
    </div>
  );
}

function SupposedAnswer({ document, asked, supposed }: { document: AskedDocument; asked: ViewerChoice; supposed: Supposition }) {
  const say = useSay();
  const { decision, error, retry } = useDecision(document, asked, supposed.settings);
  if (error !== null) return <ReadFailed text={say('explain.failed')} onRetry={retry} />;
  return (
    <div className="card supposed stack-s">
      <h2 className="supposed-title">{say(`explain.supposed.${supposed.id}`)}</h2>
      {decision && (
        <>
          <p className="supposed-answer">
            <Verdict answer={decision.answer} />
          </p>
          <Because decision={decision} asked={asked} about="document" />
          <p className="help">{say('explain.supposed.nothing')}</p>
        </>
      )}
    </div>
  );
}

function Leave({ document, onBack, onLeave }: { document: AskedDocument | undefined; onBack: () => void; onLeave: () => void }) {
  const say = useSay();
  return (
    <div className="buttons">
      <Button onPress={onBack}>{say('explain.other')}</Button>
      {document && (
        <Button look="plain" onPress={onLeave}>
          {say('explain.back_document')}
        </Button>
      )}
    </div>
  );
}
