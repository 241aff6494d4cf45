import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';
import { asProblem } from '../app/problem';
import { useSay } from '../app/words';
import { useBusy } from '../ui/busy';
import { drawPage, layText, openPdf, type PDFDocumentProxy, type PDFPageProxy, printPdf } from './pdf';
import { getBytes } from './transfer';
import { PrintButton, ViewerFailed, ViewerTools, ViewerWaiting, Zoom } from './viewer_parts';

type State = { at: 'loading'; share?: number } | { at: 'failed'; retry: boolean } | { at: 'open'; pdf: PDFDocumentProxy; ratio: number };

interface PdfViewerProps {
  address: string;
  download: ReactNode;
  /** Asks for the document again: an address lives five minutes. */
  onRetry: () => void;
}

/** A PDF, page under page, as wide as the column; larger by buttons. Its words can be selected and heard. */
export default function PdfViewer({ address, download, onRetry }: PdfViewerProps) {
  const state = usePdf(address);
  if (state.at === 'open') return <OpenPdf pdf={state.pdf} ratio={state.ratio} download={download} />;
  return (
    <>
      <ViewerTools download={download} />
      {state.at === 'failed' ? <ViewerFailed {...(state.retry ? { onRetry } : {})} /> : <ViewerWaiting {...(state.share === undefined ? {} : { share: state.share })} />}
    </>
  );
}

function usePdf(address: string): State {
  const [state, setState] = useState<State>({ at: 'loading' });
  useEffect(() => {
    const stop = new AbortController();
    let pdf: PDFDocumentProxy | null = null;
    const load = async () => {
      const bytes = await getBytes(address, (share) => setState({ at: 'loading', share }), stop.signal);
      pdf = await openPdf(bytes);
      const { width, height } = (await pdf.getPage(1)).getViewport({ scale: 1 });
      if (stop.signal.aborted) return;
      setState({ at: 'open', pdf, ratio: height / width });
    };
    setState({ at: 'loading' });
    load().catch((thrown: unknown) => {
      // A line that was cut may come back; a file that cannot be read will not.
      if (!stop.signal.aborted) setState({ at: 'failed', retry: asProblem(thrown) === thrown });
    });
    return () => {
      stop.abort();
      void pdf?.loadingTask.destroy();
    };
  }, [address]);
  return state;
}

const levels = [100, 150, 200, 300] as const;

function OpenPdf({ pdf, ratio, download }: { pdf: PDFDocumentProxy; ratio: number; download: ReactNode }) {
  const say = useSay();
  const [zoom, setZoom] = useState<number>(100);
  const scroll = useRef<HTMLDivElement>(null);
  const width = useWidth(scroll);
  const sheets = useRef<HTMLDivElement>(null);
  const [printing, setPrinting] = useState(0);
  const [printFailed, setPrintFailed] = useState(false);
  const [busy, run] = useBusy();
  const printAll = () =>
    void run(async () => {
      setPrintFailed(false);
      try {
        if (sheets.current) await printPdf(pdf, sheets.current, setPrinting);
      } catch {
        setPrintFailed(true);
      }
    });
  const numbers = Array.from({ length: pdf.numPages }, (_none, index) => index + 1);
  return (
    <>
      <ViewerTools download={download} print={<PrintButton busy={busy} onPress={printAll} />} />
      <p role="status" className="help">
        {busy && say('record.viewer.printing', { page: printing, of: pdf.numPages })}
      </p>
      {printFailed && <p role="alert">{say('record.viewer.print_failed')}</p>}
      <Zoom zoom={zoom} levels={levels} onZoom={setZoom} />
      <div className="viewer-scroll no-print" ref={scroll} tabIndex={0} role="region" aria-label={say('record.viewer.region')}>
        {width > 0 &&
          numbers.map((number) => <PdfPage key={number} pdf={pdf} number={number} ratio={ratio} width={Math.floor((width * zoom) / 100)} />)}
      </div>
      <div className="print-only pdf-sheets" ref={sheets} />
    </>
  );
}

/** The width of the column, in whole pixels, as it changes. */
function useWidth(box: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const watched = box.current;
    if (!watched) return undefined;
    const observer = new ResizeObserver(() => setWidth(watched.clientWidth));
    observer.observe(watched);
    return () => observer.disconnect();
  }, [box]);
  return width;
}

/** True while the box is within a window's height of what is seen. */
function useNear(box: RefObject<HTMLElement | null>): boolean {
  const [near, setNear] = useState(false);
  useEffect(() => {
    const watched = box.current;
    if (!watched) return undefined;
    const observer = new IntersectionObserver(([entry]) => setNear(entry?.isIntersecting ?? false), { rootMargin: '100% 0px' });
    observer.observe(watched);
    return () => observer.disconnect();
  }, [box]);
  return near;
}

/** Up to here the words of all pages are laid at once, for those who hear the document; a book's only around what is seen. */
const shortDocument = 30;

interface PdfPageProps {
  pdf: PDFDocumentProxy;
  number: number;
  ratio: number;
  width: number;
}

function PdfPage({ pdf, number, ratio, width }: PdfPageProps) {
  const say = useSay();
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const text = useRef<HTMLDivElement>(null);
  const near = useNear(box);
  const [page, setPage] = useState<PDFPageProxy | null>(null);
  const [wordless, setWordless] = useState(false);
  const [failed, setFailed] = useState(false);
  const worded = near || pdf.numPages <= shortDocument;
  useEffect(() => {
    if (!worded) return undefined;
    let left = false;
    pdf.getPage(number).then(
      (found) => !left && setPage(found),
      () => !left && setFailed(true),
    );
    return () => {
      left = true;
    };
  }, [pdf, number, worded]);
  useEffect(() => {
    const drawn = canvas.current;
    if (!page || !near || !drawn) return undefined;
    return drawPage(page, drawn, width, () => setFailed(false), () => setFailed(true));
  }, [page, near, width]);
  useEffect(() => {
    if (!page || !worded || !text.current) return undefined;
    return layText(page, text.current, width, (words) => setWordless(!words));
  }, [page, worded, width]);
  const size = page?.getViewport({ scale: 1 });
  const height = Math.floor(width * (size ? size.height / size.width : ratio));
  return (
    <div className="pdf-page" role="group" aria-labelledby={`pdf-page-${number}`}>
      <p className="help" id={`pdf-page-${number}`}>
        {say('record.viewer.page', { page: number, of: pdf.numPages })}
        {wordless && <span className="visually-hidden"> {say('record.viewer.wordless')}</span>}
      </p>
      {failed && <p>{say('record.viewer.page_failed')}</p>}
      <div className="pdf-sheet" ref={box} style={{ width, height }}>
        <canvas ref={canvas} aria-hidden="true" />
        <div className="pdf-text" ref={text} />
      </div>
    </div>
  );
}
