// The SMART client (npm fhirclient) on the same service: what it does is checked, not what it is for.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';

/** Undefined when `fetch.sh fhirclient` was not run. */
export function smartClientOf(root) {
  try {
    return createRequire(path.join(root, 'build/conformance-fhirclient/package.json'))('fhirclient');
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

const pulseOf = (person, value) => ({
  resourceType: 'Observation',
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
  category: [{ text: 'smart' }],
  subject: { reference: `Patient/${person}` },
  valueQuantity: { value, unit: '/min', system: 'http://unitsofmeasure.org', code: '/min' },
});

const steps = [
  [
    'the patient of the launch',
    async (client, person) => {
      assert.equal((await client.patient.read()).id, person);
    },
  ],
  [
    'create, read, update, patch, delete',
    async (client, person) => {
      const made = await client.create(pulseOf(person, 60));
      const updated = await client.update({ ...pulseOf(person, 61), id: made.id });
      assert.equal(updated.meta.versionId, '2');
      const patched = await client.patch(`Observation/${made.id}`, [{ op: 'replace', path: '/status', value: 'amended' }]);
      assert.equal(patched.status, 'amended');
      assert.equal((await client.request({ url: `Observation/${made.id}` })).valueQuantity.value, 61);
      await client.delete(`Observation/${made.id}`);
      await assert.rejects(
        client.request({ url: `Observation/${made.id}`, headers: { 'Cache-Control': 'no-cache' } }),
        (error) => (error.statusCode ?? error.status) === 410,
      );
    },
  ],
  [
    'search of the patient, page by page',
    async (client, person) => {
      for (let i = 0; i < 5; ++i) await client.create(pulseOf(person, 70 + i));
      const found = await client.patient.request('Observation?category:text=smart&_count=2', { pageLimit: 0, flat: true });
      assert.deepEqual(found.map((each) => each.valueQuantity.value).sort(), [70, 71, 72, 73, 74]);
    },
  ],
  [
    'references resolved',
    async (client, person) => {
      const observation = await client.create(pulseOf(person, 80));
      const resolved = await client.request({ url: `Observation/${observation.id}` }, { resolveReferences: ['subject'] });
      assert.equal(resolved.subject.id, person);
    },
  ],
  [
    'what is wrong is told',
    async (client, person) => {
      await assert.rejects(
        client.create({ ...pulseOf(person, 1), status: 'perhaps' }),
        (error) => (error.statusCode ?? error.status) === 422,
      );
    },
  ],
];

/** What failed, as sentences; every step is tried. */
export async function driveSmartClient(factory, { base, token, person }) {
  const client = factory({ headers: {}, url: '/' }, {}).client({
    serverUrl: base,
    tokenResponse: { access_token: token, patient: person },
  });
  const failed = [];
  for (const [name, step] of steps)
    await step(client, person).catch((error) => failed.push(`${name}: ${error.message.replaceAll(/\s+/g, ' ')}`));
  return { steps: steps.length, failed };
}
