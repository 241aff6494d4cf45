// node proof/vigilance/make/make.mjs --keep           writes the kept sets again into proof/vigilance/sets/
// node proof/vigilance/make/make.mjs --out=DIR [--only=NAME]   writes the sets made at measure time, and zone.txt, into DIR
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { kept, made, zone } from './sets.mjs';

const option = (name) => process.argv.find((word) => word.startsWith(`--${name}=`))?.split('=')[1];
const sets = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'sets');

function write(folder, name, rows) {
  const file = openSync(path.join(folder, `${name}.jsonl`), 'w');
  let count = 0;
  for (const row of rows) {
    writeSync(file, `${JSON.stringify(row)}\n`);
    count += 1;
  }
  closeSync(file);
  console.log(`${name}: ${count}`);
}

const out = option('out');
const only = option('only');
if (process.argv.includes('--keep')) {
  for (const [name, make] of Object.entries(kept)) if (!only || only === name) write(sets, name, make());
} else if (out) {
  mkdirSync(out, { recursive: true });
  for (const [name, make] of Object.entries(made)) if (!only || only === name) write(out, name, make());
  if (!only || only === 'zone') writeFileSync(path.join(out, 'zone.txt'), zone());
} else {
  console.error('usage: make.mjs --keep | --out=DIR [--only=NAME]');
  process.exit(2);
}
