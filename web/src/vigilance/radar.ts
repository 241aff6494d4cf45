import * as z from 'zod/mini';

const body = z.object({ weeks: z.array(z.object({ week: z.string(), kinds: z.array(z.object({ kind: z.string(), count: z.number() })) })) });

/** Fewer reports than this could say something of someone: never shown, whatever came. */
export const leastShown = 20;

export interface Week {
  /** Its Monday. */
  monday: string;
  kinds: { kind: string; count: number; share: number }[];
}

const known = ['health', 'identity', 'parcel', 'tax', 'fine', 'benefits', 'training'];
export const kindName = (kind: string) => (known.includes(kind) ? kind : 'other');

/** "2026-W47" -> "2026-11-16"; "" for what is no week. The fourth of January is always in week 1. */
export function mondayOf(week: string): string {
  const found = /^(\d{4})-W(\d{2})$/u.exec(week);
  if (!found) return '';
  const [year, number] = [Number(found[1]), Number(found[2])];
  if (number < 1 || number > 53) return '';
  const fourth = new Date(Date.UTC(year, 0, 4));
  const monday = new Date(fourth.getTime() + ((number - 1) * 7 - ((fourth.getUTCDay() + 6) % 7)) * 86_400_000);
  return monday.toISOString().slice(0, 10);
}

/** Weeks as shown, newest first: kinds of one name are added up, small figures left out, bars measured against the largest of all. */
export function weeksOf(weeks: z.infer<typeof body>['weeks']): Week[] {
  const counted = weeks.map(({ week, kinds }) => {
    const sums = new Map<string, number>();
    for (const { kind, count } of kinds) if (count >= leastShown) sums.set(kindName(kind), (sums.get(kindName(kind)) ?? 0) + count);
    return { monday: mondayOf(week), kinds: [...sums].sort(([, a], [, b]) => b - a) };
  });
  const largest = Math.max(1, ...counted.flatMap(({ kinds }) => kinds.map(([, count]) => count)));
  return counted
    .filter(({ monday, kinds }) => monday !== '' && kinds.length > 0)
    .sort((a, b) => b.monday.localeCompare(a.monday))
    .map(({ monday, kinds }) => ({ monday, kinds: kinds.map(([kind, count]) => ({ kind, count, share: Math.max(1, Math.round((count / largest) * 100)) })) }));
}

export const radarSchema = { parse: (value: unknown): Week[] => weeksOf(body.parse(value).weeks) };
