// Templates: {slot} is filled once per message ({slot2} is another draw of it), {entity.site} is a part of one entity,
// [a|b] is one of the two. A file of templates holds one a line, "key | words"
// ("key@2022-2023 | words" where it belongs to those years); "\n" in it is a line end.
import { readFileSync } from 'node:fs';
import { slotsOf } from './slots.mjs';
import { hostileLink } from './hosts.mjs';

const here = new URL('words/', import.meta.url);

export function readWords(name) {
  return readFileSync(new URL(name, here), 'utf8').split('\n')
    .filter((line) => line !== '' && !line.startsWith('# '))
    .map((line) => {
      const at = line.indexOf(' | ');
      if (at < 0) throw new Error(`${name}: no key in ${line.slice(0, 40)}`);
      const [key, years] = line.slice(0, at).split('@');
      return { key, years: years?.split('-').map(Number) ?? [2022, 2025], words: line.slice(at + 3).replaceAll('\\n', '\n') };
    });
}

export function render(words, r, on) {
  const slots = slotsOf(r, on);
  const drawn = new Map();
  const value = (name) => {
    const kind = name.replace(/(?<=[a-z])[2b]$/u, '');
    if (!drawn.has(name)) {
      const make = slots[name] ?? slots[kind];
      if (!make) throw new Error(`no slot {${name}}`);
      drawn.set(name, make());
    }
    return drawn.get(name);
  };
  const alternatives = (text) => text.replace(/\[([^[\]]*\|[^[\]]*)\]/gu, (_, all) => r.pick(all.split('|')));
  return alternatives(words).replace(/\{([A-Za-z]+\d*)(?:\.([a-z]+))?\}/gu, (_, name, part) => {
    if (name === 'lien') {
      const key = `lien.${part}`;
      if (!drawn.has(key)) drawn.set(key, hostileLink(part, r));
      return drawn.get(key);
    }
    const found = value(name);
    return typeof found === 'string' ? found : part ? found[part === 'tel' ? 'phone' : part] : found.name;
  }).replace(/\bde (?=[AEÉIOU][a-zéè]|avril|août|octobre|agent|aide-)/gu, "d'").replace(/ {2,}/gu, ' ').replace(/ +$/gmu, '');
}

// The day a message was sent: between 2022 and 2025, or in the years given.
export function dayOf(r, from = 2022, to = 2025) {
  return new Date(Date.UTC(r.between(from, to), r.int(12), 1 + r.int(28)));
}
export const isoDay = (d) => d.toISOString().slice(0, 10);

// Renders until `count` different texts of one template are there, or it has no more to give.
export function different(count, make) {
  const seen = new Map();
  for (let i = 0; seen.size < count && i < count * 6; i += 1) {
    const one = make(i);
    if (!seen.has(one.text)) seen.set(one.text, one);
  }
  return [...seen.values()];
}
