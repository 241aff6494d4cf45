import * as z from 'zod/mini';
import { signedOut } from '../app/api';
import { Problem, problemFrom, unreachable } from '../app/problem';

/** Bytes each way, with the same refusals as app/api: everything thrown is a Problem, or the AbortError of `signal`. */
async function send(path: string, init: RequestInit, signal?: AbortSignal): Promise<Response> {
  const answer = await fetch(path, { ...init, credentials: 'same-origin', cache: 'no-store', ...(signal ? { signal } : {}) }).catch((thrown: unknown) => {
    if (signal?.aborted) throw thrown;
    throw new Problem(0, unreachable);
  });
  if (answer.ok) return answer;
  const problem = problemFrom(answer.status, await answer.json().catch(() => null), answer.headers.get('Retry-After'));
  if (problem.status === 401) signedOut.dispatchEvent(new Event('signed-out'));
  throw problem;
}

const received = z.object({ received: z.number() });

/** One piece of a file; how many bytes the service holds now. */
export async function putBytes(path: string, bytes: Blob, signal?: AbortSignal): Promise<number> {
  const answer = await send(path, { method: 'PUT', body: bytes, headers: { 'Content-Type': 'application/octet-stream', Accept: 'application/json' } }, signal);
  try {
    return received.parse(await answer.json()).received;
  } catch {
    throw new Problem(answer.status, 'answer.unreadable');
  }
}

/** A whole file, to be saved: it never stands in the page's memory as bytes. */
export async function getFile(path: string): Promise<Blob> {
  const answer = await send(path, { headers: { Accept: '*/*' } });
  return answer.blob().catch(() => {
    throw new Problem(0, unreachable);
  });
}

/** A whole file. `onProgress` is told the share that has arrived, 0 to 1, when the service says the length. */
export async function getBytes(path: string, onProgress: (share: number) => void, signal?: AbortSignal): Promise<Uint8Array> {
  const answer = await send(path, { headers: { Accept: '*/*' } }, signal);
  const length = Number(answer.headers.get('Content-Length') ?? 0);
  const reader = answer.body?.getReader();
  if (!reader) return new Uint8Array(await answer.arrayBuffer());
  const pieces: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read().catch((thrown: unknown) => {
      if (signal?.aborted) throw thrown;
      throw new Problem(0, unreachable);
    });
    if (done) break;
    pieces.push(value);
    size += value.length;
    if (length > 0) onProgress(Math.min(1, size / length));
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
