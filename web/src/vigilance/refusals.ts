import { retryMoment, unreachable, type Problem } from '../app/problem';

/** The words for a refusal of a check or a report, and the moment to try again ("" when there is none). */
export function refusalWords(problem: Problem, isReport: boolean, now: number): { id: string; at: string } {
  if (problem.status === 429) return { id: isReport ? 'vigilance.report.wait' : 'vigilance.errors.wait', at: retryMoment(problem.retryAfter ?? 60, now) };
  if (problem.code === unreachable) return { id: 'vigilance.errors.unreachable', at: '' };
  if (problem.code === 'vigilance.unreadable') return { id: 'vigilance.errors.unreadable', at: '' };
  if (problem.code === 'vigilance.picture' || problem.code === 'vigilance.no_reader') return { id: 'vigilance.errors.picture', at: '' };
  if (problem.code === 'vigilance.too_large' || problem.status === 413) return { id: 'vigilance.errors.too_large', at: '' };
  if (problem.status === 422 || problem.status === 400) return { id: 'vigilance.errors.empty', at: '' };
  return { id: 'vigilance.errors.server', at: '' };
}
