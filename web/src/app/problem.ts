/** What the service answered when it did not say yes. The page switches on `code`; the words are ours (messages/). */
export interface Issue {
  path: string;
  code: string;
  says: string;
}

export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly issues: Issue[];
  /** Seconds to wait before another try, when the service said so. */
  readonly retryAfter: number | undefined;

  constructor(status: number, code: string, issues: Issue[] = [], retryAfter?: number) {
    super(code);
    this.status = status;
    this.code = code;
    this.issues = issues;
    this.retryAfter = retryAfter;
  }
}

/** No answer at all: cut line, service stopped. Nothing typed is lost; the same call may be sent again. */
export const unreachable = 'unreachable';

export function asProblem(thrown: unknown): Problem {
  return thrown instanceof Problem ? thrown : new Problem(0, unreachable);
}

/** The moment to try again, from a wait in seconds, on the clock of the person's own device. */
export function retryMoment(seconds: number, now: number): string {
  return new Date(Math.ceil((now + seconds * 1000) / 60_000) * 60_000).toISOString();
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Reads a problem+json body of any shape without ever failing: an unknown one becomes a plain refusal with its status. */
export function problemFrom(status: number, body: unknown, retryHeader: string | null): Problem {
  const fields = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const issues = Array.isArray(fields['issues'])
    ? fields['issues'].map((item: unknown) => {
        const issue = (typeof item === 'object' && item !== null ? item : {}) as Record<string, unknown>;
        return { path: text(issue['path']), code: text(issue['code']), says: text(issue['says']) };
      })
    : [];
  const inBody = fields['retry_after_s'];
  const seconds = typeof inBody === 'number' ? inBody : retryHeader ? Number.parseInt(retryHeader, 10) : Number.NaN;
  return new Problem(status, text(fields['code']) || `http.${status}`, issues, Number.isFinite(seconds) ? seconds : undefined);
}
