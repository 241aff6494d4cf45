import { useParams } from '@tanstack/react-router';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ArrowLeft, Download } from 'lucide-react';
import { type ReactNode, Suspense } from 'react';
import { Page } from '../app/page';
import { useSay } from '../app/words';
import { Button } from '../ui/button';
import { Icon } from '../ui/icons';
import { contentAddress, documentQuery } from './calls';
import { ContestPage } from './contest';
import { SourceLine } from './document_card';
import { actDateWords, type HealthDocument } from './documents';
import { useSpaceFailure } from './failure';
import { isArchive, useSpace, useStep, useWhose } from './space';
import { SpaceLink } from './space_link';
import { Viewed } from './viewer';
import { ViewerWaiting } from './viewer_parts';
import './record.css';
import './viewer.css';

/** One document: who filed it, the document itself, and the ways to keep, print or refuse it. Its title never names the window. */
export default function DocumentPage() {
  const say = useSay();
  const { who } = useSpace();
  const { id = '' }: { id?: string } = useParams({ strict: false });
  const [step] = useStep();
  const client = useQueryClient();
  const query = useQuery(documentQuery(client, who, id));
  const failure = useSpaceFailure(query.error);
  if (failure) return failure;
  if (!query.data)
    return (
      <Page title={say('record.document.title')} above={<BackToList />} tall>
        {query.isError ? (
          <div className="stack" role="alert">
            <p>{say('record.document.failed')}</p>
            <Button onPress={() => void query.refetch()}>{say('app.retry')}</Button>
          </div>
        ) : (
          <ViewerWaiting />
        )}
      </Page>
    );
  if (step === 'pas-a-moi' || step === 'cache') return <ContestPage document={query.data} />;
  return <Shown document={query.data} />;
}

function BackToList() {
  const say = useSay();
  const { who } = useSpace();
  const whose = useWhose();
  return (
    <p className="no-print">
      <SpaceLink who={who} page="documents" className="link" keepPlace>
        <Icon of={ArrowLeft} />
        {say('record.document.back', whose)}
      </SpaceLink>
    </p>
  );
}

function Shown({ document: shown }: { document: HealthDocument }) {
  const say = useSay();
  const space = useSpace();
  const { who } = space;
  const address = contentAddress(who, shown.id);
  const download = (
    <a className="button" href={address} download="">
      <Icon of={Download} />
      {say('record.document.download')}
    </a>
  );
  return (
    <Page title={say('record.document.title')} heading={shown.title} above={<BackToList />} tall>
      <div className={shown.source === 'holder' ? 'card card-own stack-s' : 'card card-professional stack-s'}>
        <p>{actDateWords(shown.date, say)}</p>
        <SourceLine document={shown} />
      </div>
      <div className="viewer-place stack">
        <Suspense fallback={<ViewerWaiting />}>
          <Viewed who={who} document={shown} download={download} />
        </Suspense>
      </div>
      <p className="print-only">{say('app.print.law')}</p>
      {shown.source === 'professional' && !isArchive(space) && <NotMine who={who} id={shown.id} />}
    </Page>
  );
}

function NotMine({ who, id }: { who: string; id: string }): ReactNode {
  const say = useSay();
  const whose = useWhose();
  return (
    <p className="no-print">
      <SpaceLink who={who} page={`documents/${encodeURIComponent(id)}`} step="pas-a-moi" className="link">
        {say('record.contest.link', whose)}
      </SpaceLink>
    </p>
  );
}
