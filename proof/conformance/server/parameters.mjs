// The search parameters that the corpus publishes (its SearchParameter resources), and a small reading of their expressions:
// written apart from the server's FHIRPath, so that the two may disagree. Paths, unions, casts, where(resolve() is X).
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Numeral } from './json.mjs';

const published = 'http://hl7.org/fhir/SearchParameter/';

/** [{code, type, base, expression, components}] of every base, core and extension ones. */
export function readParameters(folder) {
  const all = new Map();
  for (const file of readdirSync(folder)) {
    if (!file.startsWith('SearchParameter-') || !file.endsWith('.json')) continue;
    const said = JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
    if (!said.url?.startsWith(published) || !said.base || !said.expression) continue;
    const components = said.component?.map((part) => ({ definition: part.definition, expression: part.expression }));
    all.set(said.url, { url: said.url, code: said.code, type: said.type, base: said.base, expression: said.expression, components });
  }
  return all;
}

/** Parts of a text between the separators that stand outside brackets. */
function split(text, separator) {
  const parts = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length; ++i) {
    if (text[i] === '(') ++depth;
    else if (text[i] === ')') --depth;
    else if (text[i] === separator && depth === 0) {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  }
  return [...parts, text.slice(from)].map((part) => part.trim()).filter((part) => part !== '');
}

// What may stand behind the name of an element that has a choice of types.
const of_choice = new Set(
  'Boolean Integer Decimal String Markdown Uri Url Canonical Oid Uuid Code Date DateTime Instant Time PositiveInt UnsignedInt Base64Binary Address Age Annotation Attachment CodeableConcept Coding ContactDetail ContactPoint Contributor Count DataRequirement Distance Dosage Duration Expression HumanName Identifier Meta Money ParameterDefinition Period Quantity Range Ratio Reference RelatedArtifact SampledData Signature Timing TriggerDefinition UsageContext'.split(
    ' ',
  ),
);
const upper = (word) => word[0].toUpperCase() + word.slice(1);

/** Children of a node by an element's name; of value[x] with the type that its name says. */
function childrenOf(node, name) {
  const value = node.value;
  if (value === null || typeof value !== 'object' || value instanceof Numeral) return [];
  if (value[name] !== undefined) return [value[name]].flat().map((each) => ({ value: each, type: undefined, name }));
  const found = [];
  for (const member of Object.keys(value)) {
    if (!member.startsWith(name) || !of_choice.has(member.slice(name.length))) continue;
    for (const each of [value[member]].flat()) found.push({ value: each, type: member.slice(name.length), name });
  }
  return found;
}

const resolvesTo = (type) => (node) => new RegExp(`(^|/)${type}/`).test(node.value?.reference ?? '') || node.value?.type === type;
const castTo = (type) => (node) => node.type === undefined || node.type === upper(type);

function step(nodes, word) {
  const cast = /^as\((\w+)\)$/.exec(word);
  if (cast) return nodes.filter(castTo(cast[1]));
  const resolve = /^where\(resolve\(\) is (\w+)\)$/.exec(word);
  if (resolve) return nodes.filter(resolvesTo(resolve[1]));
  const equal = /^where\((\w+)\s*=\s*'([^']*)'\)$/.exec(word);
  if (equal) return nodes.filter((node) => node.value?.[equal[1]] === equal[2]);
  const extension = /^extension\('([^']+)'\)$/.exec(word);
  if (extension) return nodes.flatMap((node) => childrenOf(node, 'extension')).filter((node) => node.value.url === extension[1]);
  if (!/^\w+$/.test(word)) return []; // what this reading does not know asks nothing
  return nodes.flatMap((node) => childrenOf(node, word));
}

/** What a path selects below `node`; `type` is that of the resource, which the path may begin with. */
function selectOne(node, expression, type) {
  const cast = /^\((.+) as (\w+)\)(\..+)?$/.exec(expression);
  if (cast) {
    const found = selectOne(node, cast[1], type).filter(castTo(cast[2]));
    return cast[3] ? found.flatMap((each) => selectOne(each, cast[3].slice(1), undefined)) : found;
  }
  let words = split(expression, '.');
  if (words[0] === '%resource') words = words.slice(1); // components of a composite on the whole resource
  if (type !== undefined && /^[A-Z]/.test(words[0])) {
    if (![type, 'Resource', 'DomainResource'].includes(words[0])) return [];
    words = words.slice(1);
  }
  return words.reduce(step, [node]);
}

