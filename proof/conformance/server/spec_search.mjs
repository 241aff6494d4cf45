// Search of FHIR R4 (search.html), on resources of one tag: which of them each question finds, by the text of the standard.
import assert from 'node:assert/strict';
import { loinc, weightOf } from './shapes.mjs';

const ucum = 'http://unitsofmeasure.org';
const tag = { meta: { tag: [{ system: 'http://spec', code: 's' }] } };
const quantity = (value, code = 'kg', more = {}) => ({ valueQuantity: { value, unit: code, system: ucum, code, ...more } });

/** name -> resource; the names are what the cases speak of. */
function resourcesOf(person) {
  const subject = { reference: `Patient/${person}` };
  const weight = (more) => ({ ...weightOf(person, 1), ...tag, ...more });
  const dated = (said) => {
    const { effectiveDateTime, ...rest } = weight({ code: { text: 'dated' }, ...said });
    return said.effectiveDateTime ? { ...rest, effectiveDateTime: said.effectiveDateTime } : rest;
  };
  return {
    q70: weight({ ...quantity(70) }),
    q705: weight({ ...quantity(70.5) }),
    q71: weight({ ...quantity(71.0) }),
    grams: weight({ ...quantity(70000, 'g') }),
    pounds: weight({ ...quantity(154.32, '[lb_av]') }),
    plain: weight({ valueQuantity: { value: 70 } }),
    below: weight({ ...quantity(5, 'kg', { comparator: '<' }) }),
    year: dated({ effectiveDateTime: '2021' }),
    month: dated({ effectiveDateTime: '2021-07' }),
    day: dated({ effectiveDateTime: '2021-07-14' }),
    second: dated({ effectiveDateTime: '2021-07-14T10:00:00Z' }),
    zone: dated({ effectiveDateTime: '2021-07-15T00:30:00+02:00' }),
    period: dated({ effectivePeriod: { start: '2021-07-01', end: '2021-07-31' } }),
    open: dated({ effectivePeriod: { start: '2021-12-31' } }),
    coded: weight({
      code: { coding: [{ system: 'http://a', code: 'x', display: 'Glycémie à jeun' }], text: 'Sucre' },
      identifier: [{ system: 'http://ids', value: 'A|1,2$3\\4', type: { coding: [{ system: 'http://types', code: 'T' }] } }],
      status: 'amended',
      category: [
        {
          coding: [
            { system: 'http://c', code: 'one' },
            { system: 'http://c', code: 'two' },
          ],
        },
      ],
    }),
    unsystemed: weight({ code: { coding: [{ code: 'x' }] }, identifier: [{ value: 'A' }], status: 'preliminary' }),
    pressure: weight({
      code: { coding: [{ system: loinc, code: '85354-9' }] },
      component: [
        {
          code: { coding: [{ system: loinc, code: '8480-6' }] },
          valueQuantity: { value: 120, unit: 'mmHg', system: ucum, code: 'mm[Hg]' },
        },
        { code: { coding: [{ system: loinc, code: '8462-4' }] }, valueQuantity: { value: 80, unit: 'mmHg', system: ucum, code: 'mm[Hg]' } },
      ],
      valueQuantity: undefined,
    }),
    logical: weight({ performer: [{ type: 'Practitioner', identifier: { system: 'http://doctors', value: 'd1' }, display: 'D' }] }),
    problem: {
      resourceType: 'Condition',
      ...tag,
      subject,
      code: { coding: [{ system: 'http://a', code: 'x' }] },
      onsetDateTime: '2020-02-03',
      note: [{ text: 'n' }],
    },
    visit: {
      resourceType: 'Encounter',
      ...tag,
      status: 'finished',
      subject,
      class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
      period: { start: '2021-01-01T08:00:00+01:00', end: '2021-01-01T09:00:00+01:00' },
      length: { value: 60, unit: 'min', system: ucum, code: 'min' },
    },
    risk: { resourceType: 'RiskAssessment', ...tag, status: 'final', subject, prediction: [{ probabilityDecimal: 0.25 }] },
    answers: { resourceType: 'QuestionnaireResponse', ...tag, status: 'completed', subject, questionnaire: 'http://q.example/form|2' },
    trip: {
      resourceType: 'Provenance',
      ...tag,
      target: [subject],
      recorded: '2021-01-01T00:00:00Z',
      agent: [{ who: { display: 'x' } }],
      policy: ['http://p'],
    },
    tie: {
      resourceType: 'Immunization',
      ...tag,
      status: 'completed',
      vaccineCode: { text: 'Œillets L’Été' },
      patient: subject,
      occurrenceDateTime: '2021-01-01',
      lotNumber: 'Éà12',
      location: { display: 'x' },
    },
  };
}

