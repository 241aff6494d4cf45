// IHE MHD with a general FHIR client: provide (ITI-65), find (ITI-66, ITI-67), retrieve (ITI-68), simplified publish (ITI-105).
import assert from 'node:assert/strict';
import { attached, documentOf, entryOf, idIn, pdf, transactionOf, urn } from './shapes.mjs';

export const documentSteps = [
  [
    'MHD: provide, find, retrieve',
    async ({ client, person, traits }, left) => {
      const document = { ...documentOf(person, traits, 'urn:oid:1.2.250.1.996.9.1'), ...attached({ url: urn(3) }) };
      const list = {
        resourceType: 'List',
        contained: [{ resourceType: 'Patient', id: 'person', ...traits }],
        identifier: [{ use: 'official', system: 'urn:ietf:rfc:3986', value: 'urn:oid:1.2.250.1.996.9.1.1' }],
        status: 'current',
        mode: 'working',
        code: { coding: [{ system: 'https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes', code: 'submissionset' }] },
        subject: { reference: '#person' },
        date: '2026-01-05T10:00:00Z',
        entry: [{ item: { reference: urn(2) } }],
      };
      const binary = { resourceType: 'Binary', contentType: 'application/pdf', data: pdf.toString('base64') };
      const body = transactionOf(
        entryOf('POST', 'List', list, urn(1)),
        entryOf('POST', 'DocumentReference', document, urn(2)),
        entryOf('POST', 'Binary', binary, urn(3)),
      );
      const done = await client.transaction({ body });
      assert.deepEqual(
        done.entry.map((each) => each.response.status.slice(0, 3)),
        ['201', '201', '201'],
      );
      left.document = idIn(done.entry[1].response.location);
      const sets = await client.search({
        resourceType: 'List',
        searchParams: { patient: `Patient/${person}`, code: 'submissionset', status: 'current' },
      });
      assert.equal(sets.entry.length, 1);
      const posted = await client.search({
        resourceType: 'DocumentReference',
        searchParams: { patient: `Patient/${person}`, status: 'current' },
        options: { postSearch: true },
      });
      assert.equal(posted.entry[0].resource.id, left.document);
      const read = await client.read({ resourceType: 'Binary', id: left.document });
      assert.deepEqual(Buffer.from(read.data, 'base64'), pdf);
    },
  ],
  [
    'MHD: find by GET',
    async ({ client, person }, { document }) => {
      const found = await client.search({
        resourceType: 'DocumentReference',
        searchParams: { patient: `Patient/${person}`, status: 'current', _sort: '-date' },
      });
      assert.equal(found.entry[0].resource.id, document);
    },
  ],
  [
    'MHD: find by a contained author',
    async ({ client, person }, { document }) => {
      const searchParams = { patient: `Patient/${person}`, status: 'current', 'author.family': 'benali', 'author.given': 'Lina' };
      const found = await client.search({ resourceType: 'DocumentReference', searchParams, options: { postSearch: true } });
      assert.deepEqual(
        (found.entry ?? []).map((each) => each.resource.id),
        [document],
      );
    },
  ],
  [
    'MHD: simplified publish',
    async ({ client, Client, person, traits }) => {
      const body = { ...documentOf(person, traits, 'urn:oid:1.2.250.1.996.9.2'), ...attached({ data: pdf.toString('base64') }) };
      assert.equal(Client.httpFor(await client.create({ resourceType: 'DocumentReference', body })).response.status, 201);
    },
  ],
];
