// The official examples of R4, made into resources of one demonstration person.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Numeral, parse } from './json.mjs';

const relative = /^(?:\.\.\/)?([A-Z]\w+)\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[A-Za-z0-9.-]{1,64})?$/;

/** Every instance of these types: files, and the entries of the Bundles among them. Sorted by name. */
export function readInstances(folder, types) {
  const instances = [];
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith('.json') || file === 'package.json' || file.startsWith('.')) continue;
    const type = file.split('-')[0];
    const bundle = type === 'Bundle';
    if (!bundle && !types.has(type)) continue;
    const resource = parse(readFileSync(path.join(folder, file), 'utf8'));
    const name = file.slice(0, -5);
    if (!bundle && types.has(resource.resourceType)) instances.push({ name, resource, urls: new Map() });
    if (resource.resourceType !== 'Bundle') continue;
    const entries = resource.entry ?? [];
    const urls = new Map(
      entries
        .filter((each) => each.fullUrl && each.resource)
        .map((each) => [each.fullUrl, `${each.resource.resourceType}/${each.resource.id ?? 'unnamed'}`]),
    );
    entries.forEach((each, i) => {
      if (types.has(each.resource?.resourceType)) instances.push({ name: `${name}.entry[${i}]`, resource: each.resource, urls });
    });
  }
  return instances;
}

/** The reference that a text is, once the addresses of its Bundle are put aside; undefined: not to be rewritten. */
function target(text, urls) {
  const parts = relative.exec(urls.get(text) ?? text);
  return parts ? { type: parts[1], id: parts[2] } : undefined;
}

function eachReference(value, visit) {
  if (value === null || typeof value !== 'object' || value instanceof Numeral) return;
  if (Array.isArray(value)) {
    for (const each of value) eachReference(each, visit);
    return;
  }
  if (typeof value.reference === 'string') visit(value);
  for (const member of Object.values(value)) eachReference(member, visit);
}

/** In an order in which what is referred to comes before what refers to it, where there is no circle. */
export function inOrder(instances) {
  const byName = new Map(instances.map((each) => [`${each.resource.resourceType}/${each.resource.id}`, each]));
  const done = new Set();
  const order = [];
  const visit = (each) => {
    if (done.has(each)) return;
    done.add(each);
    eachReference(each.resource, (reference) => {
      const to = target(reference.reference, each.urls);
      const next = to && byName.get(`${to.type}/${to.id}`);
      if (next) visit(next);
    });
    order.push(each);
  };
  instances.forEach(visit);
  return order;
}

// Where a type says whose it is, when it says so in one element of its own.
const many = new Set(['Account.subject', 'Provenance.target']);
function nameIn(resource, person, elements) {
  const element = elements.get(resource.resourceType);
  const reference = { reference: `Patient/${person}` };
  if (element === undefined) {
    resource.extension = [
      ...(resource.extension ?? []),
      { url: 'http://example.org/fhir/StructureDefinition/whose', valueReference: reference },
    ];
    return;
  }
  const before = [resource[element] ?? []].flat().map((each) => each.reference?.slice(1));
  resource[element] = many.has(`${resource.resourceType}.${element}`) ? [reference] : reference;
  // Whom the element named inside the resource is named no more: a contained resource must be referred to.
  const still = new Set();
  eachReference(resource, (each) => still.add(each.reference.slice(1)));
  const left = (resource.contained ?? []).filter((each) => !before.includes(each.id) || still.has(each.id));
  if (left.length > 0) resource.contained = left;
  else delete resource.contained;
}

/**
 * A copy about `person`: every Patient becomes them, a reference to an instance written before becomes its new id (`written`:
 * "Type/id" -> new id), other references stay. Who names nobody is given the person where the type says it.
 */
export function rewritten({ resource, urls }, person, written, elements) {
  const copy = copyOf(resource);
  let named = false;
  eachReference(copy, (reference) => {
    const to = target(reference.reference, urls);
    if (to === undefined) return;
    if (to.type === 'Patient') {
      named = true;
      reference.reference = `Patient/${person}`;
    } else {
      const id = written.get(`${to.type}/${to.id}`);
      if (id !== undefined) reference.reference = `${to.type}/${id}`;
      else if (urls.has(reference.reference)) reference.reference = `${to.type}/${to.id}`;
    }
  });
  if (!named) nameIn(copy, person, elements);
  return copy;
}

function copyOf(value) {
  if (value === null || typeof value !== 'object' || value instanceof Numeral) return value;
  if (Array.isArray(value)) return value.map(copyOf);
  return Object.fromEntries(Object.entries(value).map(([member, each]) => [member, copyOf(each)]));
}

/** type -> its element that names the person, from the expressions of `patient` and `subject`. */
export function personElements(parameters) {
  const elements = new Map();
  for (const code of ['subject', 'patient'])
    for (const parameter of parameters.values()) {
      if (parameter.code !== code) continue;
      for (const part of parameter.expression.split('|')) {
        const found = /^\s*(\w+)\.(\w+)(\.where\(resolve\(\) is Patient\))?\s*$/.exec(part);
        if (found && (code === 'patient' || !elements.has(found[1]))) elements.set(found[1], found[2]);
      }
    }
  return elements;
}
