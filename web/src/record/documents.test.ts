import { describe, expect, it } from 'vitest';
import { formatDate } from '../app/dates';
import { actDate, actDateWords, authorWords, groupByMonth, type HealthDocument, isFiltered, listAddress, noFilters } from './documents';

const words = { date: (value: string, style?: 'long' | 'weekday' | 'month') => formatDate(value, 'fr', style) };

function made(id: string, date: string, author: HealthDocument['author'] = {}): HealthDocument {
  return { id, title: id, class: '10', type: '11502-2', date, author, source: 'professional', media: 'pdf', size: 1, deposited_at: '2025-03-04T09:00:00Z', version: 1 };
}

describe('the date of an act', () => {
  it('is known to the day, the month or the year', () => {
    expect(actDate('2021-07-29')).toEqual({ precision: 'day', value: '2021-07-29' });
    expect(actDate('2021-07')).toEqual({ precision: 'month', value: '2021-07' });
    expect(actDate('2021')).toEqual({ precision: 'year', value: '2021' });
    expect(actDate('2021-07-29T23:30:00+02:00')).toEqual({ precision: 'day', value: '2021-07-29' });
    expect(actDate('jadis')).toEqual({ precision: 'none', value: 'jadis' });
  });

  it('is said no more precisely than it is known', () => {
    expect(actDateWords('2021-07-29', words)).toBe('29 juillet 2021');
    expect(actDateWords('2021-07', words)).toBe('juillet 2021');
    expect(actDateWords('2021', words)).toBe('2021');
    expect(actDateWords('2021-07-01', words)).toBe('1er juillet 2021');
  });
});

describe('the list', () => {
  it('has a heading each time the month changes, in the order received', () => {
    const groups = groupByMonth([made('a', '2025-03-04'), made('b', '2025-03-01'), made('c', '2025-02'), made('d', '2025-02-11'), made('e', '2016'), made('f', '2016-05-01')]);
    expect(groups.map((group) => [group.key, group.documents.map((one) => one.id).join('')])).toEqual([
      ['2025-03', 'ab'],
      ['2025-02', 'cd'],
      ['2016', 'e'],
      ['2016-05', 'f'],
    ]);
    expect(groupByMonth([])).toEqual([]);
  });

  it('loses no document of 300', () => {
    const all = Array.from({ length: 300 }, (_none, index) => made(`d${index}`, new Date(Date.UTC(2025, 2, 4) - index * 9 * 86_400_000).toISOString().slice(0, 10)));
    expect(groupByMonth(all).flatMap((group) => group.documents)).toEqual(all);
  });

  it('says who filed a document once, with what is known', () => {
    const profession = (code: string) => (code === '10' ? 'médecin' : code);
    expect(authorWords(made('a', '2025', { name: 'Dr Benali', profession: '10', structure: 'Labo des Lilas' }), profession)).toBe('Dr Benali, médecin, Labo des Lilas');
    expect(authorWords(made('a', '2025', { name: 'Labo des Lilas', structure: 'Labo des Lilas' }), profession)).toBe('Labo des Lilas');
    expect(authorWords(made('a', '2025'), profession)).toBe('');
  });

  it('asks for what is filtered, and nothing else', () => {
    expect(listAddress('moi', noFilters, '')).toBe('/api/spaces/moi/documents');
    expect(listAddress('e7/d1', { class: '42', year: '2024', by: 'a b' }, 'c+1')).toBe('/api/spaces/e7%2Fd1/documents?class=42&year=2024&by=a+b&cursor=c%2B1');
    expect(isFiltered(noFilters)).toBe(false);
    expect(isFiltered({ ...noFilters, by: 'x' })).toBe(true);
  });
});
