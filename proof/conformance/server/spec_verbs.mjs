// The interactions of FHIR R4 (http.html) by plain requests, one case for each sentence that a client may rely on.
import assert from 'node:assert/strict';
import { entryOf, idIn, transactionOf, visitOf, weightOf } from './shapes.mjs';
import { is, made, outcome, version } from './spec.mjs';

const reads = [
  [
    'create: 201, Location with the version, ETag, Last-Modified, meta; an id that came is not kept',
    async (s) => {
      const answer = await s.fhir('POST', 'Observation', {
        ...weightOf(s.person, 1),
        id: 'mine',
        meta: { versionId: '9', lastUpdated: '2001-01-01T00:00:00Z' },
      });
      is(answer, 201);
      assert.match(answer.headers.location, /\/fhir\/R4\/Observation\/[a-z0-9]{26}\/_history\/1$/);
      assert.equal(answer.headers.etag, 'W/"1"');
      assert.ok(answer.headers['last-modified']);
      assert.equal(version(answer), '1');
      assert.notEqual(answer.json.id, 'mine');
      assert.ok(!answer.json.meta.lastUpdated.startsWith('2001'));
      assert.match(answer.headers['content-type'], /^application\/fhir\+json/);
    },
  ],
  [
    'create: to a wrong type, without a body, not JSON, an array, a body of null',
    async (s) => {
      is(await s.fhir('POST', 'Condition', weightOf(s.person, 1)), 422);
      is(await s.fhir('POST', 'Observation', '', { 'Content-Type': 'application/fhir+json' }), 400);
      is(await s.fhir('POST', 'Observation', '{"resourceType":'), 400);
      for (const body of ['[]', 'null', '"x"', '1', '{}'])
        assert.ok([400, 422].includes(outcome(await s.fhir('POST', 'Observation', body)).status), body);
    },
  ],
  [
    'read: ETag is the version, Last-Modified that of meta; HEAD has the headers of GET and no body',
    async (s) => {
      const id = await made(s);
      const got = is(await s.fhir('GET', `Observation/${id}`), 200);
      assert.equal(got.headers.etag, `W/"${version(got)}"`);
      assert.equal(
        new Date(got.headers['last-modified']).getTime(),
        Math.floor(new Date(got.json.meta.lastUpdated).getTime() / 1000) * 1000,
      );
      const head = await s.fhir('HEAD', `Observation/${id}`);
      assert.equal(head.status, 200);
      assert.equal(head.bytes.length, 0);
      for (const name of ['etag', 'last-modified', 'content-type', 'content-length'])
        assert.equal(head.headers[name], got.headers[name], name);
      const none = await s.fhir('HEAD', `Observation/${'a'.repeat(26)}`);
      assert.equal(none.status, 404);
      assert.equal(none.bytes.length, 0);
    },
  ],
  [
    'read: unknown 404, of another type 404, an id that cannot be 404 or 400',
    async (s) => {
      const id = await made(s);
      is(await s.fhir('GET', `Observation/${'a'.repeat(26)}`), 404);
      is(await s.fhir('GET', `Condition/${id}`), 404);
      assert.ok([400, 404].includes(outcome(await s.fhir('GET', 'Observation/a%20b')).status));
      is(await s.fhir('GET', 'Foo/1'), 404);
    },
  ],
  [
    'conditional read: If-None-Match weak, strong, of several, *; If-Modified-Since; both',
    async (s) => {
      const id = await made(s);
      const got = await s.fhir('GET', `Observation/${id}`);
      const read = (headers) => s.fhir('GET', `Observation/${id}`, undefined, headers);
      for (const tag of ['W/"1"', '"1"', 'W/"7", W/"1"', '*']) {
        const answer = await read({ 'If-None-Match': tag });
        assert.equal(answer.status, 304, tag);
        assert.equal(answer.bytes.length, 0);
        assert.equal(answer.headers.etag, 'W/"1"');
      }
      assert.equal((await read({ 'If-None-Match': 'W/"2"' })).status, 200);
      assert.equal((await read({ 'If-Modified-Since': got.headers['last-modified'] })).status, 304);
      assert.equal((await read({ 'If-Modified-Since': 'Thu, 01 Jan 2015 00:00:00 GMT' })).status, 200);
      assert.equal((await read({ 'If-Modified-Since': 'not a date' })).status, 200, 'RFC 9110: a date that is none is ignored');
      // RFC 9110 13.1.3: If-Modified-Since is ignored when If-None-Match is there.
      assert.equal((await read({ 'If-None-Match': 'W/"2"', 'If-Modified-Since': got.headers['last-modified'] })).status, 200);
      const head = await s.fhir('HEAD', `Observation/${id}`, undefined, { 'If-None-Match': 'W/"1"' });
      assert.equal(head.status, 304);
    },
  ],
  [
    'vread: each version; unknown version 404; not a number 404',
    async (s) => {
      const id = await made(s);
      await s.fhir('PUT', `Observation/${id}`, { ...weightOf(s.person, 71), id });
      const first = is(await s.fhir('GET', `Observation/${id}/_history/1`), 200);
      assert.equal(String(first.json.valueQuantity.value), '70');
      assert.equal(first.headers.etag, 'W/"1"');
      assert.equal(version(is(await s.fhir('GET', `Observation/${id}/_history/2`), 200)), '2');
      is(await s.fhir('GET', `Observation/${id}/_history/3`), 404);
      is(await s.fhir('GET', `Observation/${id}/_history/0`), 404);
      assert.ok([400, 404].includes(outcome(await s.fhir('GET', `Observation/${id}/_history/x`)).status));
    },
  ],
  [
    '_summary and _elements of a read: marked SUBSETTED, mandatory elements stay',
    async (s) => {
      const id = await made(s, { note: [{ text: 'n' }] });
      const some = is(await s.fhir('GET', `Observation/${id}?_elements=valueQuantity`), 200).json;
      assert.ok(some.status && some.code && some.valueQuantity && !some.note && !some.effectiveDateTime);
      assert.ok(some.meta.tag.some((tag) => tag.code === 'SUBSETTED'));
      const short = is(await s.fhir('GET', `Observation/${id}?_summary=true`), 200).json;
      assert.ok(!short.note && short.valueQuantity && short.meta.tag.some((tag) => tag.code === 'SUBSETTED'));
      const whole = is(await s.fhir('GET', `Observation/${id}?_summary=false`), 200).json;
      assert.ok(whole.note && !whole.meta.tag);
    },
  ],
];

