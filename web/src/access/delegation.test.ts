import { describe, expect, it } from 'vitest';
import { ageOn, delegationOf, grouped, invitationSigns, lastDay, monthsAfter } from './delegation';
import { actsFor, relationWords } from './professionals';
import { rppsDigits } from './professional_pages';
import type { Professional } from './calls';

describe('what is entrusted', () => {
  it('ends on the same day, or the last of a shorter month', () => {
    expect(monthsAfter('2025-03-04', 1)).toBe('2025-04-04');
    expect(monthsAfter('2025-08-31', 1)).toBe('2025-09-30');
    expect(monthsAfter('2025-12-15', 3)).toBe('2026-03-15');
    expect(monthsAfter('2024-02-29', 12)).toBe('2025-02-28');
    expect(delegationOf({ classes: ['10'], powers: [], months: 6 }, '2025-03-04')).toEqual({ classes: ['10'], powers: [], until: '2025-09-04' });
  });

  it('says the last day included, not the midnight after it', () => {
    expect(lastDay('2025-09-04T22:00:00Z')).toBe('2025-09-04T21:59:59.999Z');
    expect(lastDay('soon')).toBe('soon');
  });

  it('reads a code however it was copied', () => {
    expect(invitationSigns(' k7qm-2w9f 4txa')).toBe('K7QM2W9F4TXA');
    expect(grouped('k7qm-2w9f-4txa')).toBe('K7QM 2W9F 4TXA');
    expect(rppsDigits('10 001.234-567')).toBe('10001234567');
  });

  it('counts whole years', () => {
    expect(ageOn('2009-03-05', '2025-03-04')).toBe(15);
    expect(ageOn('2009-03-04', '2025-03-04')).toBe(16);
  });
});

describe('a professional of the list', () => {
  const one = (more: Partial<Professional>): Professional => ({ rpps: '1', name: 'Dr Roy', relations: [], blocked: false, refused: false, ...more });

  it('is offered only what changes something', () => {
    expect(actsFor(one({ relations: ['care_team'] }))).toEqual(['block', 'refuse']);
    expect(actsFor(one({ relations: ['declared_gp'] }))).toEqual(['block']);
    expect(actsFor(one({ relations: ['care_team'], refused: true }))).toEqual(['block', 'restore']);
    expect(actsFor(one({ relations: ['care_team'], blocked: true, refused: true }))).toEqual(['unblock']);
    expect(actsFor(one({ relations: ['occupational'] }))).toEqual(['block', 'occupational_end']);
  });

  it('is said with reasons that hold, the strongest first', () => {
    const say = Object.assign((id: string) => id.replace('access.why.', ''), { date: (value: string) => value, time: (value: string) => value });
    expect(relationWords(one({ relations: ['author', 'care_team', 'declared_gp'], since: '2024' }), 'self', say)).toEqual(['declared_gp', 'care_team_since', 'author']);
    expect(relationWords(one({ relations: ['care_team', 'author'], refused: true }), 'self', say)).toEqual(['author']);
  });
});
