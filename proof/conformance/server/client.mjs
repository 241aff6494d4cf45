// What a hospital's developer does with fhir-kit-client: every interaction, on a record of its own.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { documentSteps } from './documents.mjs';
import { entryOf, idIn, loinc, transactionOf, urn, visitOf, weightOf } from './shapes.mjs';

/** The client, from where proof/conformance/server/fetch.sh put it; undefined when it was not fetched. */
export async function clientOf(root) {
  const from = createRequire(path.join(root, 'build/conformance-server/package.json'));
  let folder;
  try {
    folder = path.dirname(from.resolve('debug'));
  } catch {
    return undefined;
  }
  const main = path.join(folder.slice(0, folder.lastIndexOf('node_modules')), 'node_modules/fhir-kit-client/dist/index.js');
  return import(pathToFileURL(main)).then((module) => module.Client ?? module.default);
}

/** What is refused: the client throws, with the answer inside. */
async function refused(status, promise) {
  const error = await promise.then(
    (answer) => assert.fail(`not refused: ${JSON.stringify(answer).slice(0, 200)}`),
    (reason) => reason,
  );
  assert.equal(error.response?.status, status, `${error.message}: ${JSON.stringify(error.response?.data).slice(0, 300)}`);
  assert.equal(error.response.data?.resourceType, 'OperationOutcome');
  return error.response.data;
}

