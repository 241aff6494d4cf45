import { Problem } from '../app/problem';

/** Sending a file in pieces, taken up where it stopped. No I/O of its own: the calls are given. */
export interface UploadCalls {
  begin: (size: number, mediaType: string) => Promise<{ upload: string; received: number; chunk: number }>;
  status: (upload: string) => Promise<{ received: number }>;
  /** How many bytes the service holds after this piece. */
  put: (upload: string, offset: number, bytes: Blob) => Promise<number>;
}

/** What is known of a sending, kept from one try to the next. */
export interface Sending {
  upload: string | null;
  chunk: number;
  received: number;
}

export const notBegun: Sending = { upload: null, chunk: 0, received: 0 };

/** The share of a file that the service has confirmed, in whole percents: 100 only when it holds everything. */
export function percent(received: number, size: number): number {
  return size === 0 ? 0 : Math.floor((100 * Math.min(received, size)) / size);
}

const leastPiece = 128 * 1024;
const pieces = 40;

/** Pieces small enough for the percentage to move on a slow line, never larger than the service takes. */
export function pieceSize(size: number, chunk: number): number {
  return Math.max(1, Math.min(chunk, Math.max(leastPiece, Math.ceil(size / pieces))));
}

/** Where the service says it stands, when it refuses a piece as misplaced. */
export function offsetOf(problem: Problem): number | null {
  const says = problem.issues[0]?.says ?? '';
  const [digits] = /\d+/u.exec(says) ?? [];
  return problem.code === 'record.upload_offset' && digits !== undefined ? Number(digits) : null;
}

async function standing(file: Blob, mediaType: string, calls: UploadCalls, from: Sending): Promise<Sending & { upload: string }> {
  if (from.upload !== null) {
    try {
      const { received } = await calls.status(from.upload);
      return { ...from, upload: from.upload, received };
    } catch (thrown) {
      // Forgotten by the service (too long ago): the file starts again from its first byte.
      if (!(thrown instanceof Problem) || thrown.status !== 404) throw thrown;
    }
  }
  const { upload, received, chunk } = await calls.begin(file.size, mediaType);
  return { upload, received, chunk };
}

/**
 * Sends what the service does not hold yet; `onProgress` is told each time it has confirmed more. Throws the Problem that
 * stopped it; called again with the last Sending it goes on from there.
 */
export async function sendFile(file: Blob, mediaType: string, calls: UploadCalls, from: Sending, onProgress: (sending: Sending) => void): Promise<string> {
  let at = await standing(file, mediaType, calls, from);
  onProgress(at);
  const size = pieceSize(file.size, at.chunk);
  let misplaced = 0;
  while (at.received < file.size) {
    try {
      const received = await calls.put(at.upload, at.received, file.slice(at.received, at.received + size));
      if (received <= at.received) throw new Problem(0, 'record.upload_stuck');
      at = { ...at, received };
      misplaced = 0;
    } catch (thrown) {
      const held = thrown instanceof Problem ? offsetOf(thrown) : null;
      misplaced += 1;
      if (held === null || held > file.size || misplaced > 3) throw thrown;
      at = { ...at, received: held };
    }
    onProgress(at);
  }
  return at.upload;
}
