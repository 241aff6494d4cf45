// A holder's extract, from what docs/formats/seal.md and docs/formats/trace.md say of it.
import { base64, must, read_checkpoint } from './note.mjs';
import { leaf_hash, root_by_path, sha256 } from './tree.mjs';

const late_ms = 600_000;  // a trace may be written so long after it was asked for
const nothing = Buffer.alloc(32);
const u64 = (value) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
};

// Whole numbers beyond what a double holds keep their digits.
export function read_json(text) {
  return JSON.parse(text, (_, value, context) =>
    typeof value === 'number' && context?.source && /^[0-9]+$/.test(context.source) && !Number.isSafeInteger(value) ? BigInt(context.source) : value);
}
const whole = (value, what) => {
  must((typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) || typeof value === 'bigint', `${what} is no whole number`);
  return value;
};
const list = (value, what) => {
  must(Array.isArray(value), `${what} is no list`);
  return value;
};

// Hash of trace 0 (none), 1, 2, ... of the lane: each binds the one before it.
function chain(extract, space_id, lane) {
  const heads = [nothing];
  list(extract.entries, 'entries').forEach((entry, i) => {
    const at = `entry ${i + 1}`;
    must(entry.sequence === i + 1, `${at} is numbered ${entry.sequence}`);
    must(/^[0-9a-f]{32}$/.test(entry.id), `${at} has no id`);
    const header = Buffer.concat([Buffer.from('CTR1'), space_id, Buffer.from([lane]), u64(i + 1), u64(whole(entry.at_ms, `the time of ${at}`)), Buffer.from(entry.id, 'hex')]);
    must(typeof entry.body === 'string', `${at} has no text`);
    const commitment = sha256(base64(entry.salt, 16, `the salt of ${at}`), entry.body);
    heads.push(sha256(heads[i], Buffer.from([2]), commitment, base64(entry.sealed_hash, 32, `the sealed hash of ${at}`), header));
  });
  return heads;
}

function check_seal(seal, extract, heads, space_id, lane, log) {
  const at = `seal ${seal.seal}`;
  const sequence = whole(seal.sequence, `the sequence of ${at}`);
  must(sequence < heads.length, `${at} holds ${sequence} entries, the extract ${heads.length - 1}`);
  const own = sha256('carnet lane v1\n', base64(seal.salt, 32, `the salt of ${at}`), u64(sequence), heads[sequence]);
  const other = base64(seal.other, 32, `the other lane of ${at}`);
  const leaf = leaf_hash(Buffer.concat([Buffer.from('carnet space v1\n'), Buffer.from(extract.space), space_id, u64(seal.seal), ...(lane === 0 ? [own, other] : [other, own])]));
  const path = list(seal.path, `the path of ${at}`).map((hash) => base64(hash, 32, `the path of ${at}`));
  const root = base64(seal.root, 32, `the root of ${at}`);
  must(root_by_path(leaf, whole(seal.slot, 'slot'), whole(seal.spaces, 'spaces'), path)?.equals(root), `${at} does not hold the lane as the extract has it`);
  return entry_in_log(seal, log);
}

// The entry of the log that a seal is; it must be there.
function entry_in_log(seal, log) {
  const at = `seal ${seal.seal}`;
  const entry = Buffer.from(`carnet seal v1\n${seal.seal}\n${whole(seal.at_ms, `the time of ${at}`)}\n${seal.spaces}\n${seal.root}\n`);
  const log_path = list(seal.log_path, `the way of ${at} to the log`).map((hash) => base64(hash, 32, `the way of ${at} to the log`));
  must(root_by_path(leaf_hash(entry), seal.seal - 1, log.size, log_path)?.equals(log.root), `${at} is not in the log`);
  return entry;
}

// Without the seals at its beginning a lane could have been written anew before them.
function check_beginning(extract, first, log) {
  if (first.seal === 1) return undefined;
  const before = extract.before;
  must(before && before.seal === first.seal - 1, `the seals before ${first.seal} are missing`);
  base64(before.root, 32, `the root of seal ${before.seal}`);
  const entry = entry_in_log(before, log);
  must(before.spaces <= first.slot, `seal ${before.seal} held the space already, and is missing`);
  must(!extract.entries.length || extract.entries[0].at_ms >= before.at_ms - late_ms, `entry 1 is older than seal ${before.seal}, which does not hold it`);
  return entry;
}

// Checks an extract. `asked`: { log_key, witnesses, space?, now_ms, oldest_ms }. Answers { checkpoint, seals: Map index -> entry of the log,
// entries, not_sealed }, which lets the caller look the seals up in the log itself.
export function check_extract(text, asked) {
  const extract = read_json(text);
  must(extract.format === 'carnet-extract/1', 'this is no extract');
  must(extract.log === asked.log_key.name, `the extract is of ${extract.log}`);
  must(typeof extract.space === 'string' && /^[0-9A-Z]{26}$/i.test(extract.space), 'the extract names no space');
  must(!asked.space || extract.space === asked.space, 'the extract is of another space');
  must(['ordinary', 'reserved'].includes(extract.lane), 'the extract names no lane');
  const lane = extract.lane === 'ordinary' ? 0 : 1, space_id = u64(extract.space_id);
  const log = read_checkpoint(Buffer.from(extract.checkpoint), asked);
  const heads = chain(extract, space_id, lane);
  const seals = list(extract.seals, 'seals'), entries = new Map();
  must(seals.length > 0, 'the extract holds no seal');
  seals.forEach((seal, i) => {
    const before = seals[i - 1];
    must(Number.isSafeInteger(seal.seal) && seal.seal > 0, 'a seal has no number');
    must(!before || seal.seal === before.seal + 1, `a seal is missing before seal ${seal.seal}`);
    must(!before || seal.sequence >= before.sequence, `the lane gets shorter at seal ${seal.seal}`);
    must(!before || seal.slot === before.slot, `the space changes its place at seal ${seal.seal}`);
    entries.set(seal.seal - 1, check_seal(seal, extract, heads, space_id, lane, log));
  });
  const before = check_beginning(extract, seals[0], log);
  if (before) entries.set(seals[0].seal - 2, before);
  const last = seals.at(-1);
  must(last.seal === log.size, `the extract ends at seal ${last.seal}, the checkpoint at ${log.size}`);
  must(asked.now_ms - last.at_ms <= asked.oldest_ms, 'the checkpoint is an old one');
  const outside = extract.entries.slice(last.sequence);
  outside.forEach((entry) => must(entry.at_ms >= last.at_ms - late_ms, `entry ${entry.sequence} is older than the last seal and not in it`));
  return { checkpoint: log, seals: entries, entries: extract.entries.length, not_sealed: outside.length };
}
