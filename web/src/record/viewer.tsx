import { useQuery } from '@tanstack/react-query';
import { ExternalLink } from 'lucide-react';
import { lazy, type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';
import { asProblem } from '../app/problem';
import { useSay } from '../app/words';
import { Icon } from '../ui/icons';
import { askView, type View, viewQuery } from './calls';
import type { HealthDocument } from './documents';
import { PlaceWithheld, PrintButton, ViewerFailed, ViewerTools, ViewerWaiting, Zoom } from './viewer_parts';

const PdfViewer = lazy(() => import('./pdf_viewer'));

interface ViewedProps {
  who: string;
  document: HealthDocument;
  download: ReactNode;
}

/** What the service shows on the documents' own origin: a rendered document in a closed frame, or an image. */
export function Viewed({ who, document: shown, download }: ViewedProps) {
  const query = useQuery(viewQuery(who, shown.id));
  // Whom discretion keeps from the place is told so; the file would be refused as well.
  if (query.isError && asProblem(query.error).code === 'record.place_withheld') return <PlaceWithheld />;
  if (query.isError)
    return (
      <>
        <ViewerTools download={download} />
        <ViewerFailed onRetry={() => void query.refetch()} />
      </>
    );
  if (!query.data)
    return (
      <>
        <ViewerTools download={download} />
        <ViewerWaiting />
      </>
    );
  const view = query.data;
  if (view.kind === 'pdf') return <PdfViewer address={view.content ?? view.url} download={download} onRetry={() => void query.refetch()} />;
  if (view.kind === 'image') return <ImageViewer url={view.url} title={shown.title} download={download} onRetry={() => void query.refetch()} />;
  return <Framed view={view} at={query.dataUpdatedAt} again={() => askView(who, shown.id)} title={shown.title} download={download} />;
}

const ticketLives = 4 * 60_000;

interface FramedProps {
  view: View;
  /** When the ticket was given: after four minutes another one is asked for before printing. */
  at: number;
  again: () => Promise<View>;
  title: string;
  download: ReactNode;
}

/**
 * A frame takes the focus by Tab only when something inside does: a button, seen when it has the focus, enters any of them.
 * The rendered document may run nothing, reach nothing, and not know who looks: sandboxed here and by its own policy.
 * It cannot be printed from outside: alone in a tab, it prints whole.
 */
function Framed({ view, at, again, title, download }: FramedProps) {
  const say = useSay();
  const [failed, setFailed] = useState(false);
  const frame = useRef<HTMLIFrameElement>(null);
  const entered = useEntered(frame);
  return (
    <>
      <ViewerTools
        download={download}
        print={
          <a
            className="button button-plain"
            href={view.url}
            target="_blank"
            rel="noopener noreferrer"
            onClick={(event) => {
              if (Date.now() - at < ticketLives) return;
              event.preventDefault();
              again().then(
                (fresh) => window.open(fresh.url, '_blank', 'noopener,noreferrer'),
                () => setFailed(true),
              );
            }}
          >
            <Icon of={ExternalLink} />
            {say('record.viewer.print_apart')}
          </a>
        }
      />
      {failed && <ViewerFailed />}
      <p className="print-only">{say('record.viewer.print_from_tab')}</p>
      <div className="frame-box no-print">
        <button type="button" className="button button-plain frame-enter" onClick={() => frame.current?.focus()}>
          {say('record.viewer.enter')}
        </button>
        <iframe ref={frame} className={entered ? 'viewer-frame viewer-frame-entered' : 'viewer-frame'} src={view.url} title={say('record.viewer.frame', { title })} sandbox="" referrerPolicy="no-referrer" />
      </div>
    </>
  );
}

/** True while the focus is inside the frame: this page is told only that its window has lost it. */
function useEntered(frame: RefObject<HTMLIFrameElement | null>): boolean {
  const [entered, setEntered] = useState(false);
  useEffect(() => {
    const look = () => setEntered(document.activeElement === frame.current);
    addEventListener('blur', look);
    addEventListener('focus', look);
    return () => {
      removeEventListener('blur', look);
      removeEventListener('focus', look);
    };
  }, [frame]);
  return entered;
}

const levels = [100, 200, 300] as const;

function ImageViewer({ url, title, download, onRetry }: { url: string; title: string; download: ReactNode; onRetry: () => void }) {
  const say = useSay();
  const [zoom, setZoom] = useState<number>(100);
  const [failed, setFailed] = useState('');
  return (
    <>
      <ViewerTools download={download} print={<PrintButton onPress={() => print()} />} />
      {failed === url ? (
        <ViewerFailed onRetry={onRetry} />
      ) : (
        <>
          <Zoom zoom={zoom} levels={levels} onZoom={setZoom} />
          <div className="viewer-scroll" tabIndex={0} role="region" aria-label={say('record.viewer.region')}>
            <img className={`viewer-image viewer-image-${zoom}`} src={url} alt={say('record.viewer.image', { title })} referrerPolicy="no-referrer" onError={() => setFailed(url)} />
          </div>
        </>
      )}
    </>
  );
}
