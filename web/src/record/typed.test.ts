import { describe, expect, it } from 'vitest';
import { judgeFile, kindOf, maxBytes, megabytes } from './file_kind';
import { readDate } from './typed_date';

const read = (day: string, month: string, year: string) => {
  const reading = readDate({ day, month, year }, '2025-03-04');
  return reading.kind === 'good' ? reading.date : `${reading.kind} ${reading.field}`;
};

describe('a date in three fields', () => {
  it('is a day of the calendar, not of tomorrow', () => {
    expect(read('4', '3', '2025')).toBe('2025-03-04');
    expect(read(' 04 ', '03', '2025')).toBe('2025-03-04');
    expect(read('29', '2', '2024')).toBe('2024-02-29');
    expect(read('29', '2', '2023')).toBe('impossible day');
    expect(read('31', '4', '2024')).toBe('impossible day');
    expect(read('4', 'mars', '2024')).toBe('impossible day');
    expect(read('4', '13', '2024')).toBe('impossible day');
    expect(read('1', '1', '1899')).toBe('impossible day');
    expect(read('5', '3', '2025')).toBe('future year');
  });

  it('says what is missing', () => {
    expect(read('', '', '')).toBe('empty day');
    expect(read('', '3', '2025')).toBe('no_day day');
    expect(read('4', '', '2025')).toBe('no_month month');
    expect(read('4', '3', '')).toBe('no_year year');
    expect(read('4', '3', '25')).toBe('short_year year');
  });

  it('is not bounded while the service has not said its day', () => {
    expect(readDate({ day: '1', month: '1', year: '2030' }, '').kind).toBe('good');
  });
});

describe('a file', () => {
  it('is what its first bytes say', () => {
    expect(kindOf(new TextEncoder().encode('%PDF-1.7'))).toBe('application/pdf');
    expect(kindOf(Uint8Array.from([0x89, 0x50, 0x4e, 0x47]))).toBe('image/png');
    expect(kindOf(Uint8Array.from([0xff, 0xd8, 0xff, 0xe0]))).toBe('image/jpeg');
    expect(kindOf(new TextEncoder().encode('<html>'))).toBeNull();
    expect(kindOf(new Uint8Array(0))).toBeNull();
  });

  it('is refused with its reason before anything leaves', async () => {
    expect(await judgeFile(null)).toEqual({ mistake: 'none' });
    expect(await judgeFile(new Blob([]))).toEqual({ mistake: 'empty' });
    expect(await judgeFile(new Blob([new Uint8Array(maxBytes + 1)]))).toEqual({ mistake: 'large' });
    expect(await judgeFile(new Blob(['bonjour']))).toEqual({ mistake: 'kind' });
    expect(await judgeFile(new Blob(['%PDF-1.7']))).toEqual({ kind: 'application/pdf' });
  });

  it('has a size that people read, never smaller than the limit it passes', () => {
    expect(megabytes(31 * 1024 * 1024)).toBe(31);
    expect(megabytes(maxBytes)).toBe(25);
    expect(megabytes(maxBytes + 1)).toBe(25.1);
    expect(megabytes(300)).toBe(0.1);
    expect(megabytes(2_400_000)).toBe(2.3);
  });
});