const negotiation = [
  [
    'XML: 406 by Accept and by _format; 415 in a body',
    async (s) => {
      const id = await made(s);
      const read = (query, accept) => s.fhir('GET', `Observation/${id}${query}`, undefined, accept ? { Accept: accept } : {});
      is(await read('', 'application/fhir+xml'), 406);
      is(await read('?_format=xml'), 406);
      is(await read('?_format=application/fhir%2Bxml'), 406);
      is(await read('', 'text/html'), 406);
      is(await read('', 'application/fhir+xml, application/fhir+json;q=0.5'), 200);
      is(await read('', 'application/fhir+json;q=0, application/fhir+xml'), 406);
      is(await read('', 'application/fhir+json; fhirVersion=4.0'), 200);
      is(await read('', 'application/fhir+json; fhirVersion=3.0'), 406);
      is(await read('?_format=json', 'application/fhir+xml'), 200); // _format overrides Accept
      for (const form of ['json', 'application/json', 'application/fhir%2Bjson', 'text/json']) is(await read(`?_format=${form}`), 200);
      is(await read('', '*/*'), 200);
      is(await s.fhir('POST', 'Observation', '<Observation/>', { 'Content-Type': 'application/fhir+xml' }), 415);
      is(await s.fhir('POST', 'Observation', weightOf(s.person, 1), { 'Content-Type': 'text/plain' }), 415);
      is(await s.fhir('POST', 'Observation', weightOf(s.person, 1), { 'Content-Type': 'application/json' }), 201);
      is(await s.fhir('POST', 'Observation', weightOf(s.person, 1), { 'Content-Type': 'application/fhir+json; charset=UTF-8' }), 201);
    },
  ],
  [
    '_pretty, methods that are not there: 405 with Allow',
    async (s) => {
      const id = await made(s);
      assert.ok((await s.fhir('GET', `Observation/${id}?_pretty=true`)).text.includes('\n'));
      const not = is(await s.fhir('DELETE', `Observation/${id}/_history/1`), 405);
      assert.match(not.headers.allow, /GET/);
      is(await s.fhir('POST', `Observation/${id}`, weightOf(s.person, 1)), 405);
      is(await s.fhir('DELETE', 'Observation'), 400); // nobody empties a type without saying what
    },
  ],
  [
    'Prefer: minimal, representation, OperationOutcome, of create, update and patch',
    async (s) => {
      for (const wish of ['minimal', 'representation', 'OperationOutcome']) {
        const headers = { Prefer: `return=${wish}` };
        const created = is(await s.fhir('POST', 'Observation', weightOf(s.person, 1), headers), 201);
        const id = idIn(created.headers.location);
        const updated = is(await s.fhir('PUT', `Observation/${id}`, { ...weightOf(s.person, 2), id }, headers), 200);
        const patched = is(
          await s.fhir('PATCH', `Observation/${id}`, [{ op: 'replace', path: '/status', value: 'amended' }], {
            ...headers,
            'Content-Type': 'application/json-patch+json',
          }),
          200,
        );
        for (const answer of [created, updated, patched]) {
          assert.ok(answer.headers.etag && answer.headers['last-modified']);
          if (wish === 'minimal') assert.equal(answer.bytes.length, 0);
          else assert.equal(answer.json.resourceType, wish === 'representation' ? 'Observation' : 'OperationOutcome');
        }
      }
    },
  ],
];

