import { describe, expect, it } from 'vitest';
import { formatDate, formatTime, plainSpaces } from './dates';

describe('dates and hours', () => {
  it('says a day', () => {
    expect(formatDate('2025-03-04', 'fr')).toBe('4 mars 2025');
    expect(formatDate('2025-03-04', 'fr', 'weekday')).toBe('mardi 4 mars 2025');
    expect(formatDate('2025-03-01', 'fr')).toBe('1er mars 2025');
    expect(formatDate('2025-02-01', 'fr', 'weekday')).toBe('samedi 1er février 2025');
    expect(formatDate('2025-03-21', 'fr')).toBe('21 mars 2025');
    expect(formatDate('2025-03-01', 'fr', 'month')).toBe('mars 2025');
    expect(formatDate('2025-03-01', 'en')).toBe('1 March 2025');
  });

  it('reads an instant on the service clock: Paris, either side of midnight and of the summer hour', () => {
    expect(formatDate('2025-03-04T23:30:00Z', 'fr')).toBe('5 mars 2025');
    expect(formatTime('2025-03-04T13:07:00Z', 'fr')).toBe('14\u00a0h\u00a007');
    expect(formatTime('2025-07-04T22:00:00Z', 'fr')).toBe('0\u00a0h\u00a000');
    expect(formatTime('2025-03-04T13:07:00Z', 'en')).toBe('2:07\u00a0pm');
    expect(formatTime('2025-07-04T22:00:00Z', 'en')).toBe('12:00\u00a0am');
  });

  it('leaves what it cannot read as it is', () => {
    expect(formatDate('bientôt', 'fr')).toBe('bientôt');
    expect(formatTime('', 'fr')).toBe('');
  });

  it('has no narrow space', () => {
    expect(plainSpaces(new Intl.NumberFormat('fr-FR').format(12345))).toBe('12\u00a0345');
  });
});
