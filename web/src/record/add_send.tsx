import { useEffect, useRef, useState } from 'react';
import { Page } from '../app/page';
import { asProblem, Problem, unreachable } from '../app/problem';
import { useProblemText } from '../app/problem_words';
import { useService } from '../app/service';
import { useSay } from '../app/words';
import { Button } from '../ui/button';
import { useBusy } from '../ui/busy';
import { ErrorSummary, type Mistake } from '../ui/errors';
import { Note } from '../ui/notes';
import { typeWords } from './add_about';
import { sizeWords } from './add_file';
import type { Draft, StepProps } from './add_page';
import { uploads } from './calls';
import type { HealthDocument } from './documents';
import { useSpace, useWhose } from './space';
import { putBytes } from './transfer';
import { readDate } from './typed_date';
import { notBegun, percent, sendFile, type UploadCalls } from './upload';
import { addWords } from './words';

function callsFor(who: string): UploadCalls {
  return {
    begin: (size, mediaType) => uploads.begin(who, size, mediaType),
    status: (upload) => uploads.status(who, upload),
    put: (upload, offset, bytes) => putBytes(uploads.address(who, upload, offset), bytes),
  };
}

/** Sends the file from where it stands, then has a document made of it. */
async function sendDraft(who: string, draft: Draft, today: string, onMoved: (part: Partial<Draft>) => void): Promise<HealthDocument> {
  const date = readDate(draft.date, today);
  if (!draft.file || !draft.kind || date.kind !== 'good') throw new Problem(0, unreachable);
  if (draft.concluded && draft.sending.upload !== null) await orPerhapsAdded(uploads.status(who, draft.sending.upload));
  const upload = await sendFile(draft.file, draft.kind, callsFor(who), draft.sending, (sending) => onMoved({ sending }));
  onMoved({ concluded: true });
  return uploads.document(who, upload, { title: draft.title.trim(), type: draft.type, date: date.date });
}

/** The answer was lost after the last step, and the service no longer knows the sending: the document is there already. */
async function orPerhapsAdded(asked: Promise<unknown>): Promise<void> {
  try {
    await asked;
  } catch (thrown) {
    throw asProblem(thrown).status === 404 ? new Problem(404, 'record.perhaps_added') : thrown;
  }
}

interface CheckStepProps extends StepProps {
  onChange: (step: string) => void;
  onDone: (made: HealthDocument) => Promise<void>;
}

/** Everything said back, then the sending with its true percentage; stopped, it is taken up where it was. */
export function CheckStep({ above, stepWords, draft, change, onChange, onDone }: CheckStepProps) {
  const say = useSay();
  const { who } = useSpace();
  const whose = useWhose();
  const { today } = useService();
  const words = useProblemText(addWords);
  const [mistakes, setMistakes] = useState<readonly Mistake[]>([]);
  const [stopped, setStopped] = useState(false);
  const [busy, run] = useBusy();
  const latest = useRef(draft);
  latest.current = draft;
  const moved = (part: Partial<Draft>) => {
    latest.current = { ...latest.current, ...part };
    change({ sending: latest.current.sending, concluded: latest.current.concluded });
  };
  const send = () =>
    void run(async () => {
      setStopped(false);
      setMistakes([]);
      try {
        await onDone(await sendDraft(who, latest.current, today, moved));
      } catch (thrown) {
        const problem = asProblem(thrown);
        const interrupted = problem.code === unreachable || problem.status >= 500 || problem.code === 'record.upload_stuck';
        setStopped(interrupted);
        if (interrupted) return;
        setMistakes([{ text: words(problem) }]);
        if (problem.code === 'record.content_refused') moved({ sending: notBegun, concluded: false });
      }
    });
  const size = draft.file?.size ?? 0;
  const share = percent(draft.sending.received, size);
  const date = readDate(draft.date, today);
  const sending = (percents: number) => (!busy ? '' : percents === 100 ? say('add.concluding') : say('add.sending', { percent: percents }));
  const under = draft.sending.upload !== null && (busy || stopped);
  return (
    <Page title={say('add.check_title')} step={stepWords} failed={mistakes.length > 0} above={above} width="form">
      <ErrorSummary mistakes={mistakes} />
      <Preview file={draft.file} />
      <Answers draft={draft} date={date.kind === 'good' ? say.date(date.date) : ''} onChange={onChange} locked={busy} />
      <p>{say('add.readers', whose)}</p>
      {under && <progress className="sent-bar" max={100} value={share} aria-label={say('add.progress')} />}
      {stopped ? (
        <div className="stack" role="alert">
          <Note kind="warn">
            <p>{say('add.stopped', { percent: share })}</p>
            <p>{say('add.stopped_kept')}</p>
          </Note>
          <div className="buttons">
            <Button onPress={send}>{say('add.resume')}</Button>
          </div>
        </div>
      ) : (
        <div className="buttons">
          <Button busy={busy} onPress={send}>
            {say('add.send')}
          </Button>
        </div>
      )}
      <p className="field-state" aria-hidden="true">
        {sending(share)}
      </p>
      <p role="status" className="visually-hidden">
        {sending(share === 100 ? 100 : share - (share % 25))}
      </p>
    </Page>
  );
}

interface AnswersProps {
  draft: Draft;
  date: string;
  onChange: (step: string) => void;
  locked: boolean;
}

function Answers({ draft, date, onChange, locked }: AnswersProps) {
  const say = useSay();
  const rows = [
    { what: say('add.file'), given: draft.file ? `${draft.file.name}, ${sizeWords(draft.file.size, say)}` : '', step: '' },
    { what: say('add.type_title'), given: typeWords(draft.type, say), step: 'nature' },
    { what: say('add.title_label'), given: draft.title.trim(), step: 'titre' },
    { what: say('add.date_label'), given: date, step: 'titre' },
  ];
  return (
    <dl className="answers">
      {rows.map((row) => (
        <div key={row.what}>
          <dt>{row.what}</dt>
          <dd>{row.given}</dd>
          {!locked && (
            <dd>
              <Button look="link" onPress={() => onChange(row.step)} label={say('add.change_named', { what: row.what })}>
                {say('app.change')}
              </Button>
            </dd>
          )}
        </div>
      ))}
    </dl>
  );
}

/** A photo, seen before it leaves. */
function Preview({ file }: { file: File | null }) {
  const say = useSay();
  const [address, setAddress] = useState('');
  useEffect(() => {
    if (!file?.type.startsWith('image/')) return undefined;
    const made = URL.createObjectURL(file);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return address === '' ? null : <img className="file-preview" src={address} alt={say('add.preview')} />;
}
