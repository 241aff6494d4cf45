/** When to warn and when to end, as a pure function of the time passed since the last sign of life. */
export const warnBefore = 120;

export type IdleState = { phase: 'active' } | { phase: 'warning'; says: '2min' | '1min' | '20s' } | { phase: 'expired' };

/** `idle` and `limit` in seconds. The warning speaks three times, it does not count down. */
export function idleState(idle: number, limit: number): IdleState {
  const left = limit - idle;
  if (left <= 0) return { phase: 'expired' };
  if (left > warnBefore) return { phase: 'active' };
  return { phase: 'warning', says: left > 60 ? '2min' : left > 20 ? '1min' : '20s' };
}