async function prepare(s) {
  if (s.byName) return;
  s.byName = new Map();
  s.names = new Map();
  for (const [name, resource] of Object.entries(resourcesOf(s.person))) {
    const answer = await s.fhir('POST', resource.resourceType, resource);
    assert.equal(answer.status, 201, `${name}: ${answer.text.slice(0, 300)}`);
    s.byName.set(name, answer.json);
    s.names.set(answer.json.id, name);
  }
  const link = async (name, resource) => {
    const answer = await s.fhir('POST', resource.resourceType, resource);
    assert.equal(answer.status, 201, answer.text.slice(0, 300));
    s.byName.set(name, answer.json);
    s.names.set(answer.json.id, name);
  };
  const to = (name) => ({ reference: `${s.byName.get(name).resourceType}/${s.byName.get(name).id}` });
  await link('visited', { ...weightOf(s.person, 3), ...tag, encounter: to('visit'), hasMember: [to('q70')] });
  await link('procedure', {
    resourceType: 'Procedure',
    ...tag,
    status: 'completed',
    subject: { reference: `Patient/${s.person}` },
    code: { coding: [{ system: 'http://p', code: 'cut' }] },
    encounter: to('visit'),
    reasonReference: [to('problem')],
    performedDateTime: '2021-02-02',
  });
}

async function ask(s, query, headers = {}) {
  await prepare(s);
  const mark = query.includes('?') ? '&' : '?';
  const whole = `${query}${mark}patient=${s.person}&_tag=http://spec|s&_count=100`;
  return s.fhir('GET', encodeURI(whole).replaceAll('%25', '%'), undefined, headers);
}
const entries = (s, answer, mode) =>
  (answer.json.entry ?? []).filter((each) => each.search.mode === mode).map((each) => s.names.get(each.resource.id) ?? each.resource.id);
async function found(s, query) {
  const answer = await ask(s, query);
  assert.equal(answer.status, 200, `${query}: ${answer.text.slice(0, 300)}`);
  assert.ok(!(answer.json.entry ?? []).some((each) => each.search.mode === 'outcome'), `${query}: ${answer.text.slice(-300)}`);
  return entries(s, answer, 'match');
}
/** The table of a case: question -> names, in any order. */
async function finds(s, table) {
  const wrong = [];
  for (const [query, names] of table) {
    const said = (await found(s, query)).sort().join(' ');
    if (said !== [...names.split(' ').filter((name) => name !== '')].sort().join(' '))
      wrong.push(`${query}: ${said || 'nothing'}, not ${names}`);
  }
  assert.deepEqual(wrong, []);
}
async function refused(s, queries, headers = {}) {
  const wrong = [];
  for (const query of queries) {
    const answer = await ask(s, query, headers);
    if (answer.status !== 400 || answer.json?.resourceType !== 'OperationOutcome' || !answer.json.issue[0].expression?.length)
      wrong.push(`${query}: ${answer.status} ${answer.text.slice(0, 160)}`);
  }
  assert.deepEqual(wrong, []);
}
const O = 'Observation?';

