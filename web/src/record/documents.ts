import * as z from 'zod/mini';

const author = z.object({ name: z.optional(z.string()), profession: z.optional(z.string()), structure: z.optional(z.string()) });

export const documentSchema = z.object({
  id: z.string(),
  title: z.string(),
  class: z.string(),
  type: z.string(),
  type_label: z.optional(z.string()),
  date: z.string(),
  author,
  source: z.enum(['professional', 'holder']),
  media: z.enum(['pdf', 'image', 'cda']),
  size: z.number(),
  deposited_at: z.string(),
  is_new: z.optional(z.boolean()),
  /** Hidden from professionals by the holder, and then whether emergencies still see it. */
  masked: z.optional(z.boolean()),
  masked_by: z.optional(z.string()),
  visible_in_emergency: z.optional(z.boolean()),
  /** Whether who asks may hide it, and show it again. */
  may_mask: z.optional(z.boolean()),
  version: z.number(),
});
export type HealthDocument = z.infer<typeof documentSchema>;

export const documentListSchema = z.object({
  documents: z.array(documentSchema),
  total: z.number(),
  filtered_total: z.number(),
  facets: z.object({
    classes: z.array(z.object({ code: z.string(), count: z.number() })),
    years: z.array(z.object({ year: z.union([z.number(), z.string()]), count: z.number() })),
    authors: z.array(z.object({ key: z.string(), name: z.string(), count: z.number() })),
  }),
  next_cursor: z.optional(z.string()),
});
export type DocumentList = z.infer<typeof documentListSchema>;
export type Facets = DocumentList['facets'];

export interface Filters {
  class: string;
  year: string;
  by: string;
}
export const noFilters: Filters = { class: '', year: '', by: '' };

export function isFiltered(filters: Filters): boolean {
  return filters.class !== '' || filters.year !== '' || filters.by !== '';
}

/** From this many documents on, filters are offered: below, the eye is quicker. */
export const filtersFrom = 8;
export const pageSize = 25;

export function listAddress(who: string, filters: Filters, cursor: string): string {
  const asked = new URLSearchParams();
  if (filters.class !== '') asked.set('class', filters.class);
  if (filters.year !== '') asked.set('year', filters.year);
  if (filters.by !== '') asked.set('by', filters.by);
  if (cursor !== '') asked.set('cursor', cursor);
  return `/api/spaces/${encodeURIComponent(who)}/documents${asked.size > 0 ? `?${asked}` : ''}`;
}

/** The date of an act may be known to the month or the year only: `2021`, `2021-07`, `2021-07-29`, with or without an hour. */
export type ActDate = { precision: 'day' | 'month' | 'year'; value: string } | { precision: 'none'; value: string };

export function actDate(date: string): ActDate {
  const [, year, month, day] = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?/u.exec(date) ?? [];
  if (!year) return { precision: 'none', value: date };
  if (!month) return { precision: 'year', value: year };
  return day ? { precision: 'day', value: `${year}-${month}-${day}` } : { precision: 'month', value: `${year}-${month}` };
}

/** How a date is said; the words are those of app/words. */
export interface DateWords {
  date(value: string, style?: 'long' | 'weekday' | 'month'): string;
}

export function actDateWords(date: string, words: DateWords): string {
  const act = actDate(date);
  if (act.precision === 'day') return words.date(act.value);
  return act.precision === 'month' ? words.date(`${act.value}-15`, 'month') : act.value;
}

export interface MonthGroup {
  /** "2025-03", or "2025" for what is known to the year only. */
  key: string;
  documents: HealthDocument[];
}

/** In the order received (newest act first), a heading each time the month changes. */
export function groupByMonth(documents: readonly HealthDocument[]): MonthGroup[] {
  const groups: MonthGroup[] = [];
  for (const one of documents) {
    const act = actDate(one.date);
    const key = act.precision === 'day' ? act.value.slice(0, 7) : act.value;
    const last = groups.at(-1);
    if (last?.key === key) last.documents.push(one);
    else groups.push({ key, documents: [one] });
  }
  return groups;
}

/** "Dr Lina Benali, médecin, Labo des Lilas": what is known of who filed a document, without saying anything twice. */
export function authorWords(document: HealthDocument, professionWords: (profession: string) => string): string {
  const { name = '', profession = '', structure = '' } = document.author;
  const parts = [name, profession === '' ? '' : professionWords(profession), structure];
  return [...new Set(parts.filter((part) => part !== ''))].join(', ');
}
