// Reading what is handed out: the words of a PDF, the files of a ZIP.
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL, fileURLToPath } from 'node:url';
import { inflateRawSync } from 'node:zlib';
import { must } from './must.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const needed = createRequire(path.join(root, 'web', 'package.json'));

/** Pages, words, and the sizes of letters in points with how many signs have each. */
export async function readPdf(bytes) {
  must(bytes.subarray(0, 5).toString('latin1') === '%PDF-', 'a PDF', bytes.subarray(0, 40).toString('latin1'));
  const { getDocument, VerbosityLevel } = await import(pathToFileURL(needed.resolve('pdfjs-dist/legacy/build/pdf.mjs')));
  const task = getDocument({ data: new Uint8Array(bytes), verbosity: VerbosityLevel.ERRORS, useSystemFonts: false });
  const pdf = await task.promise;
  const sizes = new Map();
  let text = '';
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const { items } = await (await pdf.getPage(number)).getTextContent();
    for (const item of items) {
      text += item.str + (item.hasEOL ? '\n' : '');
      const size = Math.round(Math.hypot(item.transform[2], item.transform[3]) * 10) / 10;
      sizes.set(size, (sizes.get(size) ?? 0) + item.str.trim().length);
    }
  }
  const pages = pdf.numPages;
  await task.destroy();
  return { pages, text: text.replace(/\s+/gu, ' '), sizes };
}

const endOfDirectory = 0x06054b50;
const entryOfDirectory = 0x02014b50;

/** The files of a ZIP by name, their check sums left to who compares the bytes. */
export function readZip(bytes) {
  let end = bytes.length - 22;
  while (end >= 0 && bytes.readUInt32LE(end) !== endOfDirectory) end -= 1;
  must(end >= 0, 'a ZIP with its directory', `${bytes.length} bytes: ${bytes.subarray(0, 40).toString('latin1')}`);
  const files = new Map();
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    must(bytes.readUInt32LE(at) === entryOfDirectory, 'an entry of the directory of a ZIP', at);
    const [method, packed] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20)];
    const [nameLength, extra, comment] = [bytes.readUInt16LE(at + 28), bytes.readUInt16LE(at + 30), bytes.readUInt16LE(at + 32)];
    const local = bytes.readUInt32LE(at + 42);
    const name = bytes.subarray(at + 46, at + 46 + nameLength).toString('utf8');
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const content = bytes.subarray(start, start + packed);
    files.set(name, method === 0 ? content : inflateRawSync(content));
    at += 46 + nameLength + extra + comment;
  }
  return files;
}