const changes = [
  [
    'update: If-Match right, stale, of a weak or strong tag, *, malformed; the id must agree',
    async (s) => {
      const id = await made(s);
      const put = (kg, headers, more = {}) => s.fhir('PUT', `Observation/${id}`, { ...weightOf(s.person, kg), id, ...more }, headers);
      assert.equal(version(is(await put(71, { 'If-Match': 'W/"1"' }), 200)), '2');
      is(await put(72, { 'If-Match': 'W/"1"' }), 412);
      assert.equal(version(is(await put(72, { 'If-Match': '"2"' }), 200)), '3');
      assert.equal(version(is(await put(73, { 'If-Match': '*' }), 200)), '4');
      assert.ok([400, 412].includes(outcome(await put(74, { 'If-Match': '5x' })).status));
      is(await put(74, { 'If-Match': 'W/"99"' }), 412);
      is(await put(74, { 'If-None-Match': '*' }), 412);
      is(await put(74, {}, { id: 'b'.repeat(26) }), 400);
      is(await put(74, {}, { id: undefined }), 400);
      assert.equal(version(await s.fhir('GET', `Observation/${id}`)), '4');
    },
  ],
  [
    'update: an unknown id is not created, another type is refused, another person is refused at its path',
    async (s) => {
      const id = await made(s);
      is(await s.fhir('PUT', `Observation/${'a'.repeat(26)}`, { ...weightOf(s.person, 1), id: 'a'.repeat(26) }), 404);
      is(await s.fhir('PUT', `Observation/${id}`, { ...visitOf(s.person), id }), 422);
      const crossed = is(await s.fhir('PUT', `Observation/${id}`, { ...weightOf(s.other, 1), id }), 422);
      assert.ok(crossed.json.issue.some((issue) => issue.expression?.includes('Observation.subject.reference')));
    },
  ],
  [
    "update and patch: what was a person's keeps saying so, in a transaction too",
    async (s) => {
      const id = await made(s);
      const { subject, ...nobodys } = { ...weightOf(s.person, 1), id };
      const put = is(await s.fhir('PUT', `Observation/${id}`, nobodys), 422);
      assert.deepEqual(put.json.issue[0].expression, ['Observation.subject']);
      is(
        await s.fhir('PATCH', `Observation/${id}`, [{ op: 'remove', path: '/subject' }], { 'Content-Type': 'application/json-patch+json' }),
        422,
      );
      const inside = is(await s.fhir('POST', '', transactionOf(entryOf('PUT', `Observation/${id}`, nobodys))), 422);
      assert.deepEqual(inside.json.issue[0].expression, ['Bundle.entry[0].resource.subject']);
      assert.equal((await s.fhir('GET', `Observation?patient=${s.person}&_id=${id}`)).json.entry.length, 1);
    },
  ],
  [
    'conditional create: none 201, one 200 with its Location, several 412, a condition that is none 400 or 412',
    async (s) => {
      const body = weightOf(s.person, 60, { identifier: [{ system: 'http://spec', value: 'cc' }] });
      const create = (condition) => s.fhir('POST', 'Observation', body, { 'If-None-Exist': condition });
      const first = is(await create('identifier=http://spec|cc'), 201);
      const again = is(await create('identifier=http://spec|cc'), 200);
      assert.equal(idIn(again.headers.location), first.json.id);
      is(await create('identifier=http%3A%2F%2Fspec%7Ccc&code=29463-7'), 200);
      is(await create('identifier=http://spec|other'), 201);
      is(await create('code=29463-7'), 412);
      is(await create('nonsense=1'), 400);
    },
  ],
  [
    'conditional update: none creates, one updates, several 412; an id that is not that of the match 400',
    async (s) => {
      const body = weightOf(s.person, 61, { identifier: [{ system: 'http://spec', value: 'cu' }] });
      const put = (query, more = {}, headers = {}) => s.fhir('PUT', `Observation?${query}`, { ...body, ...more }, headers);
      const first = is(await put('identifier=http://spec|cu'), 201);
      const again = is(await put('identifier=http%3A%2F%2Fspec%7Ccu', { status: 'amended' }), 200);
      assert.equal(again.json.id, first.json.id);
      assert.equal(version(again), '2');
      is(await put('identifier=http://spec|cu', { id: first.json.id }), 200);
      is(await put('identifier=http://spec|cu', { id: 'c'.repeat(26) }), 400);
      is(await put('identifier=http://spec|cu', {}, { 'If-Match': 'W/"1"' }), 412);
      is(await put('code=29463-7'), 412);
      is(await put('nonsense=1'), 400);
    },
  ],
  [
    'patch: each op; a test that fails, a path that is not there: 422 and nothing changes; wrong content type 415; not a patch 400',
    async (s) => {
      const id = await made(s, { note: [{ text: 'a' }, { text: 'b' }] });
      const patch = (body, headers = {}) =>
        s.fhir('PATCH', `Observation/${id}`, body, { 'Content-Type': 'application/json-patch+json', ...headers });
      const done = is(
        await patch([
          { op: 'test', path: '/note/0/text', value: 'a' },
          { op: 'add', path: '/note/-', value: { text: 'c' } },
          { op: 'remove', path: '/note/0' },
          { op: 'replace', path: '/note/0/text', value: 'B' },
          { op: 'copy', from: '/note/1', path: '/note/0' },
          { op: 'move', from: '/note/2', path: '/note/1' },
          { op: 'add', path: '/issued', value: '2026-01-05T08:30:00Z' },
        ]),
        200,
      );
      assert.deepEqual(
        done.json.note.map((note) => note.text),
        ['c', 'c', 'B'],
      );
      assert.equal(version(done), '2');
      for (const bad of [
        [{ op: 'test', path: '/status', value: 'amended' }],
        [{ op: 'replace', path: '/nothing/here', value: 1 }],
        [{ op: 'remove', path: '/note/9' }],
        [{ op: 'add', path: '/note/9', value: {} }],
        [{ op: 'replace', path: '/status', value: 'perhaps' }],
        [{ op: 'remove', path: '/status' }],
        [{ op: 'replace', path: '/id', value: 'x' }],
        [{ op: 'replace', path: '/resourceType', value: 'Condition' }],
        [
          { op: 'replace', path: '/status', value: 'amended' },
          { op: 'test', path: '/status', value: 'final' },
        ],
      ])
        is(await patch(bad), 422);
      is(await patch({ op: 'remove', path: '/note' }), 400);
      is(await patch('nonsense'), 400);
      is(await patch([{ op: 'frobnicate', path: '/note' }]), 400);
      is(await patch([{ op: 'add', path: '/issued' }]), 400);
      is(await patch([{ op: 'remove', path: 'note' }]), 400);
      is(await patch([], { 'Content-Type': 'application/fhir+json' }), 415);
      is(await patch([{ op: 'remove', path: '/note' }], { 'If-Match': 'W/"1"' }), 412);
      is(await patch([{ op: 'remove', path: '/note' }], { 'If-Match': 'W/"2"' }), 200);
      is(
        await s.fhir('PATCH', `Observation/${'a'.repeat(26)}`, [{ op: 'remove', path: '/note' }], {
          'Content-Type': 'application/json-patch+json',
        }),
        404,
      );
    },
  ],
  [
    'delete: 204, then 410 of read and search finds nothing, vread of what was stays, of the deletion 410; again 204; If-Match',
    async (s) => {
      const id = await made(s);
      is(await s.fhir('DELETE', `Observation/${id}`, undefined, { 'If-Match': 'W/"4"' }), 412);
      const gone = is(await s.fhir('DELETE', `Observation/${id}`), 204);
      assert.equal(gone.bytes.length, 0);
      is(await s.fhir('GET', `Observation/${id}`), 410);
      is(await s.fhir('GET', `Observation/${id}/_history/1`), 200);
      is(await s.fhir('GET', `Observation/${id}/_history/2`), 410);
      assert.equal((await s.fhir('GET', `Observation?patient=${s.person}&_id=${id}`)).json.entry, undefined);
      assert.ok([200, 204].includes((await s.fhir('DELETE', `Observation/${id}`)).status));
      const history = is(await s.fhir('GET', `Observation/${id}/_history`), 200).json;
      assert.deepEqual(
        history.entry.map((each) => each.request.method),
        ['DELETE', 'POST'],
      );
      assert.ok(history.entry[0].resource === undefined && history.entry[0].response.status.startsWith('204'));
      assert.ok([410, 404, 200, 201].includes((await s.fhir('PUT', `Observation/${id}`, { ...weightOf(s.person, 1), id })).status));
      is(await s.fhir('DELETE', `Observation/${'a'.repeat(26)}`), 404);
    },
  ],
  [
    'conditional patch and delete: one match is changed, none 404 or 204, several 412; whose it is, is no condition',
    async (s) => {
      const identified = (value) => ({ identifier: [{ system: 'http://spec', value }] });
      const [id] = [await made(s, identified('cp')), await made(s, identified('cq'))];
      const by = (values) => `Observation?patient=Patient/${s.person}&identifier=${values.map((one) => `http://spec%7C${one}`).join(',')}`;
      const patch = (target) =>
        s.fhir('PATCH', target, [{ op: 'replace', path: '/status', value: 'amended' }], { 'Content-Type': 'application/json-patch+json' });
      assert.equal(is(await patch(by(['cp'])), 200).json.id, id);
      is(await patch(by(['none'])), 404);
      is(await patch(by(['cp', 'cq'])), 412);
      is(await s.fhir('DELETE', by(['none'])), 204);
      is(await s.fhir('DELETE', by(['cp', 'cq'])), 412);
      is(await s.fhir('DELETE', `Observation?patient=Patient/${s.person}`), 400);
      is(await s.fhir('DELETE', by(['cp'])), 204);
      is(await s.fhir('GET', `Observation/${id}`), 410);
    },
  ],
  [
    'Idempotency-Key: the same again is not done twice; with another request 409',
    async (s) => {
      const headers = { 'Idempotency-Key': 'spec-1' };
      const body = weightOf(s.person, 62);
      const first = is(await s.fhir('POST', 'Observation', body, headers), 201);
      const again = is(await s.fhir('POST', 'Observation', body, headers), 201);
      assert.equal(again.headers.location, first.headers.location);
      is(await s.fhir('POST', 'Observation', weightOf(s.person, 63), headers), 409);
    },
  ],
];

