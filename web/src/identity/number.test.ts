import { describe, expect, it } from 'vitest';
import { groupNumber, numberKey, readNumber } from './number';

describe('the Social Security number', () => {
  it('checks the key', () => {
    expect(numberKey('2550814168025')).toBe('38');
    expect(readNumber('2 55 08 14 168 025 38')).toEqual({ kind: 'good', number: '255081416802538' });
    expect(readNumber('255081416802539')).toEqual({ kind: 'wrong_key' });
  });

  it('counts 2A as 19 and 2B as 18, in the department only', () => {
    const key = (digits: string) => String(97n - (BigInt(digits) % 97n)).padStart(2, '0');
    expect(numberKey('184052A123045')).toBe(key('1840519123045'));
    expect(numberKey('184052B123045')).toBe(key('1840518123045'));
    expect(readNumber(`1 84 05 2a 123 045 ${key('1840519123045')}`).kind).toBe('good');
    expect(readNumber('1840512A23045')).toEqual({ kind: 'foreign', sign: 'A' });
    expect(readNumber('184053A')).toEqual({ kind: 'foreign', sign: 'A' });
  });

  it('says what is missing', () => {
    expect(readNumber('')).toEqual({ kind: 'empty' });
    expect(readNumber('2550814168025')).toEqual({ kind: 'no_key' });
    expect(readNumber('25508141680253')).toEqual({ kind: 'short', missing: 1 });
    expect(readNumber('2550814168')).toEqual({ kind: 'short', missing: 5 });
    expect(readNumber('2550814168025380')).toEqual({ kind: 'long', extra: 1 });
    expect(readNumber('25508I4168025')).toEqual({ kind: 'foreign', sign: 'I' });
  });

  it('groups the digits as the card does', () => {
    expect(groupNumber('255081416802538')).toBe('2 55 08 14 168 025 38');
    expect(groupNumber('2550')).toBe('2 55 0');
    expect(groupNumber('25508141680253899')).toBe('2 55 08 14 168 025 38 99');
  });
});
