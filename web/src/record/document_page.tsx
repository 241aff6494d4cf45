import { useParams } from '@tanstack/react-router';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ArrowLeft, Download, Eye, EyeOff, UserRoundCog } from 'lucide-react';
import { lazy, type ReactNode, Suspense } from 'react';
import { loadMessages } from '../app/messages';
import { Page } from '../app/page';
import { PagePending } from '../app/states';
import { useSay } from '../app/words';
import { Button } from '../ui/button';
import { Icon } from '../ui/icons';
import { contentAddress, documentQuery } from './calls';
import { ContestPage } from './contest';
import { SourceLine } from './document_card';
import { actDateWords, type HealthDocument } from './documents';
import { useSpaceFailure } from './failure';
import { isArchive, mayDo, useSpace, useStep, useWhose } from './space';
import { SpaceLink } from './space_link';
import { Viewed } from './viewer';
import { ViewerWaiting } from './viewer_parts';
import './record.css';
import './viewer.css';

const DocumentAccess = lazy(async () => {
  const [{ DocumentAccess: Pages }] = await Promise.all([import('../access/document_access'), loadMessages(['explain'])]);
  return { default: Pages };
});
/** The questions about who sees this document are pages of their own, loaded when they are asked. */
const accessSteps = new Set(['qui-peut-voir', 'reponse', 'masquer', 'masque', 'visible']);

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
  if (accessSteps.has(step))
    return (
      <Suspense fallback={<PagePending />}>
        <DocumentAccess document={query.data} />
      </Suspense>
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
        {shown.masked === true && <MaskedLine document={shown} />}
      </div>
      {!isArchive(space) && mayDo(space, 'settings') && <WhoSees who={who} document={shown} />}
      <div className="viewer-place stack">
        <Suspense fallback={<ViewerWaiting />}>
          <Viewed who={who} document={shown} download={download} />
        </Suspense>
      </div>
      <p className="print-only">{say('app.print.law')}</p>
      {shown.source === 'professional' && !isArchive(space) && mayDo(space, 'contest') && <NotMine who={who} id={shown.id} />}
    </Page>
  );
}

/** Masked by whom, then whether an emergency sees it. */
function MaskedLine({ document: shown }: { document: HealthDocument }) {
  const say = useSay();
  const { whose } = useWhose();
  const by = shown.masked_by === 'author' ? 'author' : shown.masked_by === 'holder' ? whose : null;
  return (
    <p className="source">
      <Icon of={EyeOff} />
      <span>
        <strong>{say('record.masked')}</strong>
        {by ? `, ${say(`record.masked_by.${by}`)}` : '.'} {say(shown.visible_in_emergency === true ? 'record.masked_emergency' : 'record.masked_wholly')}
      </span>
    </p>
  );
}

/** « Qui peut voir ce document ? » and « Masquer aux professionnels ». */
function WhoSees({ who, document: shown }: { who: string; document: HealthDocument }) {
  const say = useSay();
  const page = `documents/${encodeURIComponent(shown.id)}`;
  return (
    <p className="link-row no-print">
      <SpaceLink who={who} page={page} step="qui-peut-voir" className="link">
        <Icon of={UserRoundCog} />
        {say('record.who_sees')}
      </SpaceLink>
      {shown.may_mask === true && (
        <SpaceLink who={who} page={page} step="masquer" className="link">
          <Icon of={shown.masked === true ? Eye : EyeOff} />
          {say(shown.masked === true ? 'record.unmask' : 'record.mask')}
        </SpaceLink>
      )}
    </p>
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
