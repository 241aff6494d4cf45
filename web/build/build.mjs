// npm run build: the application, the plain pages rendered to HTML, and a .gz beside each text file.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { parse } from '@formatjs/icu-messageformat-parser';
import react from '@vitejs/plugin-react';
import { build } from 'vite';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const out = path.join(root, 'dist');
const scratch = path.join(root, 'node_modules', '.carnet');

// Messages are parsed here, once: a malformed one stops the build, and the parser (8 KB) stays out of the pages.
const messages = {
  name: 'carnet-messages',
  enforce: 'pre',
  transform(code, id) {
    if (!/\/messages\/(fr|en)\/\w+\.json$/u.test(id)) return null;
    const parsed = Object.entries(JSON.parse(code)).map(([key, text]) => {
      try {
        return [key, parse(text)];
      } catch (cause) {
        throw new Error(`${id}: ${key}: not a message`, { cause });
      }
    });
    return { code: `export default ${JSON.stringify(Object.fromEntries(parsed))}`, map: null, moduleType: 'js' };
  },
};

const common = { root, configFile: false, plugins: [react()], logLevel: 'warn' };

const entries = { app: 'src/app/main.tsx', home: 'src/app/home.ts', check: 'src/vigilance/check.ts', styles: 'src/ui/styles.css' };

async function bundle() {
  await build({
    ...common,
    plugins: [messages, react()],
    resolve: { alias: [{ find: /^@formatjs\/icu-messageformat-parser$/u, replacement: path.join(root, 'node_modules/@formatjs/icu-messageformat-parser/no-parser.js') }] },
    build: {
      outDir: out,
      emptyOutDir: true,
      manifest: true,
      target: 'es2022',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      rollupOptions: { input: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, path.join(root, file)])) },
    },
  });
  const manifest = JSON.parse(await readFile(path.join(out, '.vite', 'manifest.json'), 'utf8'));
  await rm(path.join(out, '.vite'), { recursive: true });
  return manifest;
}

async function renderPlain() {
  await build({
    ...common,
    publicDir: false,
    build: { outDir: scratch, emptyOutDir: true, ssr: path.join(root, 'src/app/prerender.tsx'), rollupOptions: { output: { entryFileNames: 'prerender.mjs' } } },
  });
  const { renderPlain: render } = await import(pathToFileURL(path.join(scratch, 'prerender.mjs')).href);
  return render();
}

/** The script of an entry, then everything it will ask for at once. */
function withImports(manifest, name) {
  const found = new Set();
  const visit = (key) => {
    const chunk = manifest[key];
    if (found.has(`/${chunk.file}`)) return;
    found.add(`/${chunk.file}`);
    (chunk.imports ?? []).forEach(visit);
  };
  visit(entries[name]);
  return [...found];
}

async function gzipAll(folder) {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) await gzipAll(file);
    else if (/\.(html|js|css|svg|json|mjs)$/u.test(entry.name)) await writeFile(`${file}.gz`, gzipSync(await readFile(file), { level: 9 }));
  }
}

const manifest = await bundle();
const plain = await renderPlain();
const styles = manifest[entries.styles];
const font = Object.values(manifest).flatMap((chunk) => [chunk.file, ...(chunk.assets ?? [])]).find((file) => /next-latin-wght-normal.*\.woff2$/u.test(file));
const boot = (await readFile(path.join(root, 'build/boot.js'), 'utf8')).replace('/*SCRIPTS*/ {}', JSON.stringify(Object.fromEntries(['app', 'home', 'check'].map((name) => [name, withImports(manifest, name)]))));
const html = (await readFile(path.join(root, 'build/index.html'), 'utf8'))
  .replace('%TITLE%', plain.title)
  .replace('%FONT%', `/${font}`)
  .replace('%STYLES%', `/${styles.file}`)
  .replace('%PLAIN%', () => plain.html);
await mkdir(out, { recursive: true });
await writeFile(path.join(out, 'boot.js'), boot);
await writeFile(path.join(out, 'index.html'), html);
await gzipAll(out);
