import { useQueryClient } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react';
import { useDraft } from '../app/drafts';
import { Page } from '../app/page';
import { PagePending } from '../app/states';
import { useSay } from '../app/words';
import { StepBar, useStepWords } from '../ui/progress';
import { AboutStep, KindStep } from './add_about';
import { FileStep } from './add_file';
import { forgetLists } from './calls';
import type { HealthDocument } from './documents';
import { useSpaceFailure } from './failure';
import type { FileKind } from './file_kind';
import { isArchive, useSpace, useStep, useWhose } from './space';
import { SpaceLink } from './space_link';
import { Problem } from '../app/problem';
import { noDate, type TypedDate } from './typed_date';
import { notBegun, type Sending } from './upload';
import './record.css';

/** The sending of a file is loaded when there is one to send. */
const CheckStep = lazy(async () => ({ default: (await import('./add_send')).CheckStep }));

/** What is being added: in this window's memory, given back after a time-out. */
export interface Draft {
  file: File | null;
  kind: FileKind | null;
  type: string;
  title: string;
  date: TypedDate;
  sending: Sending;
  /** True once the service was told to make a document of what it holds. */
  concluded: boolean;
}

const nothing: Draft = { file: null, kind: null, type: '', title: '', date: noDate, sending: notBegun, concluded: false };

const steps = ['', 'nature', 'titre', 'verifier'];

export interface StepProps {
  above: ReactNode;
  stepWords: string;
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  next: () => void;
}

/** Adding a document: the file, its nature, its title and date, then a look at everything before it leaves. */
export default function AddPage() {
  const space = useSpace();
  const { who } = space;
  const client = useQueryClient();
  const [step, go] = useStep();
  const [draft, setDraft, clearDraft] = useDraft<Draft>(`record.add.${who}`, nothing);
  const [added, setAdded] = useState<HealthDocument | null>(null);
  const at = Math.max(0, steps.indexOf(step));
  const stepWords = useStepWords(at + 1, steps.length);
  const refused = useSpaceFailure(isArchive(space) ? new Problem(403, 'access.state_refuses_holder') : null);
  const lost = (step === 'fait' && !added) || (step !== 'fait' && at > 0 && (!draft.file || !draft.kind)) || (step === 'verifier' && draft.title === '');
  useEffect(() => {
    if (lost) void go('', { replace: true });
  }, [lost, go]);
  if (refused) return refused;
  if (step === 'fait' && added) return <Added document={added} onAnother={() => void go('')} />;
  if (lost) return null;
  const change = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  const above = at === 0 ? <CancelLink /> : <StepBar step={at + 1} of={steps.length} onBack={() => void go(steps[at - 1] ?? '')} />;
  const shared = { above, stepWords, draft, change, next: () => void go(steps[at + 1] ?? '') };
  if (step === 'nature') return <KindStep {...shared} />;
  if (step === 'titre') return <AboutStep {...shared} />;
  if (step !== 'verifier') return <FileStep {...shared} />;
  const done = async (made: HealthDocument) => {
    setAdded(made);
    await go('fait', { replace: true });
    setDraft(nothing);
    clearDraft();
    await forgetLists(client, who);
  };
  return (
    <Suspense fallback={<PagePending />}>
      <CheckStep {...shared} onChange={(to) => void go(to)} onDone={done} />
    </Suspense>
  );
}

function CancelLink() {
  const say = useSay();
  const { who } = useSpace();
  const whose = useWhose();
  return (
    <p>
      <SpaceLink who={who} page="documents" className="link">
        {say('add.back', whose)}
      </SpaceLink>
    </p>
  );
}

function Added({ document: made, onAnother }: { document: HealthDocument; onAnother: () => void }) {
  const say = useSay();
  const { who } = useSpace();
  const whose = useWhose();
  return (
    <Page title={say('add.done_title')} width="form">
      <p>{say('add.done', whose)}</p>
      <div className="buttons">
        <SpaceLink who={who} page={`documents/${encodeURIComponent(made.id)}`} className="button">
          {say('add.see')}
        </SpaceLink>
        <SpaceLink who={who} page="documents" className="button button-plain">
          {say('add.back', whose)}
        </SpaceLink>
      </div>
      <p>
        <button type="button" className="link" onClick={onAnother}>
          {say('add.another')}
        </button>
      </p>
    </Page>
  );
}
