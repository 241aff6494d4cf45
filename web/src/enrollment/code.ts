/**
 * The provisional code: twelve signs of Crockford's base 32, ten drawn at random and two that check them.
 * The page refuses a misspelt one itself: that is not an attempt, nothing is sent.
 */
export const codeLength = 12;
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const dataLength = 10;
const base = 37;
const modulus = 1021;

export type CodeReading =
  | { kind: 'empty' }
  | { kind: 'short'; missing: number }
  | { kind: 'long'; extra: number }
  | { kind: 'foreign'; sign: string }
  | { kind: 'misspelt' }
  | { kind: 'good'; code: string };

/** Any case, spaces and dashes; O is read as 0, I and L as 1. Signs that no code has are kept, to be named. */
export function codeSigns(typed: string): string {
  return typed
    .normalize('NFKC')
    .replace(/[\s\u00a0.,_\-\u2010-\u2015]/gu, '')
    .toUpperCase()
    .replace(/O/gu, '0')
    .replace(/[IL]/gu, '1');
}

/** The two signs that belong after these ten: the sum of value times 37 to the power 11 - rank, modulo 1021, in base 32. */
export function checkSigns(data: string): string {
  let sum = 0;
  for (const sign of data) sum = ((sum + alphabet.indexOf(sign)) * base) % modulus;
  return `${alphabet[Math.floor(sum / 32)] ?? ''}${alphabet[sum % 32] ?? ''}`;
}

export function readCode(typed: string): CodeReading {
  const signs = codeSigns(typed);
  if (signs === '') return { kind: 'empty' };
  const foreign = [...signs].find((sign) => !alphabet.includes(sign));
  if (foreign !== undefined) return { kind: 'foreign', sign: foreign };
  if (signs.length < codeLength) return { kind: 'short', missing: codeLength - signs.length };
  if (signs.length > codeLength) return { kind: 'long', extra: signs.length - codeLength };
  if (checkSigns(signs.slice(0, dataLength)) !== signs.slice(dataLength)) return { kind: 'misspelt' };
  return { kind: 'good', code: groupCode(signs) };
}

/** As it is printed and sent: XXXX-XXXX-XXXX. */
export function groupCode(signs: string, separator = '-'): string {
  return (signs.match(/.{1,4}/gu) ?? []).join(separator);
}

/** What the field shows while typing at the end: three groups, upper case, the signs as typed. */
export function shownCode(typed: string): string {
  const signs = typed.replace(/[\s\u00a0\-\u2010-\u2015]/gu, '').toUpperCase();
  return groupCode(signs, ' ');
}
