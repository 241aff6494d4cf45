import { expect, it } from 'vitest';
import { idleState } from './idle_clock';

it('warns two minutes before the end, speaks three times, then ends', () => {
  const limit = 15 * 60;
  expect(idleState(0, limit)).toEqual({ phase: 'active' });
  expect(idleState(limit - 121, limit)).toEqual({ phase: 'active' });
  expect(idleState(limit - 120, limit)).toEqual({ phase: 'warning', says: '2min' });
  expect(idleState(limit - 61, limit)).toEqual({ phase: 'warning', says: '2min' });
  expect(idleState(limit - 60, limit)).toEqual({ phase: 'warning', says: '1min' });
  expect(idleState(limit - 20, limit)).toEqual({ phase: 'warning', says: '20s' });
  expect(idleState(limit, limit)).toEqual({ phase: 'expired' });
  expect(idleState(limit + 9000, limit)).toEqual({ phase: 'expired' });
});
