/** Dates and hours as people say them, from codes (`2025-03-04`, `2025-03-04T13:07:00Z`). The service lives in Paris time. */
export type DateStyle = 'long' | 'weekday' | 'month';

const zone = 'Europe/Paris';

const options: Record<DateStyle, Intl.DateTimeFormatOptions> = {
  long: { day: 'numeric', month: 'long', year: 'numeric' },
  weekday: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  month: { month: 'long', year: 'numeric' },
};

/** Our letters have no narrow no-break space; the plain no-break one reads the same. */
export function plainSpaces(text: string): string {
  return text.replace(/\u202f/gu, '\u00a0');
}

function at(instant: string): Date | null {
  const date = new Date(/^\d{4}-\d{2}-\d{2}$/u.test(instant) ? `${instant}T12:00:00Z` : instant);
  return Number.isNaN(date.getTime()) ? null : date;
}

/** "4 mars 2025", "mardi 4 mars 2025", "mars 2025"; the first of a month is "1er". An unreadable value comes back as it is. */
export function formatDate(value: string, locale: string, style: DateStyle = 'long'): string {
  const date = at(value);
  if (!date) return value;
  const text = plainSpaces(new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : 'fr-FR', { ...options[style], timeZone: zone }).format(date));
  return locale === 'en' || style === 'month' ? text : text.replace(/(^|\s)1(?=\s)/u, '$11er');
}

/** "14 h 07" in French, "2:07 pm" in English. `null` as time zone: the device's. */
export function formatTime(value: string, locale: string, timeZone: string | null = zone): string {
  const date = at(value);
  if (!date) return value;
  const parts = new Intl.DateTimeFormat('en-GB', { hour: 'numeric', minute: '2-digit', hour12: false, ...(timeZone ? { timeZone } : {}) }).formatToParts(date);
  const hour = Number(parts.find((part) => part.type === 'hour')?.value ?? '0') % 24;
  const minute = parts.find((part) => part.type === 'minute')?.value ?? '00';
  if (locale === 'en') return `${hour % 12 === 0 ? 12 : hour % 12}:${minute}\u00a0${hour < 12 ? 'am' : 'pm'}`;
  return `${hour}\u00a0h\u00a0${minute}`;
}
