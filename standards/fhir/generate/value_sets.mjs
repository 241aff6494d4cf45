// The codes of the value sets that required bindings name: system and code, expanded from the official code systems.
import { resourcesOf } from './model.mjs';

const files = ['valuesets.json', 'v3-codesystems.json', 'v2-tables.json'];

function walk(concepts, visit, ancestors = []) {
  for (const concept of concepts ?? []) {
    visit(concept, ancestors);
    walk(concept.concept, visit, [...ancestors, concept.code]);
  }
}

function passes(filter, concept, ancestors) {
  const under = ancestors.includes(filter.value);
  if (filter.op === 'is-a') return under || concept.code === filter.value;
  if (filter.op === 'descendent-of') return under;
  if (filter.op === '=') return concept.property?.some((p) => p.code === filter.property && String(p.valueCode ?? p.valueString ?? p.valueBoolean) === filter.value);
  throw new Error(`no such filter: ${filter.op}`);
}

export class ValueSets {
  constructor(folder) {
    this.sets = new Map();
    this.systems = new Map();
    for (const resource of files.flatMap((file) => resourcesOf(folder, file))) {
      if (resource.resourceType === 'ValueSet') this.sets.set(resource.url, resource);
      if (resource.resourceType === 'CodeSystem') this.systems.set(resource.url, resource);
    }
  }

  // Sorted [{system, code}], or [] when the set cannot be listed from what is here (media types, currencies, units).
  codes(url) {
    const found = this.expand(url);
    if (!found) return [];
    return [...found.values()].sort((a, b) =>
      a.code === b.code ? (a.system < b.system ? -1 : 1) : (a.code < b.code ? -1 : 1));
  }

  expand(url) {
    const compose = this.sets.get(url.split('|')[0])?.compose;
    if (!compose) return undefined;
    const found = new Map();
    for (const part of compose.include) {
      const included = this.part(part);
      if (!included) return undefined;
      for (const [key, value] of included) found.set(key, value);
    }
    for (const part of compose.exclude ?? []) for (const key of this.part(part)?.keys() ?? []) found.delete(key);
    return found;
  }

  part({ system, concept, filter, valueSet }) {
    const found = new Map();
    const add = (code) => found.set(`${system}|${code}`, { system, code });
    if (valueSet && !system) {
      for (const set of valueSet) {
        const inner = this.expand(set);
        if (!inner) return undefined;
        for (const [key, value] of inner) found.set(key, value);
      }
    } else if (concept) {
      concept.forEach((c) => add(c.code));
    } else {
      const codeSystem = this.systems.get(system);
      if (codeSystem?.content !== 'complete') return undefined;
      walk(codeSystem.concept, (c, ancestors) => {
        if ((filter ?? []).every((f) => passes(f, c, ancestors))) add(c.code);
      });
    }
    return found;
  }
}