/** [name, what is done with {client, Client, person, other, traits}]. In order: a step uses what an earlier one left. */
const steps = [
  [
    'metadata',
    async ({ client }, left) => {
      const told = await client.capabilityStatement();
      assert.equal(told.fhirVersion, '4.0.1');
      left.told = new Map(told.rest[0].resource.map((each) => [each.type, each]));
      for (const code of ['read', 'vread', 'update', 'patch', 'delete', 'create', 'search-type', 'history-instance'])
        assert.ok(
          left.told.get('Observation').interaction.some((each) => each.code === code),
          code,
        );
    },
  ],
  [
    'create',
    async ({ client, Client, person }, left) => {
      const made = await client.create({ resourceType: 'Observation', body: weightOf(person, 70.5) });
      const { response } = Client.httpFor(made);
      assert.equal(response.status, 201);
      assert.match(response.headers.get('location'), /\/Observation\/[a-z0-9]{26}\/_history\/1$/);
      left.id = made.id;
      left.etag = response.headers.get('etag');
    },
  ],
  [
    'read, vread, 404',
    async ({ client }, { id }) => {
      assert.equal((await client.read({ resourceType: 'Observation', id })).valueQuantity.value, 70.5);
      assert.equal((await client.vread({ resourceType: 'Observation', id, version: '1' })).meta.versionId, '1');
      await refused(404, client.read({ resourceType: 'Observation', id: 'a'.repeat(26) }));
      await refused(404, client.read({ resourceType: 'Condition', id }));
    },
  ],
  [
    'conditional read',
    async ({ client, Client }, { id, etag }) => {
      const answer = await client
        .read({ resourceType: 'Observation', id, options: { headers: { 'If-None-Match': etag } } })
        .catch((error) => error);
      assert.equal(answer.response?.status ?? Client.httpFor(answer).response.status, 304);
    },
  ],
  [
    'update with If-Match',
    async ({ client, person }, left) => {
      const body = { ...weightOf(person, 71), id: left.id };
      const update = (version) =>
        client.update({ resourceType: 'Observation', id: left.id, body, options: { headers: { 'If-Match': `W/"${version}"` } } });
      assert.equal((await update(1)).meta.versionId, '2');
      await refused(412, update(1));
      await refused(404, client.update({ resourceType: 'Observation', id: 'mine', body: { ...body, id: 'mine' } }));
    },
  ],
  [
    'patch',
    async ({ client }, { id }) => {
      const patch = (jsonPatch) => client.patch({ resourceType: 'Observation', id, jsonPatch });
      assert.equal((await patch([{ op: 'replace', path: '/status', value: 'amended' }])).status, 'amended');
      const told = await refused(422, patch([{ op: 'replace', path: '/status', value: 'perhaps' }]));
      assert.deepEqual(told.issue[0].expression, ['Observation.status']);
    },
  ],
  [
    'what is wrong is told at its path',
    async ({ client, person, other }) => {
      const create = (body) => client.create({ resourceType: 'Observation', body });
      const paths = async (status, body) => (await refused(status, create(body))).issue.flatMap((issue) => issue.expression ?? []);
      assert.deepEqual(await paths(422, { ...weightOf(person, 70), code: undefined }), ['Observation.code']);
      assert.deepEqual(await paths(422, { ...weightOf(person, 70), weight: 70 }), ['Observation.weight']);
      const crossed = await paths(422, { ...weightOf(person, 70), performer: [{ reference: `Patient/${other}` }] });
      assert.ok(crossed.includes('Observation.performer[0].reference'), crossed.join());
    },
  ],
  [
    'conditional create and update',
    async ({ client, Client, person }, left) => {
      const body = weightOf(person, 72, { identifier: [{ system: 'http://example.org/weights', value: 'w1' }] });
      const headers = { 'If-None-Exist': 'identifier=http://example.org/weights|w1' };
      const first = await client.create({ resourceType: 'Observation', body, options: { headers } });
      const again = await client.create({ resourceType: 'Observation', body, options: { headers } });
      assert.equal(again.id, first.id);
      assert.equal(Client.httpFor(again).response.status, 200);
      left.conditional = first.id;
      const searchParams = { identifier: 'http://example.org/weights|w1' };
      const updated = await client.update({ resourceType: 'Observation', searchParams, body: { ...body, status: 'amended' } });
      assert.equal(updated.id, first.id);
      assert.equal(updated.meta.versionId, '2');
    },
  ],
  [
    'search',
    async ({ client, person }, { id }) => {
      const found = async (searchParams) =>
        (
          await client.resourceSearch({ resourceType: 'Observation', searchParams: { patient: `Patient/${person}`, ...searchParams } })
        ).entry
          ?.filter((each) => each.search.mode === 'match')
          .map((each) => each.resource.id) ?? [];
      assert.ok((await found({ code: `${loinc}|29463-7` })).includes(id));
      assert.ok((await found({ 'value-quantity': 'gt70|http://unitsofmeasure.org|kg', status: 'amended' })).includes(id));
      assert.ok((await found({ date: ['ge2026-01-05', 'lt2026-01-06'] })).includes(id));
      assert.deepEqual(await found({ code: 'none' }), []);
      const compartment = await client.compartmentSearch({
        resourceType: 'Observation',
        compartment: { resourceType: 'Patient', id: person },
        searchParams: { _summary: 'count' },
      });
      assert.ok(compartment.total >= 2);
      const posted = await client.search({
        resourceType: 'Observation',
        searchParams: { patient: `Patient/${person}` },
        options: { postSearch: true },
      });
      assert.ok(posted.entry.some((each) => each.resource.id === id));
      await refused(
        400,
        client.search({
          resourceType: 'Observation',
          searchParams: { patient: person, nonsense: '1' },
          options: { headers: { Prefer: 'handling=strict' } },
        }),
      );
    },
  ],
  [
    'transaction',
    async ({ client, person }, left) => {
      const done = await client.transaction({
        body: transactionOf(
          entryOf('POST', 'Encounter', visitOf(person), urn(1)),
          entryOf('POST', 'Observation', weightOf(person, 73, { encounter: { reference: urn(1) } }), urn(2)),
        ),
      });
      assert.deepEqual(
        done.entry.map((each) => each.response.status.slice(0, 3)),
        ['201', '201'],
      );
      [left.visit, left.weighed] = done.entry.map((each) => idIn(each.response.location));
      const read = await client.read({ resourceType: 'Observation', id: left.weighed });
      assert.equal(read.encounter.reference, `Encounter/${left.visit}`);
      const resolved = await client.resolve({ reference: read.encounter.reference });
      assert.equal(resolved.id, left.visit);
      const before = (await client.search({ resourceType: 'Encounter', searchParams: { patient: person, _summary: 'count' } })).total;
      await refused(
        422,
        client.transaction({
          body: transactionOf(
            entryOf('POST', 'Encounter', visitOf(person), urn(1)),
            entryOf('POST', 'Observation', { ...weightOf(person, 1), status: 'perhaps' }, urn(2)),
          ),
        }),
      );
      assert.equal(
        (await client.search({ resourceType: 'Encounter', searchParams: { patient: person, _summary: 'count' } })).total,
        before,
        'all or nothing',
      );
    },
  ],
  [
    'chains, includes',
    async ({ client, person }, { visit, weighed }) => {
      const search = (resourceType, searchParams) => client.search({ resourceType, searchParams: { patient: person, ...searchParams } });
      const chained = await search('Observation', { 'encounter.class': 'AMB', _include: 'Observation:encounter' });
      assert.deepEqual(
        chained.entry.map((each) => [each.resource.id, each.search.mode]),
        [
          [weighed, 'match'],
          [visit, 'include'],
        ],
      );
      const reverse = await search('Encounter', { '_has:Observation:encounter:code': '29463-7', _revinclude: 'Observation:encounter' });
      assert.deepEqual(
        reverse.entry.map((each) => each.resource.id),
        [visit, weighed],
      );
    },
  ],
  [
    'a chain into a contained resource',
    async ({ client, person }) => {
      const body = {
        resourceType: 'MedicationRequest',
        contained: [{ resourceType: 'Medication', id: 'drug', code: { coding: [{ system: 'http://example.org/drugs', code: 'd1' }] } }],
        status: 'active',
        intent: 'order',
        subject: { reference: `Patient/${person}` },
        medicationReference: { reference: '#drug' },
      };
      const made = await client.create({ resourceType: 'MedicationRequest', body });
      const searchParams = { patient: person, 'medication.code': 'http://example.org/drugs|d1' };
      const found = await client.search({ resourceType: 'MedicationRequest', searchParams });
      assert.deepEqual(
        (found.entry ?? []).map((each) => each.resource.id),
        [made.id],
      );
    },
  ],
  [
    'batch',
    async ({ client, person }, { id }) => {
      const body = {
        ...transactionOf(
          entryOf('GET', `Observation/${id}`),
          entryOf('GET', `Observation/${'a'.repeat(26)}`),
          entryOf('POST', 'Observation', weightOf(person, 74)),
          entryOf('POST', 'Observation', { resourceType: 'Observation' }),
        ),
        type: 'batch',
      };
      const done = await client.batch({ body });
      assert.deepEqual(
        done.entry.map((each) => each.response.status.slice(0, 3)),
        ['200', '404', '201', '422'],
      );
    },
  ],
  [
    'paging, stable under writes',
    async ({ client, person }) => {
      for (let i = 0; i < 7; ++i)
        await client.create({
          resourceType: 'Observation',
          body: weightOf(person, 80 + i, { category: [{ text: 'paged' }], effectiveDateTime: `2026-02-0${i + 1}` }),
        });
      const seen = [];
      let bundle = await client.search({
        resourceType: 'Observation',
        searchParams: { patient: person, 'category:text': 'paged', _sort: '-date', _count: '3' },
      });
      for (; bundle !== undefined; bundle = await client.nextPage({ bundle })) {
        seen.push(...bundle.entry.map((each) => each.resource.valueQuantity.value));
        await client.create({
          resourceType: 'Observation',
          body: weightOf(person, 90, { category: [{ text: 'paged' }], effectiveDateTime: '2026-02-20' }),
        });
      }
      assert.deepEqual(seen, [86, 85, 84, 83, 82, 81, 80]);
    },
  ],
  [
    'history',
    async ({ client, person }, { id }) => {
      const own = await client.resourceHistory({ resourceType: 'Observation', id });
      assert.deepEqual(
        own.entry.map((each) => each.resource.meta.versionId),
        ['3', '2', '1'],
      );
      const space = await client.request(`_history?patient=${person}&_count=2`);
      assert.equal(space.type, 'history');
      assert.equal(space.entry.length, 2);
    },
  ],
  [
    '$everything, $validate',
    async ({ client, person }, { id }) => {
      const all = await client.operation({ name: 'everything', resourceType: 'Patient', id: person, method: 'GET' });
      assert.ok(all.entry.some((each) => each.resource.resourceType === 'Patient') && all.entry.some((each) => each.resource.id === id));
      const few = await client.operation({
        name: '$everything',
        resourceType: 'Patient',
        id: person,
        method: 'GET',
        input: { _type: 'Encounter' },
      });
      assert.ok(few.entry.every((each) => ['Patient', 'Encounter'].includes(each.resource.resourceType)));
      const judge = (resource) =>
        client.operation({
          name: 'validate',
          resourceType: 'Observation',
          input: { resourceType: 'Parameters', parameter: [{ name: 'resource', resource }] },
        });
      assert.ok((await judge(weightOf(person, 1))).issue.every((issue) => issue.severity === 'information'));
      assert.equal((await judge({ ...weightOf(person, 1), status: 'perhaps' })).issue[0].severity, 'error');
    },
  ],
  [
    'delete',
    async ({ client, Client }, { conditional }) => {
      const done = await client.delete({ resourceType: 'Observation', id: conditional });
      assert.equal(Client.httpFor(done).response.status, 204);
      await refused(410, client.read({ resourceType: 'Observation', id: conditional }));
    },
  ],
  ...documentSteps,
];

/** What failed, as sentences; every step is tried. */
export async function driveClient(Client, { base, token, person, other, traits }) {
  const client = new Client({ baseUrl: base, bearerToken: token });
  const left = {};
  const failed = [];
  for (const [name, step] of steps) {
    try {
      await step({ client, Client, person, other, traits }, left);
    } catch (error) {
      const told = error.response && `${error.response.status} ${JSON.stringify(error.response.data).slice(0, 300)}`;
      failed.push(`${name}: ${told ?? error.message.replaceAll(/\s+/g, ' ')}`);
    }
  }
  return { steps: steps.length, failed };
}