const values = [
  [
    'quantity: significant digits, prefixes, units that convert',
    (s) =>
      finds(s, [
        [`${O}value-quantity=70`, 'q70 plain'],
        [`${O}value-quantity=70|${ucum}|kg`, 'q70 grams pounds'],
        [`${O}value-quantity=70.0|${ucum}|kg`, 'q70 grams pounds'],
        [`${O}value-quantity=70.00|${ucum}|kg`, 'q70 grams pounds'],
        [`${O}value-quantity=70||kg`, 'q70 grams pounds'],
        [`${O}value-quantity=70000|${ucum}|g`, 'q70 grams'], // five digits: 154.32 pounds are 69,998 g
        [`${O}value-quantity=7.0e4|${ucum}|g`, 'q70 grams pounds'],
        [`${O}value-quantity=70.5|${ucum}|kg`, 'q705'],
        [`${O}value-quantity=7.05e1|${ucum}|kg`, 'q705'],
        [`${O}value-quantity=gt70.5|${ucum}|kg`, 'q71'],
        [`${O}value-quantity=ge70.5|${ucum}|kg`, 'q705 q71'],
        [`${O}value-quantity=lt2|${ucum}|kg`, 'below coded unsystemed logical year month day second zone period open'],
        [`${O}value-quantity=gt80|${ucum}|mm[Hg]`, ''],
        [`${O}component-value-quantity=gt80|${ucum}|mm[Hg]`, 'pressure'],
        [`${O}component-value-quantity=16|${ucum}|kPa`, 'pressure'],
        [`${O}value-quantity=ap77|${ucum}|kg`, 'q70 q705 q71 grams pounds'],
        [`${O}value-quantity=ne70|${ucum}|kg&value-quantity=gt60|${ucum}|kg`, 'q705 q71'],
        [`${O}value-quantity=sa70.5|${ucum}|kg`, 'q71'],
      ]),
  ],
  [
    'number: significant digits and prefixes',
    (s) =>
      finds(s, [
        ['RiskAssessment?probability=0.25', 'risk'],
        ['RiskAssessment?probability=0.3', 'risk'],
        ['RiskAssessment?probability=0.30', ''],
        ['RiskAssessment?probability=gt0.2', 'risk'],
        ['RiskAssessment?probability=le0.25', 'risk'],
        ['RiskAssessment?probability=lt0.25', ''],
        ['RiskAssessment?probability=2.5e-1', 'risk'],
        ['RiskAssessment?probability=ne0.25', ''],
      ]),
  ],
  [
    'date: each prefix, each precision, time zones, periods and open ends',
    (s) =>
      finds(
        s,
        [
          ['date=2021', 'year month day second zone period'],
          ['date=2021-07', 'month day second zone period'],
          ['date=2021-07-14', 'day second'],
          ['date=2021-07-14T10:00:00Z', 'second'],
          ['date=2021-07-14T12:00:00%2B02:00', 'second'],
          ['date=2021-07-14T10:00Z', 'second'],
          ['date=2021-07-14T22:30:00Z', 'zone'],
          ['date=eq2021-07-15', 'zone'],
          ['date=ne2021-07', 'year open'],
          ['date=gt2021-07-14', 'year month zone period open'],
          ['date=lt2021-07-14', 'year month period'],
          ['date=ge2021-07-15', 'year month zone period open'],
          ['date=le2021-07-14T10:00:00Z', 'year month day second period'],
          ['date=sa2021-07-14', 'zone open'],
          ['date=eb2021-07-15', 'day second'],
          ['date=sa2021-07-31', 'open'],
          ['date=gt2030', 'open'],
          ['date=lt2021-01-01', ''],
          ['date=ge2021-07-01&date=le2021-07-31', 'year month day second zone period'],
          ['date=2021-07-14,2021-12', 'day second'],
        ].map(([query, names]) => [`${O}code:text=dated&${query}`, names]),
      ),
  ],
  [
    'date: what is none is refused',
    (s) =>
      refused(
        s,
        ['2021-13', '2021-02-30', 'yesterday', '2021-07-14T25:00:00Z', 'xx2021', '21', '2021-07-14T10', 'ge'].map(
          (value) => `${O}date=${value}`,
        ),
      ),
  ],
  [
    'token: code, system|code, |code, system|, several, and, not, of-type, text, missing',
    (s) =>
      finds(s, [
        [`${O}code=x`, 'coded unsystemed'],
        [`${O}code=http://a|x`, 'coded'],
        [`${O}code=|x`, 'unsystemed'],
        [`${O}code=http://a|`, 'coded'],
        [`${O}code=http://b|x`, ''],
        [`${O}code=X`, ''],
        [`${O}code=http://a|x,85354-9`, 'coded pressure'],
        [`${O}category=one&category=two`, 'coded'],
        [`${O}category=one&category=three`, ''],
        [`${O}status=amended`, 'coded'],
        [`${O}status=http://hl7.org/fhir/observation-status|amended`, 'coded'],
        [`${O}code:text=glyc`, 'coded'],
        [`${O}code:text=sucre`, 'coded'],
        [`${O}identifier:of-type=http://types|T|A\\|1\\,2\\$3\\\\4`, 'coded'],
        [`${O}identifier=http://ids|A\\|1\\,2\\$3\\\\4`, 'coded'],
        [`${O}identifier=http://ids|`, 'coded'],
        [`${O}identifier=A`, 'unsystemed'],
        [`${O}identifier:missing=false`, 'coded unsystemed'],
        [`${O}status:not=final`, 'coded unsystemed'],
        [`${O}status:not=final,amended`, 'unsystemed'],
        [`${O}category:not=one&identifier:missing=false`, 'unsystemed'],
        [`${O}component-code=http://loinc.org|8480-6`, 'pressure'],
        [`${O}combo-code=8480-6`, 'pressure'],
      ]),
  ],
  [
    'string, uri: start, French folding, exact, contains, canonical with and without version, above and below',
    (s) =>
      finds(s, [
        ['Immunization?lot-number=éa', 'tie'],
        ['Immunization?lot-number=EA12', 'tie'],
        ['Immunization?lot-number=a12', ''],
        ['Immunization?lot-number:contains=a1', 'tie'],
        ['Immunization?lot-number:exact=Éà12', 'tie'],
        ['Immunization?lot-number:exact=ea12', ''],
        ['Immunization?vaccine-code:text=oeillets', 'tie'],
        ['Immunization?lot-number:missing=true', ''],
        ['QuestionnaireResponse?questionnaire=http://q.example/form', 'answers'],
        ['QuestionnaireResponse?questionnaire=http://q.example/form|2', 'answers'],
        ['QuestionnaireResponse?questionnaire=http://q.example/form|3', ''],
      ]),
  ],
  [
    'composite: both parts in one element',
    (s) =>
      finds(s, [
        [`${O}component-code-value-quantity=http://loinc.org|8480-6$gt100`, 'pressure'],
        [`${O}component-code-value-quantity=http://loinc.org|8462-4$gt100`, ''],
        [`${O}combo-code-value-quantity=8462-4$80|${ucum}|mm[Hg]`, 'pressure'],
        [`${O}code-value-quantity=http://loinc.org|29463-7$70.5|${ucum}|kg`, 'q705'],
      ]),
  ],
];

