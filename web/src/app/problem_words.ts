import { useCallback } from 'react';
import { type Problem, retryMoment, unreachable } from './problem';
import { useService } from './service';
import { useSay, type Say } from './words';

/** Codes a capability has words for, by message id: `{ 'identity.wait': 'identity.too_many' }`. */
export type CodeWords = Record<string, string>;

/** One sentence for any refusal: the capability's own words first, then the waits, then what can be said of any failure. */
export function problemText(problem: Problem, words: CodeWords, say: Say, phone: string, now: number): string {
  const own = words[problem.code];
  if (own) return say(own, { phone });
  if (problem.status === 429) {
    const at = retryMoment(problem.retryAfter ?? 60, now);
    return (problem.retryAfter ?? 0) > 12 * 3600
      ? say('app.errors.wait_day', { date: say.date(at), time: say.localTime(at), phone })
      : say('app.errors.wait', { time: say.localTime(at), phone });
  }
  if (problem.code === unreachable) return say('app.errors.unreachable');
  if (problem.status === 503) return say('app.errors.busy');
  return say('app.errors.server', { phone });
}

export function useProblemText(words: CodeWords): (problem: Problem) => string {
  const say = useSay();
  const { phone } = useService();
  return useCallback((problem) => problemText(problem, words, say, phone, Date.now()), [words, say, phone]);
}
