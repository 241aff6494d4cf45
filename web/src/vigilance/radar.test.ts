import { describe, expect, it } from 'vitest';
import { mondayOf, radarSchema } from './radar';

describe('the week of a figure', () => {
  it.each([
    ['2026-W47', '2026-11-16'],
    ['2026-W01', '2025-12-29'],
    ['2026-W53', '2026-12-28'],
    ['2021-W01', '2021-01-04'],
    ['2025-W01', '2024-12-30'],
    ['2025-W00', ''],
    ['2025-W54', ''],
    ['hier', ''],
  ])('%s begins on %s', (week, monday) => expect(mondayOf(week)).toBe(monday));
});

describe('what circulates', () => {
  const weeks = [
    { week: '2026-W46', kinds: [{ kind: 'tax', count: 40 }] },
    { week: '2026-W47', kinds: [{ kind: 'fine', count: 19 }, { kind: 'other', count: 25 }, { kind: 'parcel', count: 100 }, { kind: 'new_one', count: 20 }] },
    { week: '2026-W45', kinds: [{ kind: 'tax', count: 3 }] },
    { week: 'x', kinds: [{ kind: 'tax', count: 300 }] },
  ];
  it('is shown newest week first, largest kind first, no figure under 20', () => {
    const shown = radarSchema.parse({ weeks: weeks.slice(0, 3) });
    expect(shown.map(({ monday }) => monday)).toEqual(['2026-11-16', '2026-11-09']);
    expect(shown[0]?.kinds).toEqual([{ kind: 'parcel', count: 100, share: 100 }, { kind: 'other', count: 45, share: 45 }]);
    expect(shown[1]?.kinds).toEqual([{ kind: 'tax', count: 40, share: 40 }]);
  });

  it('leaves out what is no week', () => expect(radarSchema.parse({ weeks: weeks.slice(3) })).toEqual([]));
  it('refuses what is no radar', () => expect(() => radarSchema.parse({})).toThrow());
});
