// Search parameters by resource type, and the compartment of a patient.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resourcesOf } from './model.mjs';

// The parts of an expression that stand between "|" outside parentheses and quotes.
function alternatives(expression) {
  const parts = [];
  let depth = 0, quoted = false, from = 0;
  for (let i = 0; i < expression.length; ++i) {
    const c = expression[i];
    if (c === "'") quoted = !quoted;
    if (quoted) continue;
    if (c === '(') ++depth;
    if (c === ')') --depth;
    if (c === '|' && depth === 0) {
      parts.push(expression.slice(from, i).trim());
      from = i + 1;
    }
  }
  return [...parts, expression.slice(from).trim()];
}

// One definition serves many types: each keeps only what is said of it.
function expressionFor(parameter, base) {
  if (!parameter.expression) return '';
  const parts = alternatives(parameter.expression);
  const about = parts.filter((part) => new RegExp(`^\\(*${base}\\b`).test(part));
  if (about.length > 0) return about.join(' | ');
  if (parameter.base.length === 1) return parameter.expression;  // it does not call its type by name
  throw new Error(`${parameter.url}: nothing about ${base}`);
}

export function readSearchParameters(folder, resourceTypes) {
  const parameters = resourcesOf(folder, 'search-parameters.json').filter((r) => r.resourceType === 'SearchParameter');
  const byUrl = new Map(parameters.map((p) => [p.url, p]));
  const byType = new Map();
  for (const { name, base } of resourceTypes) {
    const of = new Map();
    for (const ancestor of [name, base, 'Resource']) {
      for (const parameter of parameters) {
        if (!parameter.base.includes(ancestor) || of.has(parameter.code)) continue;
        of.set(parameter.code, {
          code: parameter.code,
          kind: parameter.type,
          expression: expressionFor(parameter, ancestor),
          targets: (parameter.target ?? []).filter((t) => t !== 'Resource').sort(),
          components: (parameter.component ?? []).map((c) => {
            const definition = byUrl.get(c.definition);
            if (!definition) throw new Error(`${parameter.url}: no parameter ${c.definition}`);
            return { code: definition.code, expression: c.expression };
          }),
        });
      }
    }
    byType.set(name, [...of.values()].sort((a, b) => (a.code < b.code ? -1 : 1)));
  }
  return byType;
}

// {resource type: the search parameters that make it a patient's}.
export function readCompartment(folder) {
  const compartment = JSON.parse(readFileSync(join(folder, 'compartmentdefinition-patient.json'), 'utf8'));
  return new Map(compartment.resource.filter((r) => r.param?.length).map((r) => [r.code, r.param]));
}
