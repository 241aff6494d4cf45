// Bundles, operations and the statement of FHIR R4, by plain requests, one case for each sentence that a client may rely on.
import assert from 'node:assert/strict';
import { entryOf, idIn, transactionOf, urn, visitOf, weightOf } from './shapes.mjs';
import { is, made, outcome } from './spec.mjs';

const bundles = [
  [
    'batch: each entry of its own, in order, with status, location, etag and outcome',
    async (s) => {
      const id = await made(s);
      const bundle = {
        ...transactionOf(
          entryOf('GET', `Observation/${id}`),
          entryOf('POST', 'Observation', weightOf(s.person, 64)),
          entryOf('POST', 'Observation', { resourceType: 'Observation', status: 'perhaps' }),
          entryOf('GET', `Observation?patient=${s.person}&_count=1`),
          entryOf('DELETE', `Observation/${'a'.repeat(26)}`),
          { request: { method: 'GET', url: `Observation/${id}`, ifNoneMatch: 'W/"1"' } },
          entryOf('GET', 'metadata'),
        ),
        type: 'batch',
      };
      const done = is(await s.fhir('POST', '', bundle), 200).json;
      assert.equal(done.type, 'batch-response');
      assert.deepEqual(
        done.entry.map((each) => each.response.status.slice(0, 3)),
        ['200', '201', '422', '200', '404', '304', '200'],
      );
      assert.equal(done.entry[0].resource.id, id);
      assert.ok(done.entry[1].response.location && done.entry[1].response.etag && done.entry[1].response.lastModified);
      assert.equal(done.entry[2].response.outcome.resourceType, 'OperationOutcome');
      assert.equal(done.entry[3].resource.type, 'searchset');
    },
  ],
  [
    'batch: an entry that cannot be read is refused alone; a patch comes as a Binary',
    async (s) => {
      const id = await made(s);
      const patch = Buffer.from(JSON.stringify([{ op: 'replace', path: '/status', value: 'amended' }])).toString('base64');
      const bundle = {
        ...transactionOf(
          {},
          entryOf('JUMP', 'Observation'),
          entryOf('GET', 'https://elsewhere.example/fhir/Observation/1'),
          entryOf('POST', 'Observation'),
          entryOf('PATCH', `Observation/${id}`, { resourceType: 'Binary', contentType: 'application/json-patch+json', data: patch }),
          entryOf('GET', `Observation/${id}`),
        ),
        type: 'batch',
      };
      const done = is(await s.fhir('POST', '', bundle), 200).json;
      assert.deepEqual(
        done.entry.map((each) => each.response.status.slice(0, 3)),
        ['400', '400', '400', '400', '200', '200'],
      );
      assert.equal(done.entry[5].resource.status, 'amended');
    },
  ],
  [
    'transaction: references by urn:uuid, forwards and in circles, in attributes of other types; conditional references',
    async (s) => {
      is(await s.fhir('POST', 'Encounter', { ...visitOf(s.person), identifier: [{ system: 'http://spec', value: 'visit' }] }), 201);
      const observation = weightOf(s.person, 65, { encounter: { reference: urn(2) }, hasMember: [{ reference: urn(3) }] });
      const done = is(
        await s.fhir(
          'POST',
          '',
          transactionOf(
            entryOf('POST', 'Observation', observation, urn(1)),
            entryOf(
              'POST',
              'Encounter',
              { ...visitOf(s.person), extension: [{ url: 'http://x', valueReference: { reference: urn(1) } }] },
              urn(2),
            ),
            entryOf(
              'POST',
              'Observation',
              weightOf(s.person, 66, {
                encounter: { reference: 'Encounter?identifier=http://spec|visit' },
                derivedFrom: [{ reference: urn(1) }],
              }),
              urn(3),
            ),
          ),
        ),
        200,
      ).json;
      assert.equal(done.type, 'transaction-response');
      const ids = done.entry.map((each) => idIn(each.response.location));
      const [first, second, third] = await Promise.all(ids.map((id, i) => s.fhir('GET', `${i === 1 ? 'Encounter' : 'Observation'}/${id}`)));
      assert.equal(first.json.encounter.reference, `Encounter/${ids[1]}`);
      assert.equal(first.json.hasMember[0].reference, `Observation/${ids[2]}`);
      assert.equal(second.json.extension[0].valueReference.reference, `Observation/${ids[0]}`);
      assert.match(third.json.encounter.reference, /^Encounter\/[a-z0-9]{26}$/);
      assert.equal(third.json.derivedFrom[0].reference, `Observation/${ids[0]}`);
    },
  ],
  [
    'transaction: all or nothing; PUT, PATCH, DELETE and GET inside; conditional references to none or several fail it',
    async (s) => {
      const [a, b] = [await made(s), await made(s)];
      const count = async () => String((await s.fhir('GET', `Observation?patient=${s.person}&_summary=count`)).json.total);
      const before = await count();
      const post = (...entries) => s.fhir('POST', '', transactionOf(...entries));
      const good = entryOf('POST', 'Observation', weightOf(s.person, 67), urn(1));
      is(await post(good, entryOf('POST', 'Observation', { ...weightOf(s.person, 1), status: 'perhaps' }, urn(2))), 422);
      is(await post(good, entryOf('PUT', `Observation/${'a'.repeat(26)}`, { ...weightOf(s.person, 1), id: 'a'.repeat(26) })), 404);
      is(
        await post(good, {
          ...entryOf('PUT', `Observation/${a}`, { ...weightOf(s.person, 1), id: a }),
          request: { method: 'PUT', url: `Observation/${a}`, ifMatch: 'W/"9"' },
        }),
        412,
      );
      is(
        await post(
          good,
          entryOf('POST', 'Observation', weightOf(s.person, 1, { encounter: { reference: 'Encounter?identifier=http://spec|nobody' } })),
        ),
        412,
      );
      is(
        await post(good, entryOf('POST', 'Observation', weightOf(s.person, 1, { hasMember: [{ reference: 'Observation?code=29463-7' }] }))),
        412,
      );
      is(await post(good, entryOf('POST', 'Observation', weightOf(s.person, 1, { encounter: { reference: urn(9) } }))), 422);
      is(await post(entryOf('DELETE', `Observation/${a}`), entryOf('PUT', `Observation/${a}`, { ...weightOf(s.person, 1), id: a })), 422);
      assert.equal(await count(), before, 'nothing of what failed is there');
      const patch = Buffer.from(JSON.stringify([{ op: 'replace', path: '/status', value: 'amended' }])).toString('base64');
      const done = is(
        await post(
          entryOf('GET', `Observation?patient=${s.person}&_id=${a},${b}`),
          entryOf('PATCH', `Observation/${b}`, { resourceType: 'Binary', contentType: 'application/json-patch+json', data: patch }),
          entryOf('DELETE', `Observation/${a}`),
          good,
        ),
        200,
      ).json;
      assert.deepEqual(
        done.entry.map((each) => each.response.status.slice(0, 3)),
        ['200', '200', '204', '201'],
      );
      assert.deepEqual(
        done.entry[0].resource.entry.map((each) => [each.resource.id, each.resource.status]),
        [[b, 'amended']],
        'GET is done last',
      );
      is(await s.fhir('GET', `Observation/${a}`), 410);
    },
  ],
  [
    'a Bundle of another type, without request, of two entries with one fullUrl',
    async (s) => {
      const good = entryOf('POST', 'Observation', weightOf(s.person, 67), urn(1));
      for (const bundle of [
        { ...transactionOf(good), type: 'collection' },
        transactionOf({ resource: good.resource }),
        transactionOf(good, { ...good }),
        transactionOf({ resource: good.resource, request: { method: 'POST' } }),
        transactionOf({ resource: good.resource, request: { method: 'JUMP', url: 'Observation' } }),
      ])
        assert.ok([400, 422].includes(outcome(await s.fhir('POST', '', bundle)).status), JSON.stringify(bundle).slice(0, 90));
      is(await s.fhir('POST', '', { resourceType: 'Bundle', type: 'transaction' }), 200);
      is(await s.fhir('POST', '', weightOf(s.person, 1)), 422);
    },
  ],
];

