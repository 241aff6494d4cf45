// Signed notes (c2sp.org/signed-note), checkpoints (c2sp.org/tlog-checkpoint) and Ed25519 cosignatures (c2sp.org/tlog-cosignature).
import { createPublicKey, verify } from 'node:crypto';
import { sha256 } from './tree.mjs';

export class Differs extends Error {}
export const must = (holds, words) => {
  if (!holds) throw new Differs(words);
};

// Standard base 64 only: what does not come back the same when written again is refused.
export function base64(text, bytes, what) {
  const read = Buffer.from(String(text), 'base64');
  must(read.toString('base64') === text && (bytes === undefined || read.length === bytes), `${what} is no base 64 of ${bytes ?? 'any'} bytes`);
  return read;
}

export const kinds = { signature: 1, cosignature: 4 };

// name+id+base64(kind | public key)
export function verifier_key(text) {
  const match = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(text.trim());
  must(match, `no verifier key: ${text}`);
  const [, name, id, encoded] = match;
  const material = base64(encoded, 33, 'the verifier key');
  const computed = sha256(name, '\n', material).subarray(0, 4);
  must(computed.toString('hex') === id, `the id of the key ${name} is not its own`);
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: material.subarray(1).toString('base64url') }, format: 'jwk' });
  return { name, id: computed, kind: material[0], key };
}

// Text with its last newline, and the signature lines behind the last empty line.
export function read_note(bytes) {
  const note = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  must(!/[\u0000-\u0009\u000b-\u001f]/.test(note), 'the note holds a control character');
  const cut = note.lastIndexOf('\n\n');
  must(cut > 0 && note.endsWith('\n'), 'the note has no signatures');
  const lines = note.slice(cut + 2, -1).split('\n');
  const signatures = lines.map((line) => {
    const match = /^\u2014 ([^+\s]+) (\S+)$/u.exec(line);
    must(match, 'a signature line of the note is malformed');
    const raw = base64(match[2], undefined, 'a signature');
    must(raw.length > 4, 'a signature is too short');
    return { name: match[1], id: raw.subarray(0, 4), signature: raw.subarray(4) };
  });
  return { text: note.slice(0, cut + 1), signatures };
}

// Whether `key` signed the note; a signature of a known key that does not hold rejects the note.
function signed_by(note, key, now_ms, oldest_ms) {
  const own = note.signatures.filter((line) => line.name === key.name && line.id.equals(key.id));
  for (const line of own) {
    if (key.kind === kinds.signature) {
      must(line.signature.length === 64 && verify(null, Buffer.from(note.text), key.key, line.signature), `the signature of ${key.name} does not hold`);
      continue;
    }
    must(key.kind === kinds.cosignature, `the key of ${key.name} is of an unknown kind`);
    must(line.signature.length === 72, `the cosignature of ${key.name} has the wrong length`);
    const time = line.signature.readBigUInt64BE(0);
    const message = Buffer.from(`cosignature/v1\ntime ${time}\n${note.text}`);
    must(verify(null, message, key.key, line.signature.subarray(8)), `the cosignature of ${key.name} does not hold`);
    must(Number(time) * 1000 <= now_ms + 300_000, `the cosignature of ${key.name} is of the future`);
    must(Number(time) * 1000 >= now_ms - oldest_ms, `the cosignature of ${key.name} is an old one`);
  }
  return own.length > 0;
}

// { origin, size, root } of a checkpoint signed by the log and cosigned by every witness named.
export function read_checkpoint(bytes, { log_key, witnesses, now_ms, oldest_ms }) {
  const note = read_note(bytes);
  must(signed_by(note, log_key, now_ms, oldest_ms), 'the checkpoint is not signed by the log');
  for (const witness of witnesses) must(signed_by(note, witness, now_ms, oldest_ms), `the checkpoint is not cosigned by ${witness.name}`);
  const lines = note.text.slice(0, -1).split('\n');
  must(lines.length >= 3 && lines.every((line) => line.length > 0), 'the checkpoint has fewer than three lines');
  const [origin, size, root] = lines;
  must(/^(0|[1-9][0-9]{0,14})$/.test(size), 'the size of the checkpoint is no number');
  must(origin === log_key.name, `the checkpoint is of ${origin}, not of ${log_key.name}`);
  return { origin, size: Number(size), root: base64(root, 32, 'the root of the checkpoint') };
}
