import { Problem, problemFrom, unreachable } from './problem';

/** Anything that can check a value: every zod schema is one. */
export interface Schema<T> {
  parse(value: unknown): T;
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

async function send(method: Method, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(path, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      headers: body === undefined ? { Accept: 'application/json' } : { Accept: 'application/json', 'Content-Type': body instanceof Blob ? body.type : 'application/json' },
      ...(body === undefined ? {} : { body: body instanceof Blob ? body : JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (thrown) {
    if (signal?.aborted) throw thrown;
    throw new Problem(0, unreachable);
  }
  if (!answer.ok) {
    const refusal = await answer.json().catch(() => null);
    const problem = problemFrom(answer.status, refusal, answer.headers.get('Retry-After'));
    if (problem.status === 401 && problem.code !== 'identity.sign_in_refused') signedOut.dispatchEvent(new Event('signed-out'));
    throw problem;
  }
  return answer;
}

/** Fires when the service no longer knows this session (idle too long, ended elsewhere). app/session.tsx listens. */
export const signedOut = new EventTarget();

async function read<T>(answer: Response, schema: Schema<T>): Promise<T> {
  const body: unknown = await answer.json().catch(() => {
    throw new Problem(answer.status, 'answer.unreadable');
  });
  try {
    return schema.parse(body);
  } catch {
    throw new Problem(answer.status, 'answer.unreadable');
  }
}

/** Every call throws a Problem and nothing else (an aborted one throws its AbortError). Answers are checked against their schema. */
export const api = {
  get: async <T>(path: string, schema: Schema<T>, signal?: AbortSignal): Promise<T> => read(await send('GET', path, undefined, signal), schema),
  post: async <T>(path: string, body: unknown, schema: Schema<T>): Promise<T> => read(await send('POST', path, body), schema),
  /** A call whose answer has no body worth reading. */
  command: async (method: Method, path: string, body?: unknown): Promise<void> => {
    await send(method, path, body);
  },
};
