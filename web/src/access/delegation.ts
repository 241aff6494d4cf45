import type { Delegation } from './calls';

/** What may be entrusted, in the order people look for it: classes of documents, then powers beyond reading. */
export const sharedClasses = ['10', '11', '42', '31', '44', '45', '43', '52', '60', '90', '95'] as const;
const named = new Set<string>(sharedClasses);
/** A class of documents, in the words used when it is entrusted. */
export function sharedClassWords(code: string, say: (id: string) => string): string {
  return say(named.has(code) ? `carers.class.${code}` : 'carers.class.other');
}

export const powers = ['traces', 'add', 'contest', 'copy', 'settings'] as const;
export const durations = [1, 3, 6, 12] as const;

/** The same day, some months later; the last of that month when it has none such: 31 August, one month on, is 30 September. */
export function monthsAfter(today: string, months: number): string {
  const [year = 0, month = 1, day = 1] = today.split('-').map(Number);
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(day, last))).toISOString().slice(0, 10);
}

/** The last whole day before an instant: an end at midnight is the end of the day before. */
export function lastDay(until: string): string {
  const end = new Date(until);
  return Number.isNaN(end.getTime()) ? until : new Date(end.getTime() - 1).toISOString();
}

export interface Draft {
  classes: string[];
  powers: string[];
  months: number;
}
export const noDraft: Draft = { classes: [], powers: [], months: 0 };

export function delegationOf(draft: Draft, today: string): Delegation {
  return { classes: draft.classes, powers: draft.powers, until: monthsAfter(today, draft.months) };
}

/** Of a code copied by hand: its signs in capitals, without what stands between its groups. */
export function invitationSigns(typed: string): string {
  return typed.toUpperCase().replace(/[^0-9A-Z]/gu, '');
}

/** As it is read out: three groups of four. */
export function grouped(code: string): string {
  return (invitationSigns(code).match(/.{1,4}/gu) ?? []).join(' ');
}

/** Whole years lived on that day. */
export function ageOn(birth: string, today: string): number {
  const years = Number(today.slice(0, 4)) - Number(birth.slice(0, 4));
  return today.slice(5) < birth.slice(5) ? years - 1 : years;
}
