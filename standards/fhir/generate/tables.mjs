// The tables as C++: constant arrays that point to one another, so that nothing is built when the program starts.
import { perfectHash } from './hash.mjs';

const primitives = {
  boolean: 'boolean', integer: 'integer', unsignedInt: 'unsigned_int', positiveInt: 'positive_int', decimal: 'decimal',
  string: 'string', markdown: 'markdown', code: 'code', id: 'id', uri: 'uri', url: 'url', canonical: 'canonical',
  oid: 'oid', uuid: 'uuid', date: 'date', dateTime: 'date_time', instant: 'instant', time: 'time',
  base64Binary: 'base64_binary', xhtml: 'xhtml',
};

const text = (value) =>
  `"${value.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n').replace(/\r/g, '\\r').replace(/\t/g, '\\t')}"sv`;

// An array whose rows are added in lists; a list that was added already is found again.
class Rows {
  constructor(type, name) {
    Object.assign(this, { type, name, rows: [], known: new Map() });
  }
  span(rows) {
    if (rows.length === 0) return '{}';
    const key = rows.join('\n');
    if (!this.known.has(key)) {
      this.known.set(key, this.rows.length);
      this.rows.push(...rows);
    }
    return `{${this.name} + ${this.known.get(key)}, ${rows.length}}`;
  }
  declaration() {
    return `extern const ${this.type} ${this.name}[${this.rows.length}];\n`;
  }
  definition() {
    return `constinit const ${this.type} ${this.name}[${this.rows.length}] = {\n${this.rows.map((row) => `  ${row},\n`).join('')}};\n`;
  }
}

class Tables {
  constructor(types, valueSets) {
    this.types = types;
    this.valueSets = valueSets;
    this.typeIndex = new Map(types.map((type, index) => [type.name, index]));
    this.texts = new Rows('std::string_view', 'text_rows');
    this.codes = new Rows('Code', 'code_rows');
    this.sets = new Rows('ValueSetInfo', 'value_set_rows');
    this.setIndex = new Map();
    this.expressions = new Map();
    this.invariants = new Rows('InvariantInfo', 'invariant_rows');
    this.members = new Rows('MemberInfo', 'member_rows');
    this.elements = new Rows('ElementInfo', 'element_rows');
    this.slots = new Rows('std::uint16_t', 'slot_rows');
    this.typeRows = new Rows('TypeInfo', 'type_rows');
  }

  expressionId(expression) {
    if (!this.expressions.has(expression)) this.expressions.set(expression, this.expressions.size);
    return this.expressions.get(expression);
  }

  invariantSpan(invariants) {
    return this.invariants.span(invariants.map((i) =>
      `{${text(i.key)}, ${text(i.expression)}, ${text(i.human)}, ${this.expressionId(i.expression)}, ${i.error}}`));
  }

  valueSet(url) {
    if (!url) return 'nullptr';
    if (!this.setIndex.has(url)) {
      const codes = this.valueSets.codes(url).map((c) => `{${text(c.system)}, ${text(c.code)}}`);
      this.setIndex.set(url, this.sets.rows.length);
      this.sets.rows.push(`{${text(url)}, ${this.codes.span(codes)}}`);
    }
    return `value_set_rows + ${this.setIndex.get(url)}`;
  }

  addType(type) {
    const firstElement = this.elements.rows.length, firstMember = this.members.rows.length;
    for (const element of type.elements) {
      const place = this.elements.rows.length, at = this.members.rows.length;
      for (const member of element.members) {
        const targets = this.texts.span(member.targets.map(text));
        this.members.rows.push(`{${text(member.jsonName)}, element_rows + ${place}, type_rows + ${this.typeIndex.get(member.type)}, ${targets}}`);
      }
      this.elements.rows.push(
        `{${text(element.name)}, ${element.min}, ${element.max}, ${element.array}, ${element.choice}, ${element.summary}, ` +
        `Strength::${element.binding}, ${this.valueSet(element.valueSet)}, {member_rows + ${at}, ${element.members.length}}, ` +
        `${this.invariantSpan(element.invariants)}}`);
    }
    const names = type.elements.flatMap((e) => e.members.map((m) => m.jsonName));
    const { multiplier, slots } = names.length ? perfectHash(names) : { multiplier: 0n, slots: [] };
    const span = (rows, from, count) => (count ? `{${rows} + ${from}, ${count}}` : '{}');
    const base = type.base ? `type_rows + ${this.typeIndex.get(type.base)}` : 'nullptr';
    this.typeRows.rows.push(
      `{${text(type.name)}, Family::${type.family}, Primitive::${primitives[type.name] ?? 'none'}, ${type.abstract}, ${base}, ` +
      `${span('element_rows', firstElement, type.elements.length)}, ${this.invariantSpan(type.invariants)}, ` +
      `${this.slots.span(slots.map(String))}, ${multiplier}u, ${span('member_rows', firstMember, names.length)}}`);
  }

  addSearch(searchByType, compartment) {
    this.components = new Rows('SearchComponentInfo', 'component_rows');
    this.parameters = new Rows('SearchParameterInfo', 'parameter_rows');
    this.resources = new Rows('ResourceRow', 'resource_rows');
    for (const [name, parameters] of [...searchByType].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const span = this.parameters.span(parameters.map((p) => {
        const components = this.components.span(p.components.map((c) => `{${text(c.code)}, ${text(c.expression)}}`));
        return `{${text(p.code)}, ${text(p.expression)}, SearchKind::${p.kind}, ${this.texts.span(p.targets.map(text))}, ${components}}`;
      }));
      const links = this.texts.span((compartment.get(name) ?? []).map(text));
      this.resources.rows.push(`{type_rows + ${this.typeIndex.get(name)}, ${span}, ${links}}`);
    }
  }

  source() {
    for (const type of this.types) this.addType(type);
    const expressions = new Rows('std::string_view', 'expression_rows');
    expressions.rows = [...this.expressions.keys()].map(text);
    const all = [this.texts, this.codes, this.sets, expressions, this.invariants, this.slots, this.members, this.elements,
      this.typeRows, this.components, this.parameters, this.resources];
    return `// Generated from the official definitions of FHIR R4 by standards/fhir/generate; not to be edited.
#include "standards/fhir/definitions_rows.hpp"

namespace carnet::fhir::rows {

using std::string_view_literals::operator""sv;

${all.map((rows) => rows.declaration()).join('')}
${all.map((rows) => rows.definition()).join('\n')}
std::span<const TypeInfo> types() { return type_rows; }
std::span<const ResourceRow> resources() { return resource_rows; }
std::span<const std::string_view> expressions() { return expression_rows; }

}  // namespace carnet::fhir::rows
`;
  }
}

export function cppTables(types, valueSets, searchByType, compartment) {
  const tables = new Tables(types, valueSets);
  tables.addSearch(searchByType, compartment);
  return tables.source();
}
