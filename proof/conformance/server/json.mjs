// JSON whose numbers keep their text: 1.50 is not 1.5 in FHIR.

/** A number as it was written. */
export class Numeral {
  constructor(text) {
    this.text = text;
  }
  toString() {
    return this.text;
  }
}

export const parse = (text) =>
  JSON.parse(text, (_name, value, context) => (typeof value === 'number' ? new Numeral(context.source) : value));

export const stringify = (value) =>
  JSON.stringify(value, (_name, member) => (member instanceof Numeral ? JSON.rawJSON(member.text) : member));

/** Where two values differ first, as a path; undefined when they are equal. The order of members says nothing. */
export function difference(left, right, at = '') {
  if (left instanceof Numeral || right instanceof Numeral) {
    const same = left instanceof Numeral && right instanceof Numeral && left.text === right.text;
    return same ? undefined : at || '.';
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    if (left.length !== right.length) return `${at}.length`;
    for (let i = 0; i < left.length; ++i) {
      const found = difference(left[i], right[i], `${at}[${i}]`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (
    left === null ||
    right === null ||
    typeof left !== 'object' ||
    typeof right !== 'object' ||
    Array.isArray(left) !== Array.isArray(right)
  )
    return left === right ? undefined : at || '.';
  for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) {
    if (!(name in left) || !(name in right)) return `${at}.${name}`;
    const found = difference(left[name], right[name], `${at}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A resource without what the server gives: id, meta.versionId, meta.lastUpdated. */
export function asWritten(resource) {
  const { id, meta, ...rest } = resource;
  const { versionId, lastUpdated, ...kept } = meta ?? {};
  return Object.keys(kept).length > 0 ? { ...rest, meta: kept } : rest;
}
