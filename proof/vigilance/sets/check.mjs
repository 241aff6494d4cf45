// node proof/vigilance/sets/check.mjs [--made=DIR]: the form, the counts and the ids of the sets; that the kept files are what
// their generators make; that they stay small. With --made, the sets that make.mjs --out=DIR wrote too. Exits 1 on any finding.
import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { kept, made } from '../make/sets.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const option = (name) => process.argv.find((word) => word.startsWith(`--${name}=`))?.split('=')[1];
const kinds = new Set(['sms', 'email', 'host', 'call']);
const verdicts = new Set(['official', 'scam', 'suspicious', 'unknown']);
const mostBytes = 3 << 20;

// class -> [rows, templates] at least.
const least = {
  legit_org: [1500 + 300, 150], health_scam_sms: [60, 60], scam_sms: [600, 80], phish_email: [300, 40], press: [30, 30], prevention: [40, 40], 'question_forward:legit': [40, 10], 'question_forward:scam': [40, 10], 'question_forward:told': [10, 10],
  lookalike_host: [2000, 10], clean_host: [1000, 2],
};
const leastMade = {
  official: [3000, 30], forged_official: [10000, 500],
  ...Object.fromEntries(['zero_width', 'homoglyph', 'lookalike_path', 'split_link', 'qr_only', 'nested_mime', 'hidden_text', 'two_from', 'dkim_length', 'replay', 'noise', 'many_links'].map((f) => [`evasion:${f}`, [30, 1]])),
};

const findings = [];
const find = (where, what) => findings.push(`${where}: ${what}`);
const ids = new Map();
const classes = new Map();

function look(row, where) {
  const [set, template, number] = row.id?.split(':') ?? [];
  if (!set || !template || number === undefined) find(where, 'id is not set:template:number');
  if (ids.has(row.id)) find(where, `id ${row.id} also in ${ids.get(row.id)}`);
  ids.set(row.id, where);
  if (!kinds.has(row.kind)) find(where, `kind ${row.kind}`);
  if ((row.text === undefined) === (row.eml === undefined)) find(where, 'exactly one of text and eml');
  if ((row.text ?? row.eml) === '') find(where, 'empty');
  if (row.eml !== undefined && (row.kind !== 'email' || !row.eml.includes('\r\n\r\n'))) find(where, 'not a mail');
  if (/\{[a-z]+[\d.a-z]*\}|undefined|\[object/u.test(row.text ?? row.eml.slice(0, 20000))) find(where, 'a slot was not filled');
  if (!Array.isArray(row.expect) || row.expect.length === 0 || row.expect.some((v) => !verdicts.has(v))) find(where, 'expect');
  if (!/^20\d\d-\d\d-\d\d$/u.test(row.date ?? '')) find(where, 'date');
  if (row.base !== undefined && !ids.has(row.base)) find(where, 'its base does not stand before it');
  if (!classes.has(row.class)) classes.set(row.class, { rows: 0, templates: new Set() });
  const seen = classes.get(row.class);
  seen.rows += 1;
  seen.templates.add(`${set}:${template}`);
}

async function read(file) {
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    number += 1;
    const where = `${path.basename(file)}:${number}`;
    try {
      look(JSON.parse(line), where);
    } catch (error) {
      find(where, error.message);
    }
  }
}

function count(table) {
  for (const [name, [rows, templates]] of Object.entries(table)) {
    const seen = classes.get(name) ?? { rows: 0, templates: new Set() };
    if (seen.rows < rows) find(name, `${seen.rows} rows, at least ${rows}`);
    if (seen.templates.size < templates) find(name, `${seen.templates.size} templates, at least ${templates}`);
  }
}

for (const [name, make] of Object.entries(kept)) {
  const file = path.join(here, `${name}.jsonl`);
  if (!existsSync(file)) { find(name, 'is missing'); continue; }
  await read(file);
  if (readFileSync(file, 'utf8') !== [...make()].map((row) => `${JSON.stringify(row)}\n`).join('')) find(name, 'differs from what its generator makes: node proof/vigilance/make/make.mjs --keep');
}
count(least);
const sizes = readdirSync(here).map((name) => statSync(path.join(here, name)).size);
const bytes = sizes.reduce((a, b) => a + b, 0);
if (bytes > mostBytes) find('sets', `${bytes} bytes kept, at most ${mostBytes}`);

const from = option('made');
if (from) {
  for (const name of Object.keys(made)) await read(path.join(from, `${name}.jsonl`));
  if (!existsSync(path.join(from, 'zone.txt'))) find('zone.txt', 'is missing');
  count(leastMade);
}

for (const [name, { rows, templates }] of [...classes].sort()) console.log(`${name}\t${rows} rows\t${templates.size} templates`);
console.log(`${bytes} bytes kept, ${findings.length} findings`);
for (const line of findings.slice(0, 50)) console.error(line);
process.exit(findings.length === 0 ? 0 : 1);
