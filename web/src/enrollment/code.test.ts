import { describe, expect, it } from 'vitest';
import { checkSigns, codeSigns, groupCode, readCode, shownCode } from './code';

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

function codes(count: number): string[] {
  let state = 20250304;
  const draw = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return alphabet[state >>> 27] ?? '0';
  };
  return Array.from({ length: count }, () => {
    const data = Array.from({ length: 10 }, draw).join('');
    return data + checkSigns(data);
  });
}

describe('the provisional code', () => {
  it('computes the check signs of the formula', () => {
    const data = 'K7QM2W9F4T';
    const sum = [...data].reduce((total, sign, index) => total + BigInt(alphabet.indexOf(sign)) * 37n ** BigInt(10 - index), 0n) % 1021n;
    expect(checkSigns(data)).toBe(`${alphabet[Number(sum / 32n)]}${alphabet[Number(sum % 32n)]}`);
    expect(checkSigns('0000000000')).toBe('00');
    expect(checkSigns('0000000001')).toBe('15');
  });

  it('catches every single slip and every swap of neighbours', () => {
    for (const code of codes(40)) {
      expect(readCode(code)).toEqual({ kind: 'good', code: groupCode(code) });
      for (let at = 0; at < 12; at += 1) {
        for (const sign of alphabet) {
          if (sign !== code[at]) expect(readCode(code.slice(0, at) + sign + code.slice(at + 1)).kind).toBe('misspelt');
        }
        const [here, next] = [code[at], code[at + 1]];
        if (next !== undefined && here !== next) expect(readCode(code.slice(0, at) + next + here + code.slice(at + 2)).kind).toBe('misspelt');
      }
    }
  });

  it('reads any case, spaces, dashes, O, I and L as the same value', () => {
    const data = 'K7QM2W9F01';
    const code = data + checkSigns(data);
    const good = { kind: 'good', code: groupCode(code) };
    expect(readCode(` ${code.slice(0, 4).toLowerCase()} ${code.slice(4, 8).toLowerCase()}-${code.slice(8)}`)).toEqual(good);
    expect(readCode(`K7QM 2W9F oi${code.slice(10)}`)).toEqual(good);
    expect(readCode(`K7QM\u00a02W9F\u2011Ol${code.slice(10)}`)).toEqual(good);
    expect(codeSigns('oil-0')).toBe('0110');
  });

  it('says what is wrong', () => {
    expect(readCode('  ')).toEqual({ kind: 'empty' });
    expect(readCode('K7QM 2W9F')).toEqual({ kind: 'short', missing: 4 });
    expect(readCode('K7QM 2W9F 4TXAB')).toEqual({ kind: 'long', extra: 1 });
    expect(readCode('K7QM U')).toEqual({ kind: 'foreign', sign: 'U' });
    expect(readCode('K7QM é')).toEqual({ kind: 'foreign', sign: 'É' });
  });

  it('shows groups of four', () => {
    expect(shownCode('k7qm2w9f4t')).toBe('K7QM 2W9F 4T');
    expect(shownCode('k7qm-')).toBe('K7QM');
  });
});
