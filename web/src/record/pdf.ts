import { getDocument, GlobalWorkerOptions, type PDFDocumentProxy, type PDFPageProxy, TextLayer } from 'pdfjs-dist/legacy/build/pdf.mjs';
import workerAddress from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?url';
import dingbats from 'pdfjs-dist/standard_fonts/FoxitDingbats.pfb?url';
import symbols from 'pdfjs-dist/standard_fonts/FoxitSymbol.pfb?url';
import jpeg2000 from 'pdfjs-dist/wasm/openjpeg_nowasm_fallback.js?url';

export type { PDFDocumentProxy, PDFPageProxy };

GlobalWorkerOptions.workerSrc = workerAddress;

/** Of the fonts a PDF may count on without carrying them, the two no device has: bullets, ticks and Greek letters. */
class CarriedFonts {
  async fetch({ filename }: { filename: string }): Promise<Uint8Array> {
    const address = { 'FoxitDingbats.pfb': dingbats, 'FoxitSymbol.pfb': symbols }[filename];
    if (!address) throw new Error(`no font ${filename}`);
    return new Uint8Array(await (await fetch(address)).arrayBuffer());
  }
}

/**
 * Opens a PDF already here. Nothing of it runs: no script, no form, no link out; neither eval nor WebAssembly, which the
 * pages' policy forbids. pdf.js adds a file name to `wasmUrl`: after "#/" it changes nothing.
 */
export async function openPdf(bytes: Uint8Array): Promise<PDFDocumentProxy> {
  return getDocument({
    data: bytes,
    isEvalSupported: false,
    useWasm: false,
    wasmUrl: `${new URL(jpeg2000, location.href).href}#/`,
    useWorkerFetch: false,
    StandardFontDataFactory: CarriedFonts,
    enableXfa: false,
    verbosity: 0,
  } as never).promise;
}

/** iOS refuses larger canvases. */
const maxPixels = 16_000_000;

/** Draws a page `width` CSS pixels wide; returns what stops the drawing, wipes it and gives its memory back. */
export function drawPage(page: PDFPageProxy, canvas: HTMLCanvasElement, width: number, onDrawn: () => void, onFailed: () => void): () => void {
  const viewport = page.getViewport({ scale: width / page.getViewport({ scale: 1 }).width });
  const ratio = Math.min(Math.max(1, devicePixelRatio), Math.sqrt(maxPixels / (viewport.width * viewport.height)));
  canvas.width = Math.floor(viewport.width * ratio);
  canvas.height = Math.floor(viewport.height * ratio);
  const task = page.render({ canvas, viewport, transform: [ratio, 0, 0, ratio, 0, 0] });
  let stopped = false;
  task.promise.then(
    () => {
      if (stopped) return;
      canvas.dataset['drawn'] = 'yes';
      onDrawn();
    },
    () => {
      if (!stopped) onFailed();
    },
  );
  return () => {
    stopped = true;
    task.cancel();
    delete canvas.dataset['drawn'];
    canvas.width = 0;
  };
}

/** Lays the page's words over its drawing, to be selected and heard; tells whether there are any. */
export function layText(page: PDFPageProxy, holder: HTMLElement, width: number, onLaid: (words: boolean) => void): () => void {
  const viewport = page.getViewport({ scale: width / page.getViewport({ scale: 1 }).width });
  holder.replaceChildren();
  holder.style.setProperty('--total-scale-factor', String(viewport.scale));
  const layer = new TextLayer({ textContentSource: page.streamTextContent(), container: holder, viewport });
  layer.render().then(
    () => onLaid((holder.textContent ?? '').trim() !== ''),
    () => undefined,
  );
  return () => layer.cancel();
}

const printScale = 150 / 72;

/** Draws every page into `holder` for the paper, then asks the browser to print. `onPage` hears where it stands. */
export async function printPdf(pdf: PDFDocumentProxy, holder: HTMLElement, onPage: (page: number) => void): Promise<void> {
  const addresses: string[] = [];
  try {
    for (let number = 1; number <= pdf.numPages; number += 1) {
      onPage(number);
      const page = await pdf.getPage(number);
      const viewport = page.getViewport({ scale: printScale });
      const canvas = document.createElement('canvas');
      canvas.width = Math.floor(viewport.width);
      canvas.height = Math.floor(viewport.height);
      await page.render({ canvas, viewport, intent: 'print' }).promise;
      const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
      canvas.width = 0;
      if (!blob) throw new Error('a page could not be drawn');
      const image = document.createElement('img');
      const address = URL.createObjectURL(blob);
      addresses.push(address);
      image.src = address;
      image.alt = '';
      await image.decode();
      holder.append(image);
    }
    print();
  } finally {
    holder.replaceChildren();
    for (const address of addresses) URL.revokeObjectURL(address);
  }
}
