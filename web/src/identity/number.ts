/** The Social Security number: thirteen signs and a two-digit key. Department 2A counts as 19 and 2B as 18 for the key. */
export const numberLength = 15;
const bodyLength = 13;
const groups = [1, 2, 2, 2, 3, 3, 2];

export type NumberReading =
  | { kind: 'empty' }
  | { kind: 'short'; missing: number }
  | { kind: 'no_key' }
  | { kind: 'long'; extra: number }
  | { kind: 'foreign'; sign: string }
  | { kind: 'wrong_key' }
  | { kind: 'good'; number: string };

export function numberSigns(typed: string): string {
  return typed
    .normalize('NFKC')
    .replace(/[\s\u00a0.,_\-\u2010-\u2015]/gu, '')
    .toUpperCase();
}

/** 97 - (the thirteen signs modulo 97), in two digits. */
export function numberKey(body: string): string {
  const digits = body.replace(/^(.{5})2A/u, '$119').replace(/^(.{5})2B/u, '$118');
  let rest = 0;
  for (const digit of digits) rest = (rest * 10 + Number(digit)) % 97;
  return String(97 - rest).padStart(2, '0');
}

function foreignSign(signs: string): string | undefined {
  return [...signs].find((sign, rank) => !/\d/u.test(sign) && !(rank === 6 && signs[5] === '2' && (sign === 'A' || sign === 'B')));
}

export function readNumber(typed: string): NumberReading {
  const signs = numberSigns(typed);
  if (signs === '') return { kind: 'empty' };
  const foreign = foreignSign(signs);
  if (foreign !== undefined) return { kind: 'foreign', sign: foreign };
  if (signs.length === bodyLength) return { kind: 'no_key' };
  if (signs.length < numberLength) return { kind: 'short', missing: numberLength - signs.length };
  if (signs.length > numberLength) return { kind: 'long', extra: signs.length - numberLength };
  if (numberKey(signs.slice(0, bodyLength)) !== signs.slice(bodyLength)) return { kind: 'wrong_key' };
  return { kind: 'good', number: signs };
}

/** Read back as on the card: `2 55 08 14 168 025 38`. */
export function groupNumber(typed: string): string {
  const signs = numberSigns(typed);
  const parts: string[] = [];
  let at = 0;
  for (const size of groups) {
    if (at < signs.length) parts.push(signs.slice(at, at + size));
    at += size;
  }
  if (at < signs.length) parts.push(signs.slice(at));
  return parts.join(' ');
}

/** The same for the ear: digits are read one group at a time, letters one by one. */
export function spokenNumber(typed: string): string {
  return groupNumber(typed).split(' ').join(', ');
}
