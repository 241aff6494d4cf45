// The types of FHIR R4 as the tables need them, out of the official StructureDefinitions.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const resourcesOf = (folder, file) =>
  JSON.parse(readFileSync(join(folder, file), 'utf8')).entry.map((entry) => entry.resource);

// Types that stand in the files but are not of R4.
const notOfR4 = new Set(['MetadataResource', 'SubscriptionStatus']);
const systemTypes = 'http://hl7.org/fhirpath/System.';
const tail = (url) => url.slice(url.lastIndexOf('/') + 1);
const baseOf = (definition) => {
  const base = definition.baseDefinition && tail(definition.baseDefinition);
  return notOfR4.has(base) ? 'DomainResource' : base;
};
const capital = (name) => name[0].toUpperCase() + name.slice(1);

// What an element's type is called. Ids and Extension.url have a type of FHIRPath; R4 says "string" of a resource's id,
// but its own text makes it an id.
function typeName(type, element) {
  if (!type.code.startsWith(systemTypes)) return type.code;
  if (element.base?.path === 'Resource.id') return 'id';
  return type.extension?.find((e) => tail(e.url) === 'structuredefinition-fhir-type')?.valueUrl ?? 'string';
}

const invariant = (constraint) => ({
  key: constraint.key,
  expression: constraint.expression,
  human: constraint.human.trim().replace(/\s+/g, ' '),
  error: constraint.severity === 'error',
});

// Those of the structure itself: a source names the type they are inherited from.
const own = (constraints = [], name) =>
  constraints.filter((c) => c.expression && (!c.source || tail(c.source) === name)).map(invariant);

function elementOf(definition, element, profiles) {
  const lastName = element.path.slice(element.path.lastIndexOf('.') + 1);
  const choice = lastName.endsWith('[x]');
  const name = choice ? lastName.slice(0, -3) : lastName;
  const invariants = own(element.constraint, definition.name);
  const members = [];
  for (const type of element.type ?? []) {
    const called = typeName(type, element);
    for (const profile of type.profile ?? []) invariants.push(...(profiles.get(tail(profile)) ?? []));
    members.push({
      jsonName: choice ? name + capital(called) : name,
      type: called === 'BackboneElement' || called === 'Element' ? element.path : called,
      targets: called === 'Reference' ? (type.targetProfile ?? []).map(tail).filter((t) => t !== 'Resource').sort() : [],
    });
  }
  if (element.contentReference)
    members.push({ jsonName: name, type: element.contentReference.slice(element.contentReference.indexOf('#') + 1), targets: [] });
  if (members.length === 0) throw new Error(`${element.path} has no type`);
  return {
    name, choice, members, invariants,
    min: element.min,
    max: element.max === '*' ? 0 : Number(element.max),
    array: (element.base?.max ?? element.max) !== '1',
    summary: element.isSummary === true,
    binding: element.binding?.strength ?? 'none',
    valueSet: element.binding?.strength === 'required' ? element.binding.valueSet?.split('|')[0] : undefined,
  };
}

const families = { 'primitive-type': 'primitive', 'complex-type': 'datatype', resource: 'resource' };

// One structure gives its own type and one for each backbone inside it.
function typesOf(definition, profiles) {
  const types = new Map();
  const family = families[definition.kind];
  for (const element of definition.snapshot.element) {
    const cut = element.path.lastIndexOf('.');
    if (cut < 0) {
      types.set(element.path, {
        name: element.path, family,
        abstract: definition.abstract === true,
        base: baseOf(definition),
        invariants: own(element.constraint, definition.name),
        elements: [],
      });
      continue;
    }
    if (element.max === '0' || (family === 'primitive' && element.path.endsWith('.value'))) continue;
    const described = elementOf(definition, element, profiles);
    types.get(element.path.slice(0, cut)).elements.push(described);
    if (described.members[0].type === element.path) {
      types.set(element.path, {
        name: element.path, family: 'backbone', abstract: false, base: element.type[0].code,
        invariants: [], elements: [],
      });
    }
  }
  return [...types.values()];
}

// Every type, sorted by name; xhtml has no extensions, so no elements but its id.
export function readTypes(folder) {
  const definitions = ['profiles-types.json', 'profiles-resources.json']
    .flatMap((file) => resourcesOf(folder, file))
    .filter((r) => r.resourceType === 'StructureDefinition' && !notOfR4.has(r.name));
  const profiles = new Map(
    definitions.filter((d) => d.derivation === 'constraint').map((d) => {
      const cardinality = d.snapshot.element[0].constraint.filter((c) => c.key.startsWith('sqty'));
      return [d.name, cardinality.map(invariant)];
    }));
  const types = definitions.filter((d) => d.derivation !== 'constraint').flatMap((d) => typesOf(d, profiles));
  types.sort((a, b) => (a.name < b.name ? -1 : 1));
  const known = new Set(types.map((type) => type.name));
  for (const type of types)
    for (const member of type.elements.flatMap((e) => e.members))
      if (!known.has(member.type)) throw new Error(`${type.name}.${member.jsonName}: no type ${member.type}`);
  return types;
}
