// The real server, by the official examples and by a real FHIR client. `node proof.mjs [short]`: one example in eight.
// BIN: where carnetd is. The corpus and fhir-kit-client are fetched by the two
// fetch.sh: without them the short form is skipped, saying so, and the whole fails; fhirclient is tried when it was fetched.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { clientOf, driveClient } from './client.mjs';
import { proveExamples } from './examples.mjs';
import { driveSmartClient, smartClientOf } from './fhirclient.mjs';
import { Service, doctor, hospital, marie, ruth } from './service.mjs';
import { bundleCases } from './spec_bundles.mjs';
import { searchCases } from './spec_search.mjs';
import { verbCases } from './spec_verbs.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const bin = process.env.BIN ?? path.join(root, 'build/release/bin');
const examples = path.join(root, 'build/conformance/node_modules/hl7.fhir.r4.examples');

// Examples that are not what R4 says (proof/conformance/validation_corpus.cpp tells why).
const faulty = new Set(['DeviceUseStatement-example', 'MedicationRequest-medrx0301', 'Observation-clinical-gender']);
const traits = {
  identifier: [{ system: 'urn:oid:1.2.250.1.213.1.4.11', value: marie }],
  name: [{ use: 'official', family: 'Decourcy', given: ['Marie'] }],
  gender: 'female',
  birthDate: '1976-05-31',
};

/** Prints the figures; the faults. */
async function byExamples(service, person, every) {
  const begun = Date.now();
  const seen = await proveExamples(service, examples, person, { every });
  const seconds = ((Date.now() - begun) / 1000).toFixed(1);
  const equal = seen.accepted - seen.different.length;
  const found = seen.asked - seen.missed.length;
  console.log(`examples: ${seen.instances} instances of ${seen.types} types, ${seconds} s`);
  console.log(
    `  accepted ${seen.accepted}, refused ${seen.refused.length}; came back equal ${equal} of ${seen.accepted}; found by their own values ${found} of ${seen.asked}`,
  );
  for (const { name, status, reason } of seen.refused) console.log(`  refused ${name}: ${status} ${reason}`);
  for (const { name, at } of seen.different) console.log(`  not equal ${name}: at ${at}`);
  for (const { name, query, missed } of seen.missed) console.log(`  not found ${name}: ${query}: ${missed}`);
  for (const wrong of seen.wrong) console.log(`  found without cause: ${wrong}`);
  if (seen.absent.length > 0) console.log(`  published, not offered: ${seen.absent.join(' ')}`);
  const unforeseen = seen.refused.filter(({ name }) => !faulty.has(name));
  return seen.instances > 0 && unforeseen.length + seen.different.length + seen.missed.length + seen.wrong.length === 0;
}

function printSteps(name, { steps, failed }) {
  console.log(`${name}: ${steps - failed.length} of ${steps} steps`);
  for (const said of failed) console.log(`  failed ${said}`);
  return failed.length === 0;
}

async function byClients(service, person, other) {
  const Client = await clientOf(root);
  if (Client === undefined) throw new Error('fhir-kit-client is not there: proof/conformance/server/fetch.sh');
  const what = { base: await service.secureBase(), token: await service.token(), person, other, traits };
  const first = printSteps('fhir-kit-client', await driveClient(Client, what));
  const factory = smartClientOf(root);
  if (factory === undefined) console.log('fhirclient: not fetched');
  return (factory === undefined || printSteps('fhirclient', await driveSmartClient(factory, what))) && first;
}

/** What the text of R4 says, sentence by sentence. */
async function byTheText(service, person, other) {
  const said = Object.assign(service, { service, person, other, base: `${service.origin}/fhir/R4`, directory: { doctor, hospital } });
  const cases = [...verbCases, ...bundleCases, ...searchCases];
  const failed = [];
  for (const [name, step] of cases)
    await step(said).catch((error) => failed.push(`${name}: ${String(error.message).replaceAll(/\s+/g, ' ').slice(0, 400)}`));
  return printSteps('by the text of R4', { steps: cases.length, failed });
}

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
const short = process.argv.includes('short');
const absent = [
  [examples, 'proof/conformance/fetch.sh'],
  [path.join(root, 'build/conformance-server/node_modules'), 'proof/conformance/server/fetch.sh'],
  [path.join(bin, 'carnetd'), 'a build'],
].filter(([place]) => !existsSync(place));
if (short && absent.length > 0) {
  for (const [place, by] of absent) console.log(`skipped: ${place} is not there; ${by} brings it`);
  process.exit(77);
}
const service = await Service.start({ root, bin });
try {
  const [holder, other] = [await service.personOf(ruth), await service.personOf(marie)];
  const driven = await byClients(service, other, holder);
  const told = await byTheText(service, holder, other);
  const proven = await byExamples(service, holder, short ? 8 : 1);
  process.exitCode = driven && told && proven ? 0 : 1;
} finally {
  await service.stop();
}
