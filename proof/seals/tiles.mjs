// A log read as c2sp.org/tlog-tiles says, from https or from a directory of the same layout.
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import { join } from 'node:path';
import { Differs, must } from './note.mjs';
import { Accumulator, leaf_hash, root_of } from './tree.mjs';

const width = 256, longest_answer = 1 << 25;

function get(url, options) {
  return new Promise((resolve, reject) => {
    const client = url.startsWith('https:') ? https : http;
    client.get(url, options, (answer) => {
      const parts = [];
      let length = 0;
      answer.on('data', (part) => {
        length += part.length;
        if (length > longest_answer) answer.destroy(new Error('too long'));
        parts.push(part);
      });
      answer.on('error', reject);
      answer.on('end', () => (answer.statusCode === 200 ? resolve(Buffer.concat(parts)) : reject(new Error(`${answer.statusCode}`))));
    }).on('error', reject);
  });
}

// What answers fetch(path). `certificate`: the PEM the service shows, when no public authority signed it.
export function log_source(from, certificate) {
  if (!/^https?:/.test(from)) return (path) => readFile(join(from, path));
  const options = certificate ? { ca: certificate, checkServerIdentity: () => undefined } : {};
  options.agent = new (from.startsWith('https:') ? https : http).Agent({ keepAlive: true });
  return (path) => get(`${from.replace(/\/$/, '')}/${path}`, options);
}

// 1234067 -> x001/x234/067
export function tile_index(index) {
  let text = String(index % 1000).padStart(3, '0');
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) text = `x${String(rest % 1000).padStart(3, '0')}/${text}`;
  return text;
}

async function resource(fetch, kind, index, count) {
  const path = `tile/${kind}/${tile_index(index)}`;
  try {
    if (count === width) return await fetch(path);
    return await fetch(`${path}.p/${count}`);
  } catch (error) {
    throw new Differs(`${path} of ${count} is not there (${error.code ?? error.message})`);
  }
}

async function tile(fetch, level, index, count) {
  const bytes = await resource(fetch, level, index, count);
  must(bytes.length === count * 32, `tile ${level}/${index} is not ${count} hashes`);
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * 32, i * 32 + 32));
}

function entries_of(bundle, count, index) {
  const entries = [];
  let at = 0;
  while (at < bundle.length) {
    must(at + 2 <= bundle.length, `the entries ${index} end in the middle`);
    const length = bundle.readUInt16BE(at);
    must(at + 2 + length <= bundle.length, `the entries ${index} end in the middle`);
    entries.push(bundle.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  must(entries.length === count, `the bundle of entries ${index} does not hold ${count}`);
  return entries;
}

// Every tile above level 0 holds the roots of the full tiles below, in order: `below` are those roots.
async function check_level(fetch, level, below) {
  const roots = [];
  for (let start = 0; start < below.length; start += width) {
    const count = Math.min(width, below.length - start), index = start / width;
    const hashes = await tile(fetch, level, index, count);
    hashes.forEach((hash, i) => must(hash.equals(below[start + i]), `tile ${level}/${index} does not hold the root of tile ${level - 1}/${start + i}`));
    if (count === width) roots.push(root_of(hashes));
  }
  return roots;
}

// Walks the whole log of `size` leaves: entries against the tiles of level 0, those against the tiles above, all against the root.
// `each(entry, index)` sees every entry. `earlier`: sizes whose roots are wanted too. Answers { root, roots: Map size -> root }.
export async function walk_log(fetch, size, each, earlier = []) {
  const tree = new Accumulator(), wanted = new Set(earlier), roots = new Map();
  if (wanted.has(0)) roots.set(0, tree.root());
  let full = [];
  for (let start = 0; start < size; start += width) {
    const count = Math.min(width, size - start), index = start / width;
    const hashes = await tile(fetch, 0, index, count);
    const entries = entries_of(await resource(fetch, 'entries', index, count), count, index);
    for (let i = 0; i < count; ++i) {
      must(leaf_hash(entries[i]).equals(hashes[i]), `entry ${start + i} is not the one its leaf was made of`);
      tree.add(hashes[i]);
      if (wanted.has(tree.size)) roots.set(tree.size, tree.root());
      each(entries[i], start + i);
    }
    if (count === width) full.push(root_of(hashes));
  }
  for (let level = 1; full.length > 0; ++level) full = await check_level(fetch, level, full);
  return { root: tree.root(), roots };
}
