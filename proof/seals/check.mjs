// A second reading of the seals: written from the C2SP texts and from docs/formats alone, without sight of the service's own code.
//   node check.mjs --log KEY [--witness KEY]... [--from URL|DIRECTORY] [--certificate PEM] [--earlier NOTE]... [--extract FILE] [--space NAME] [--now MS] [--oldest-hours N]
// Prints "agrees: ..." (exit 0) or "differs: where" (exit 1); what cannot be tried at all is exit 2.
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { check_extract } from './extract.mjs';
import { Differs, kinds, must, read_checkpoint, verifier_key } from './note.mjs';
import { log_source, walk_log } from './tiles.mjs';

const several = { type: 'string', multiple: true, default: [] }, one = { type: 'string' };
const hour_ms = 3_600_000;

// An entry of the log: "carnet seal v1", number, milliseconds, spaces, root.
function seal_entry(entry, index) {
  const match = /^carnet seal v1\n([1-9][0-9]*)\n([0-9]+)\n([0-9]+)\n([A-Za-z0-9+/]{43}=)\n$/.exec(entry.toString('latin1'));
  must(match, `entry ${index} of the log is no seal`);
  must(Number(match[1]) === index + 1, `entry ${index} of the log says it is seal ${match[1]}`);
  return { at_ms: Number(match[2]), spaces: Number(match[3]) };
}

async function check_log(asked, earlier, extract) {
  const fetch = log_source(asked.from, asked.certificate);
  const bytes = await fetch('checkpoint').catch((error) => {
    throw new Differs(`the checkpoint is not there (${error.code ?? error.message})`);
  });
  const log = read_checkpoint(bytes, asked);
  for (const old of earlier) must(old.size <= log.size, `the log has ${log.size} entries, an earlier checkpoint ${old.size}`);
  let last;
  const walked = await walk_log(fetch, log.size, (entry, index) => {
    const seal = seal_entry(entry, index);
    must(!last || seal.spaces >= last.spaces, `the log forgets spaces at entry ${index}`);
    const own = extract?.seals.get(index);
    must(!own || own.equals(entry), `entry ${index} of the log is not the seal of the extract`);
    last = seal;
  }, earlier.map((old) => old.size));
  must(walked.root.equals(log.root), 'the tiles do not give the root of the checkpoint');
  for (const old of earlier) must(walked.roots.get(old.size).equals(old.root), `the log is not the one whose checkpoint of ${old.size} entries was signed before`);
  must(!last || asked.now_ms - last.at_ms <= asked.oldest_ms, 'the checkpoint is an old one');
  return log;
}

async function main() {
  const { values } = parseArgs({ options: { log: one, witness: several, from: one, certificate: one, earlier: several, extract: one, space: one, now: one, 'oldest-hours': one } });
  must(values.log && (values.from || values.extract), '--log and one of --from, --extract are needed');
  const asked = {
    log_key: verifier_key(values.log), witnesses: values.witness.map(verifier_key), from: values.from, space: values.space,
    certificate: values.certificate && (await readFile(values.certificate)), now_ms: values.now ? Number(values.now) : Date.now(),
    oldest_ms: Number(values['oldest-hours'] ?? 49) * hour_ms,
  };
  must(asked.log_key.kind === kinds.signature, 'the key of the log is no signing key');
  must(asked.witnesses.every((witness) => witness.kind === kinds.cosignature), 'the key of a witness is none that cosigns');
  const said = [];
  const earlier = [];
  for (const file of values.earlier) earlier.push(read_checkpoint(await readFile(file), { ...asked, witnesses: [] }));
  const extract = values.extract && check_extract((await readFile(values.extract)).toString('utf8'), asked);
  if (extract) said.push(`${extract.entries} entries under ${extract.seals.size} seals, ${extract.not_sealed} not sealed yet`);
  if (extract) earlier.push(extract.checkpoint);
  if (asked.from) {
    const log = await check_log(asked, earlier, extract);
    said.push(`${log.size} leaves, ${asked.witnesses.length} witnesses, ${earlier.length} earlier checkpoints`);
  } else {
    const size = extract.checkpoint.size;
    for (const old of earlier) must(old.size <= size, `the extract's log has ${size} entries, an earlier checkpoint ${old.size}`);
    for (const old of earlier) must(old.size !== size || old.root.equals(extract.checkpoint.root), `two logs of ${size} entries were signed`);
  }
  console.log(`agrees: ${said.join('; ')}`);
}

main().catch((error) => {
  const differs = error instanceof Differs || error instanceof SyntaxError || error instanceof TypeError;
  console.log(`${differs ? 'differs' : 'failed'}: ${error.message}`);
  process.exitCode = differs ? 1 : 2;
});
