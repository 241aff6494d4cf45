// Serves dist/ as the real server does: one document for every page, gzip when there is one, the strict policy.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2', '.json': 'application/json', '.wasm': 'application/wasm', '.pdf': 'application/pdf' };

export const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob: http://localhost:*; font-src 'self'; connect-src 'self'; " +
  "frame-src http://localhost:*; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

async function find(root, pathname) {
  const file = path.join(root, path.normalize(decodeURIComponent(pathname)));
  const wanted = file.startsWith(root) && path.extname(file) ? file : path.join(root, 'index.html');
  for (const [name, encoding] of [[`${wanted}.gz`, 'gzip'], [wanted, null]]) {
    const bytes = await readFile(name).catch(() => null);
    if (bytes) return { bytes, encoding, type: types[path.extname(wanted)] ?? 'application/octet-stream' };
  }
  return null;
}

/** @returns {Promise<{origin: string, close: () => void}>} */
export async function serve(root) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://x');
    const found = await find(root, pathname);
    if (!found) {
      response.writeHead(404).end();
      return;
    }
    const headers = { 'Content-Type': found.type, 'Content-Security-Policy': policy, 'Referrer-Policy': 'no-referrer', 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store' };
    if (found.encoding) headers['Content-Encoding'] = found.encoding;
    response.writeHead(200, headers).end(found.bytes);
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  return { origin: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}