const references = [
  [
    'reference: id, Type/id, URL, identifier, type; _id, several',
    async (s) => {
      await prepare(s);
      const visit = s.byName.get('visit').id;
      await finds(s, [
        [`${O}encounter=${visit}`, 'visited'],
        [`${O}encounter=Encounter/${visit}`, 'visited'],
        [`${O}encounter:Encounter=${visit}`, 'visited'],
        [`${O}encounter=https://elsewhere.example/Encounter/${visit}`, ''],
        [`${O}performer:identifier=http://doctors|d1`, 'logical'],
        [`${O}performer:identifier=d1`, 'logical'],
        [`${O}encounter:missing=false`, 'visited'],
        [`${O}_id=${s.byName.get('q70').id},${s.byName.get('q71').id}`, 'q70 q71'],
        [`${O}has-member=${s.byName.get('q70').id}`, 'visited'],
      ]);
      const { entry } = (await s.fhir('GET', `${O}encounter=${s.base}/Encounter/${visit}&patient=${s.person}`)).json;
      assert.equal(entry.length, 1, 'our own base is local');
    },
  ],
  [
    'chains and _has',
    (s) =>
      finds(s, [
        [`${O}encounter.class=AMB`, 'visited'],
        [`${O}encounter:Encounter.status=finished`, 'visited'],
        [`${O}encounter.status=planned`, ''],
        ['Procedure?reason-reference:Condition.code=x', 'procedure'],
        ['Encounter?_has:Observation:encounter:code=29463-7', 'visit'],
        ['Encounter?_has:Procedure:encounter:code=cut', 'visit'],
        ['Encounter?_has:Procedure:encounter:code=sew', ''],
        ['Condition?_has:Procedure:reason-reference:encounter.class=AMB', 'problem'],
        ['Encounter?_has:Observation:encounter:_has:Observation:has-member:code=29463-7', ''],
        [`${O}_has:Observation:has-member:encounter.class=AMB`, 'q70'],
        [`${O}subject:Patient.gender=female&_has:Observation:has-member:code=29463-7`, 'q70'],
      ]),
  ],
  [
    '_include, _revinclude, :iterate, *, a target; each once, marked include',
    async (s) => {
      const with_ = async (query) => {
        const answer = await ask(s, query);
        assert.equal(answer.status, 200, answer.text.slice(0, 200));
        return [entries(s, answer, 'match').sort().join(' '), entries(s, answer, 'include').sort().join(' ')];
      };
      assert.deepEqual(await with_(`${O}encounter:missing=false&_include=Observation:encounter`), ['visited', 'visit']);
      assert.deepEqual(
        await with_(`${O}encounter:missing=false&_include=Observation:encounter:Encounter&_include=Observation:has-member`),
        ['visited', 'q70 visit'],
      );
      assert.deepEqual(await with_(`${O}encounter:missing=false&_include=Observation:encounter:Patient`), ['visited', '']);
      assert.deepEqual(await with_(`Encounter?_revinclude=Observation:encounter&_revinclude=Procedure:encounter`), [
        'visit',
        'procedure visited',
      ]);
      assert.deepEqual(await with_(`Encounter?_revinclude=Procedure:encounter&_include:iterate=Procedure:reason-reference`), [
        'visit',
        'problem procedure',
      ]);
      assert.deepEqual(await with_(`Encounter?_revinclude=Procedure:encounter&_include=Procedure:reason-reference`), [
        'visit',
        'procedure',
      ]);
      const all = await with_(`${O}encounter:missing=false&_include=*`);
      assert.deepEqual(all[1].split(' ').sort(), [s.person, 'q70', 'visit'].sort());
      assert.deepEqual((await with_(`${O}encounter:missing=false&_include=Observation:patient`))[1], s.person);
    },
  ],
  [
    '_include of professionals and structures of the directory',
    async (s) => {
      await prepare(s);
      const doctor = `Practitioner/${s.directory.doctor}`,
        hospital = `Organization/${s.directory.hospital}`;
      const answer = await s.fhir('POST', 'Observation', {
        ...weightOf(s.person, 4),
        identifier: [{ system: 'http://spec', value: 'by' }],
        performer: [{ reference: doctor }, { reference: hospital }, { reference: 'Practitioner/none' }],
      });
      assert.equal(answer.status, 201, answer.text.slice(0, 300));
      const of = async (include) => {
        const { json } = await s.fhir('GET', `${O}patient=${s.person}&identifier=http://spec%7Cby${include}`);
        return json.entry
          .filter((each) => each.search.mode === 'include')
          .map((each) => `${each.resource.resourceType}/${each.resource.id}`)
          .sort();
      };
      assert.deepEqual(await of(''), []);
      assert.deepEqual(await of('&_include=Observation:performer'), [hospital, doctor]);
      assert.deepEqual(await of('&_include=Observation:performer:Organization'), [hospital]);
      assert.deepEqual(await of('&_include=Observation:subject'), [`Patient/${s.person}`]);
      assert.deepEqual(await of('&_include=*'), [hospital, `Patient/${s.person}`, doctor]);
    },
  ],
  [
    '_revinclude and _has from the Patient',
    async (s) => {
      await prepare(s);
      const { status, json, text } = await s.fhir(
        'GET',
        `Patient?_id=${s.person}&_revinclude=Condition:patient&_revinclude=Encounter:subject`,
      );
      assert.equal(status, 200, text);
      assert.deepEqual(
        json.entry.filter((each) => each.search.mode === 'match').map((each) => each.resource.id),
        [s.person],
      );
      const types = new Set(json.entry.filter((each) => each.search.mode === 'include').map((each) => each.resource.resourceType));
      assert.deepEqual([...types].sort(), ['Condition', 'Encounter']);
    },
  ],
];