const operations = [
  [
    '$validate: of create, of update, of delete, without mode; Parameters; an unknown profile; a resource that is wrong',
    async (s) => {
      const errors = (answer) => is(answer, 200).json.issue.filter((issue) => ['error', 'fatal'].includes(issue.severity));
      const parameters = (resource, more = []) => ({ resourceType: 'Parameters', parameter: [{ name: 'resource', resource }, ...more] });
      const good = weightOf(s.person, 1);
      const validate = (body, query = '') => s.fhir('POST', `Observation/$validate${query}`, body);
      for (const answer of [await validate(good), await validate(parameters(good)), await validate(good, '?mode=create')])
        assert.deepEqual(errors(answer), []);
      const wrong = await validate(parameters({ ...good, status: 'perhaps' }, [{ name: 'mode', valueCode: 'create' }]));
      assert.deepEqual(errors(wrong)[0].expression, ['Observation.status']);
      assert.ok(errors(await validate(good, '?profile=http://example.org/none')).length > 0);
      assert.ok(errors(await validate({ ...good, code: undefined })).length > 0);
      const id = await made(s);
      assert.deepEqual(errors(await s.fhir('POST', `Observation/${id}/$validate?mode=update`, { ...good, id })), []);
      const odd = is(await validate(good, '?mode=frobnicate'), 200).json.issue;
      assert.ok(
        odd.some((issue) => issue.expression?.includes('mode')),
        'a mode that is not judged is told',
      );
      is(await s.fhir('POST', 'Foo/$validate', good), 404);
    },
  ],
  [
    '$everything: start, end, _since, _type, _count and pages; each resource once',
    async (s) => {
      const id = await made(s, { effectiveDateTime: '2019-03-04' });
      const everything = async (query, method = 'GET') => is(await s.fhir(method, `Patient/${s.person}/$everything${query}`), 200).json;
      const ids = (bundle) => (bundle.entry ?? []).filter((each) => each.search?.mode !== 'outcome').map((each) => each.resource.id);
      const told = (bundle) => (bundle.entry ?? []).some((each) => each.search?.mode === 'outcome');
      const all = await everything('');
      assert.ok(ids(all).includes(id) && ids(all).includes(s.person) && !told(all));
      const old = await everything('?start=2019-01-01&end=2019-12-31');
      assert.ok(!told(old) && ids(old).includes(id));
      assert.ok(
        old.entry.every((each) => each.resource.resourceType !== 'Observation' || each.resource.effectiveDateTime.startsWith('2019')),
      );
      assert.ok(!ids(await everything('?start=2020')).includes(id));
      assert.ok(ids(await everything('?end=2019-03')).includes(id));
      assert.ok(!ids(await everything('?end=2018')).includes(id));
      is(await s.fhir('GET', `Patient/${s.person}/$everything?start=perhaps`), 400);
      assert.deepEqual(
        ids(await everything('?_since=2100-01-01T00:00:00Z')).filter((one) => one !== s.person),
        [],
      );
      const types = await everything('?_type=Observation,Encounter');
      assert.ok(
        types.entry.every((each) => ['Patient', 'Observation', 'Encounter', 'OperationOutcome'].includes(each.resource.resourceType)),
      );
      const seen = [];
      for (let page = await everything('?_count=4&_type=Observation'); page;) {
        assert.ok(ids(page).length <= 4);
        seen.push(...ids(page));
        const next = page.link.find((link) => link.relation === 'next')?.url;
        page = next && is(await s.fhir('GET', next.slice(next.indexOf('/fhir/R4/') + 9)), 200).json;
      }
      assert.equal(new Set(seen).size, seen.length);
      assert.deepEqual(
        new Set(seen.filter((one) => one !== s.person)),
        new Set(ids(await everything('?_type=Observation')).filter((one) => one !== s.person)),
      );
    },
  ],
  [
    'metadata tells the truth: what it offers is done, what it does not offer is refused',
    async (s) => {
      const told = is(await s.call('GET', '/fhir/R4/metadata'), 200).json;
      assert.equal(told.fhirVersion, '4.0.1');
      const types = new Map(told.rest[0].resource.map((each) => [each.type, each]));
      for (const [type, offers] of types) {
        const codes = offers.interaction.map((each) => each.code);
        const search = await s.fhir(
          'GET',
          `${type}?${['Practitioner', 'Organization'].includes(type) ? 'identifier=1' : type === 'Patient' ? `_id=${s.person}` : `patient=${s.person}`}&_count=1`,
        );
        assert.ok(
          codes.includes('search-type') ? search.status === 200 : [404, 405].includes(search.status),
          `${type} search: ${search.text.slice(0, 200)}`,
        );
        const history = await s.fhir('GET', `${type}/_history?patient=${s.person}&_count=1`);
        assert.equal(history.status === 200, codes.includes('history-type'), `${type} history ${history.status}`);
        const create = await s.fhir('POST', type, { resourceType: type });
        assert.equal(create.status !== 405 && create.status !== 404, codes.includes('create'), `${type} create ${create.status}`);
        const read = await s.fhir('GET', `${type}/${'a'.repeat(26)}`);
        assert.ok(read.status === 404 || (read.status === 405 && !codes.includes('read')), `${type} read`);
      }
      for (const code of told.rest[0].interaction.map((each) => each.code))
        assert.ok(['transaction', 'batch', 'history-system'].includes(code));
      for (const parameter of types.get('Observation').searchParam) {
        const values = { date: '2020', number: '1', quantity: '1', token: 'a', string: 'a', uri: 'a:b', reference: 'Practitioner/1' };
        if (parameter.name === 'patient' || parameter.name === 'subject' || !values[parameter.type]) continue;
        const found = is(
          await s.fhir('GET', `Observation?patient=${s.person}&${parameter.name}=${values[parameter.type]}&_count=0`, undefined, {
            Prefer: 'handling=strict',
          }),
          200,
        );
        assert.ok(found.json.total !== undefined, parameter.name);
      }
    },
  ],
];

export const bundleCases = [...bundles, ...operations];