export const select = (node, expression, type) => split(expression, '|').flatMap((part) => selectOne(node, part, type));

const escaped = (text) => text.replace(/[\\,$|]/g, '\\$&');

const dated = /^\d{4}(-\d\d(-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?)?)?$/;

const readers = {
  token(value, name) {
    if (typeof value === 'boolean') return [String(value)];
    if (typeof value === 'string') return [escaped(value)];
    if (value?.coding) return value.coding.flatMap((coding) => readers.token(coding));
    if (name === 'telecom' || value?.use === 'mobile') return value?.value ? [escaped(value.value)] : [];
    const code = value?.code ?? value?.value;
    if (typeof code !== 'string') return [];
    return value.system ? [`${escaped(value.system)}|${escaped(code)}`, escaped(code)] : [escaped(code), `|${escaped(code)}`];
  },
  string(value) {
    if (typeof value === 'string') return [escaped(value.slice(0, 200)), escaped(value.trim().slice(0, 4))];
    const parts = [value?.text, value?.family, value?.city, value?.postalCode, ...(value?.given ?? []), ...(value?.line ?? [])];
    return parts.filter((part) => typeof part === 'string').map(escaped);
  },
  date(value) {
    if (typeof value === 'string') return dated.test(value) ? [value, `ge${value}`, `le${value}`] : [];
    if (value?.event) return value.event.flatMap((each) => readers.date(each)).slice(0, 1);
    const period = value?.repeat?.boundsPeriod ?? value;
    return [...(period?.start ? [`ge${period.start}`] : []), ...(period?.end ? [`le${period.end}`] : [])];
  },
  reference(value) {
    if (typeof value === 'string') return [value];
    const to = value?.reference;
    if (to === undefined || to.startsWith('#')) return [];
    const parts = /^(\w+)\/([A-Za-z0-9.-]{1,64})$/.exec(to);
    return parts ? [to, { modifier: parts[1], value: parts[2] }] : [to];
  },
  quantity(value) {
    if (value?.currency) return value.value ? [`${value.value}||${value.currency}`, `${value.value}`] : [];
    if (!(value?.value instanceof Numeral) || value.comparator) return [];
    return [
      `${value.value}`,
      ...(value.system && value.code ? [`${value.value}|${value.system}|${value.code}`] : []),
      ...(value.unit ? [`${value.value}||${escaped(value.unit)}`] : []),
    ];
  },
  uri: (value) => (typeof value === 'string' ? [escaped(value)] : []),
  number: (value) => (value instanceof Numeral ? [`${value}`] : []),
};

const most_values = 4; // of one parameter and one instance

/** Has `resource` anything that this parameter speaks of? */
export const speaksOf = (resource, parameter) => select({ value: resource }, parameter.expression, resource.resourceType).length > 0;

/** [{name, value}] by which a search must find `resource`: each with the parameter's own values. */
export function questionsOf(resource, parameter, all) {
  const root = { value: resource };
  const type = resource.resourceType;
  const values = [];
  if (parameter.type === 'composite') {
    for (const base of select(root, parameter.expression, type)) {
      const parts = parameter.components.map((part) => {
        const reader = readers[all.get(part.definition)?.type];
        const nodes = reader ? select(base, part.expression, base === root ? type : undefined) : [];
        return nodes.flatMap((node) => reader(node.value, node.name)).filter((value) => typeof value === 'string');
      });
      if (parts.every((part) => part.length > 0)) values.push(parts.map((part) => part[0]).join('$'));
    }
  } else {
    const reader = readers[parameter.type];
    if (!reader) return [];
    for (const node of select(root, parameter.expression, type)) values.push(...reader(node.value, node.name));
  }
  const asked = values.map((value) =>
    typeof value === 'string' ? { name: parameter.code, value } : { name: `${parameter.code}:${value.modifier}`, value: value.value },
  );
  const distinct = [...new Map(asked.map((each) => [`${each.name}=${each.value}`, each])).values()];
  return distinct.filter((each) => each.value.trim() !== '').slice(0, most_values);
}