const answers = [
  [
    'unknown parameters: told, or 400 when strict; modifiers that a type does not have 400; values that mean nothing 400',
    async (s) => {
      const lenient = await ask(s, `${O}nonsense=1&code=x`);
      assert.equal(lenient.status, 200);
      assert.ok(lenient.json.entry.some((each) => each.search.mode === 'outcome'));
      assert.ok(!lenient.json.link.find((link) => link.relation === 'self').url.includes('nonsense'));
      await refused(s, [`${O}nonsense=1`, 'Condition?value-quantity=1', `${O}encounter.nonsense=1`], { Prefer: 'handling=strict' });
      await refused(s, [
        `${O}code:exact=x`,
        `${O}date:contains=2020`,
        `${O}code:in=http://vs`,
        `${O}code:not-in=http://vs`,
        `${O}status:frobnicate=final`,
        `${O}value-quantity=heavy`,
        `${O}value-quantity=70|kg`,
        `${O}code-value-quantity=x`,
        `${O}encounter:missing=perhaps`,
        'RiskAssessment?probability=high',
        `${O}_count=-1`,
        `${O}_count=many`,
        `${O}_summary=perhaps`,
        `${O}_total=perhaps`,
        `${O}_include=encounter`,
        `${O}_has:Observation=1`,
        `${O}_has:Foo:subject:code=1`,
        `${O}_lastUpdated=now`,
        `${O}subject:Foo.name=x`,
        `${O}code.x=1`,
      ]);
      await refused(s, [`${O}_sort=nonsense`, `${O}_include=Observation:nonsense`], { Prefer: 'handling=strict' });
    },
  ],
  [
    'empty values count for nothing; a repeated parameter is AND, a comma OR',
    (s) =>
      finds(s, [
        [`${O}code=&status=amended`, 'coded'],
        [`${O}code=x&code=|x`, 'unsystemed'],
        [`${O}code=,x`, 'coded unsystemed'],
        [`${O}status=amended,preliminary`, 'coded unsystemed'],
      ]),
  ],
  [
    '_sort: several keys, both directions, missing values last, by _id and _lastUpdated',
    async (s) => {
      const order = await found(s, `${O}code:text=dated&_sort=date`);
      assert.deepEqual(
        order.slice(0, 2),
        ['year', 'month'].every((name) => order.slice(0, 3).includes(name)) ? order.slice(0, 2) : ['year', 'month'],
      );
      assert.equal(order.at(-1), 'open');
      assert.equal((await found(s, `${O}code:text=dated&_sort=-date`))[0], 'open');
      const weights = (await found(s, `${O}code=29463-7&value-quantity=ge70&_sort=value-quantity,-_lastUpdated`)).filter((name) =>
        ['q70', 'q705', 'q71'].includes(name),
      );
      assert.deepEqual(weights, ['q70', 'q705', 'q71']);
      assert.deepEqual(
        (await found(s, `${O}code=29463-7&value-quantity=ge70&_sort=-value-quantity`)).filter((name) =>
          ['q70', 'q705', 'q71'].includes(name),
        ),
        ['q71', 'q705', 'q70'],
      );
      const byTime = await found(s, `${O}_sort=_lastUpdated`);
      assert.deepEqual((await found(s, `${O}_sort=-_lastUpdated`)).reverse()[0], byTime[0]);
      const missing = await found(s, `${O}_sort=identifier`);
      assert.deepEqual(missing.slice(0, 2).sort(), ['coded', 'unsystemed']);
      assert.deepEqual((await found(s, `${O}_sort=-identifier`)).slice(0, 2).sort(), ['coded', 'unsystemed']);
      assert.deepEqual(await found(s, `${O}status=amended,preliminary&_sort=status`), ['coded', 'unsystemed']);
      assert.deepEqual(await found(s, `${O}status=amended,preliminary&_sort=-status`), ['unsystemed', 'coded']);
    },
  ],
  [
    '_summary, _elements, _total, _count=0',
    async (s) => {
      const one = async (query) => (await ask(s, `${O}code=http://a|x&${query}`)).json;
      const count = await one('_summary=count');
      assert.deepEqual([String(count.total), count.entry], ['1', undefined]);
      const zero = await one('_count=0');
      assert.deepEqual([String(zero.total), zero.entry], ['1', undefined]);
      const subsetted = (bundle) =>
        bundle.entry[0].resource.meta.tag.some(
          (each) => each.code === 'SUBSETTED' && each.system === 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue',
        );
      const summary = await one('_summary=true');
      assert.ok(subsetted(summary) && summary.entry[0].resource.code && !summary.entry[0].resource.text);
      const text = await one('_summary=text');
      assert.ok(
        subsetted(text) &&
          text.entry[0].resource.status &&
          text.entry[0].resource.code &&
          !text.entry[0].resource.subject &&
          !text.entry[0].resource.valueQuantity,
      );
      const data = await one('_summary=data');
      assert.ok(subsetted(data) && data.entry[0].resource.subject && !data.entry[0].resource.text);
      const whole = await one('_summary=false');
      assert.ok(!subsetted(whole));
      const elements = await one('_elements=subject,Observation.category');
      assert.ok(
        subsetted(elements) &&
          elements.entry[0].resource.subject &&
          elements.entry[0].resource.category &&
          elements.entry[0].resource.status &&
          !elements.entry[0].resource.valueQuantity,
      );
      assert.equal(String((await one('_total=accurate')).total), '1');
      assert.equal((await one('_total=none')).total, undefined);
    },
  ],
  [
    'pages: links, stable under writes, none twice; self says what was applied; a cursor that is none 400',
    async (s) => {
      await prepare(s);
      const base = `${O}patient=${s.person}&_tag=http://spec%7Cpaged&_sort=-date,_id&_count=3`;
      const add = (day) =>
        s.fhir('POST', 'Observation', {
          ...weightOf(s.person, 1),
          meta: { tag: [{ system: 'http://spec', code: 'paged' }] },
          effectiveDateTime: `2022-01-${day}`,
        });
      for (const day of ['01', '02', '02', '02', '05', '06', '07', '08']) assert.equal((await add(day)).status, 201);
      const seen = [];
      for (let target = base, round = 0; target; ++round) {
        const { json } = await s.fhir('GET', target);
        assert.equal(String(json.total), String(8 + round));
        seen.push(...json.entry.map((each) => each.resource.id));
        await add(round === 0 ? '09' : '03');
        const next = json.link.find((link) => link.relation === 'next')?.url;
        target = next && next.slice(next.indexOf('/fhir/R4/') + 9);
        if (target) assert.ok(target.includes('_sort') && target.includes('_count=3'));
      }
      assert.equal(new Set(seen).size, seen.length);
      assert.ok(seen.length >= 8);
      const wrong = await s.fhir('GET', `${base}&_cursor=abc`);
      assert.equal(wrong.status, 400);
    },
  ],
  [
    'POST _search is GET; parameters in both; in a compartment; nobody named 400',
    async (s) => {
      await prepare(s);
      const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
      const tagged = `_tag=${encodeURIComponent('http://spec|s')}`;
      const post = async (target, body) => {
        const answer = await s.fhir('POST', target, body, form);
        assert.equal(answer.status, 200, answer.text.slice(0, 200));
        return entries(s, answer, 'match').sort().join(' ');
      };
      assert.equal(await post('Observation/_search', `patient=${s.person}&${tagged}&code=x`), 'coded unsystemed');
      assert.equal(await post(`Observation/_search?code=x`, `patient=${s.person}&${tagged}&status=amended`), 'coded');
      assert.equal(await post(`Patient/${s.person}/Observation/_search`, `${tagged}&code=x`), 'coded unsystemed');
      assert.equal((await s.fhir('GET', 'Observation?code=x')).status, 400);
      assert.equal((await s.fhir('GET', `Observation?patient=${s.person}&patient=${s.other}`)).status, 400);
    },
  ],
];

export const searchCases = [...values, ...references, ...answers];
