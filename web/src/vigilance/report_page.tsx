import { useCallback, useState } from 'react';
import { Page } from '../app/page';
import { asProblem } from '../app/problem';
import { useSay } from '../app/words';
import { Button, Link } from '../ui/button';
import { BusyNote, useBusy } from '../ui/busy';
import { mistakeAt, type Mistake } from '../ui/errors';
import { Choices, TextField } from '../ui/field';
import { Form } from '../ui/form';
import { sendReport } from './calls';
import { Boxes, Others, TextArea } from './controls';
import { bodyOf, emptyDraft, kinds, mistakeOf, type Kind } from './kinds';
import { Mount } from './mount';
import { refusalWords } from './refusals';
import type { Reported } from './steps';
import { stepsView } from './steps_view';

/** One gesture; then what is to be sent, where, each text ready. */
export default function ReportPage() {
  const [done, setDone] = useState<Reported | null>(null);
  return done ? <Done done={done} again={() => setDone(null)} /> : <ReportForm onDone={setDone} />;
}

function ReportForm({ onDone }: { onDone: (done: Reported) => void }) {
  const say = useSay();
  const [kind, setKind] = useState<Kind | ''>('');
  const [draft, setDraft] = useState(emptyDraft);
  const [lost, setLost] = useState<string[]>([]);
  const [mistakes, setMistakes] = useState<readonly Mistake[]>([]);
  const [busy, run] = useBusy();
  const submit = () => {
    const found = mistakesIn(kind, draft, say);
    setMistakes(found);
    if (found.length > 0) return;
    void run(async () => {
      try {
        onDone(await sendReport({ kind, ...(await bodyOf(draft)), lost_money: lost.length > 0 }));
      } catch (thrown) {
        const { id, at } = refusalWords(asProblem(thrown), true, Date.now());
        setMistakes([{ text: say(id, { time: at === '' ? '' : say.localTime(at) }) }]);
      }
    });
  };
  const own = kind === 'call' || kind === 'link' ? `.${kind}` : '';
  return (
    <Page title={say('vigilance.report.title')} width="form" failed={mistakes.length > 0}>
      <p>{say('vigilance.report.private')}</p>
      <Form mistakes={mistakes} onSubmit={submit}>
        <Choices
          id="kind"
          legend={say('vigilance.report.how')}
          error={mistakeAt(mistakes, 'kind')}
          choices={kinds.map((value) => ({ value, label: say(`vigilance.report.kind.${value}`) }))}
          value={kind}
          onChange={(value) => setKind(value as Kind)}
        />
        {!draft.file && (
          <TextArea
            id="text"
            label={say(`vigilance.report.text${own}`)}
            {...(own === '' ? { help: say('vigilance.report.text_help') } : {})}
            error={mistakeAt(mistakes, 'text')}
            value={draft.text}
            onChange={(text) => setDraft({ ...draft, text })}
            rows={own === '' ? 6 : 2}
          />
        )}
        {kind === 'sms' && <TextField id="sender" label={say('vigilance.check.sender')} value={draft.sender} onChange={(sender) => setDraft({ ...draft, sender })} />}
        {kind === 'email' && <EmlField error={mistakeAt(mistakes, 'eml')} file={draft.file} onChange={(file) => setDraft({ ...draft, file })} />}
        <Boxes id="lost" legend={say('vigilance.report.money')} boxes={[{ value: 'money', label: say('vigilance.report.lost_money') }]} checked={lost} onChange={setLost} />
        <div className="buttons">
          <Button submit busy={busy}>
            {say('vigilance.report.submit')}
          </Button>
        </div>
        <BusyNote busy={busy} />
      </Form>
      <Others but="report" />
    </Page>
  );
}

function mistakesIn(kind: Kind | '', draft: ReturnType<typeof emptyDraft>, say: (id: string) => string): Mistake[] {
  const found: Mistake[] = [];
  if (kind === '') found.push({ field: 'kind', text: say('vigilance.errors.no_kind') });
  const wrong = mistakeOf(draft);
  if (wrong === 'too_large') found.push({ field: 'eml', text: say('vigilance.errors.too_large') });
  else if (wrong) found.push({ field: draft.file ? 'eml' : 'text', text: say('vigilance.errors.no_text') });
  return found;
}

function EmlField({ error, file, onChange }: { error: string | undefined; file: File | null; onChange: (file: File | null) => void }) {
  const say = useSay();
  return (
    <div className={error ? 'field field-invalid' : 'field'}>
      <label htmlFor="eml">{say('vigilance.check.file')}</label>
      <span className="field-help" id="eml-help">
        {say('vigilance.report.file_help')}
      </span>
      <input id="eml" className="input" type="file" accept=".eml,message/rfc822" aria-describedby="eml-help" aria-invalid={error ? true : undefined} onChange={(event) => onChange(event.target.files?.[0] ?? null)} />
      <p role="status">{file ? say('vigilance.check.file_chosen') : ''}</p>
    </div>
  );
}

function Done({ done, again }: { done: Reported; again: () => void }) {
  const say = useSay();
  const build = useCallback(() => stepsView(done.steps, say), [done, say]);
  return (
    <Page title={say('vigilance.report.done')} width="form">
      <p>{say('vigilance.report.done_lead', { reference: done.reference })}</p>
      <Mount build={build} />
      <p className="link-row no-print">
        <Link to="/victime">{say('vigilance.steps.lost')}</Link>
      </p>
      <div className="buttons">
        <Button look="plain" onPress={() => print()}>
          {say('vigilance.steps.print')}
        </Button>
        <Button look="plain" onPress={again}>
          {say('vigilance.report.other')}
        </Button>
      </div>
    </Page>
  );
}
