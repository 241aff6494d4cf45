import { describe, expect, it } from 'vitest';
import { asProblem, Problem, problemFrom, retryMoment } from './problem';
import { problemText } from './problem_words';
import type { Say } from './words';

const say = ((id: string, values?: Record<string, unknown>) => [id, ...Object.entries(values ?? {}).map(([key, value]) => `${key}=${String(value)}`)].join(' ')) as Say;
say.localTime = (value) => value.slice(11, 16);
say.date = (value) => value.slice(0, 10);

const now = Date.parse('2025-03-04T13:20:10Z');
const words = { 'identity.one_time_code_wrong': 'identity.one_time.wrong' };
const textOf = (problem: Problem) => problemText(problem, words, say, '3422', now);

describe('a refusal', () => {
  it('is read from problem+json', () => {
    const problem = problemFrom(422, { code: 'identity.number_key', issues: [{ path: '/number', code: 'key', says: 'no' }, 7] }, null);
    expect(problem.code).toBe('identity.number_key');
    expect(problem.issues[0]).toEqual({ path: '/number', code: 'key', says: 'no' });
    expect(problem.issues[1]).toEqual({ path: '', code: '', says: '' });
    expect(problem.retryAfter).toBeUndefined();
  });

  it('is read from anything else too', () => {
    expect(problemFrom(502, null, null).code).toBe('http.502');
    expect(problemFrom(503, '<html>', '30').retryAfter).toBe(30);
    expect(problemFrom(429, { code: 'identity.wait', retry_after_s: 900 }, '30').retryAfter).toBe(900);
    expect(problemFrom(429, { code: 1, issues: 'x' }, 'soon')).toMatchObject({ code: 'http.429', issues: [], retryAfter: undefined });
    expect(asProblem(new TypeError('cut'))).toMatchObject({ status: 0, code: 'unreachable' });
  });
});

describe('the words for it', () => {
  it("are the capability's own first", () => {
    expect(textOf(new Problem(422, 'identity.one_time_code_wrong'))).toBe('identity.one_time.wrong phone=3422');
  });

  it('give the hour of the next try, rounded up to the minute, and the day when it is far', () => {
    expect(textOf(new Problem(429, 'enrollment.wait', [], 885))).toBe('app.errors.wait time=13:35 phone=3422');
    expect(textOf(new Problem(429, 'enrollment.wait', [], 24 * 3600))).toBe('app.errors.wait_day date=2025-03-05 time=13:21 phone=3422');
    expect(retryMoment(0, Date.parse('2025-03-04T13:20:00Z'))).toBe('2025-03-04T13:20:00.000Z');
  });

  it('say what can be said of a failure', () => {
    expect(textOf(new Problem(0, 'unreachable'))).toBe('app.errors.unreachable');
    expect(textOf(new Problem(503, 'busy'))).toBe('app.errors.busy');
    expect(textOf(new Problem(500, 'fault'))).toBe('app.errors.server phone=3422');
    expect(textOf(new Problem(422, 'never.heard.of'))).toBe('app.errors.server phone=3422');
  });
});
