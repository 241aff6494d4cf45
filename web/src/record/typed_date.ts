/** A date typed in three fields. */
export interface TypedDate {
  day: string;
  month: string;
  year: string;
}
export const noDate: TypedDate = { day: '', month: '', year: '' };

export type DateReading =
  | { kind: 'good'; date: string }
  | { kind: 'empty' | 'no_day' | 'no_month' | 'no_year' | 'short_year' | 'impossible' | 'future'; field: keyof TypedDate };

const digits = (typed: string) => typed.replace(/\s/gu, '');

/** What to mend first, or the day as `2025-03-04`. `today` bounds it: a document is not of tomorrow. */
export function readDate(typed: TypedDate, today: string): DateReading {
  const [day, month, year] = [digits(typed.day), digits(typed.month), digits(typed.year)];
  if (day === '' && month === '' && year === '') return { kind: 'empty', field: 'day' };
  if (day === '') return { kind: 'no_day', field: 'day' };
  if (month === '') return { kind: 'no_month', field: 'month' };
  if (year === '') return { kind: 'no_year', field: 'year' };
  if (/^\d{1,3}$/u.test(year)) return { kind: 'short_year', field: 'year' };
  if (!/^\d{1,2}$/u.test(day) || !/^\d{1,2}$/u.test(month) || !/^(19|20)\d{2}$/u.test(year)) return { kind: 'impossible', field: 'day' };
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const real = new Date(`${date}T12:00:00Z`);
  if (Number.isNaN(real.getTime()) || real.toISOString().slice(0, 10) !== date) return { kind: 'impossible', field: 'day' };
  return today !== '' && date > today ? { kind: 'future', field: 'year' } : { kind: 'good', date };
}