const histories = [
  [
    'history: of one, of a type, of the space; newest first; _since, _count, next',
    async (s) => {
      const id = await made(s);
      await s.fhir('PUT', `Observation/${id}`, { ...weightOf(s.person, 71), id });
      const own = is(await s.fhir('GET', `Observation/${id}/_history`), 200).json;
      assert.equal(own.type, 'history');
      assert.equal(String(own.total), '2');
      assert.deepEqual(
        own.entry.map((each) => each.resource.meta.versionId),
        ['2', '1'],
      );
      assert.deepEqual(
        own.entry.map((each) => each.request.method),
        ['PUT', 'POST'],
      );
      assert.ok(own.entry.every((each) => each.fullUrl.endsWith(`Observation/${id}`) && each.response.etag && each.response.lastModified));
      for (const target of [`Observation/_history?patient=${s.person}&_count=3`, `_history?patient=${s.person}&_count=3`]) {
        const page = is(await s.fhir('GET', target), 200).json;
        assert.equal(page.entry.length, 3, target);
        assert.equal(page.entry[0].resource.id, id);
        const next = page.link.find((link) => link.relation === 'next').url;
        const second = is(await s.fhir('GET', next.slice(next.indexOf('/fhir/R4/') + 9)), 200).json;
        const key = (each) => `${each.fullUrl} ${each.response.etag}`;
        assert.ok(!second.entry.some((each) => page.entry.map(key).includes(key(each))));
      }
      const after = new Date(new Date(own.entry[0].resource.meta.lastUpdated).getTime() + 1).toISOString();
      assert.equal((await s.fhir('GET', `Observation/${id}/_history?_since=${after}`)).json.entry, undefined);
      const at = encodeURIComponent(own.entry[0].resource.meta.lastUpdated);
      const then = (await s.fhir('GET', `Observation/${id}/_history?_at=${at}`)).json.entry;
      assert.deepEqual(
        then.map((each) => each.resource.meta.versionId),
        ['2'],
      );
      is(await s.fhir('GET', `Observation/${id}/_history?_since=yesterday`), 400);
      is(await s.fhir('GET', `Observation/${'a'.repeat(26)}/_history`), 404);
      is(await s.fhir('GET', 'Observation/_history'), 400);
    },
  ],
];

export const verbCases = [...reads, ...negotiation, ...changes, ...histories];
