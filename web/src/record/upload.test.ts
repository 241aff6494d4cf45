import { describe, expect, it } from 'vitest';
import { Problem, unreachable } from '../app/problem';
import { notBegun, offsetOf, percent, pieceSize, type Sending, sendFile, type UploadCalls } from './upload';

const bytes = Uint8Array.from({ length: 1_000_000 }, (_none, index) => index % 251);
const file = new Blob([bytes]);

/** A service that keeps what it receives, and breaks when told to. */
class Service implements UploadCalls {
  held = new Uint8Array(0);
  begun = 0;
  puts: number[] = [];
  known = true;
  breakAt: number | null = null;
  refusal: Problem | null = null;

  begin = async (size: number) => {
    expect(size).toBe(file.size);
    this.begun += 1;
    this.held = new Uint8Array(0);
    this.known = true;
    return { upload: `u${this.begun}`, received: 0, chunk: 200_000 };
  };
  status = async () => {
    if (!this.known) throw new Problem(404, 'not_found');
    return { received: this.held.length };
  };
  put = async (_upload: string, offset: number, piece: Blob) => {
    this.puts.push(offset);
    if (this.refusal) throw this.refusal;
    if (this.breakAt !== null && offset >= this.breakAt) throw new Problem(0, unreachable);
    if (offset !== this.held.length) throw new Problem(409, 'record.upload_offset', [{ path: '', code: '', says: String(this.held.length) }]);
    const more = new Uint8Array(await piece.arrayBuffer());
    this.held = new Uint8Array(Buffer.concat([this.held, more]));
    return this.held.length;
  };
}

async function stopped(run: Promise<unknown>): Promise<Problem> {
  const thrown: unknown = await run.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(thrown instanceof Problem)) throw new Error('it did not stop');
  return thrown;
}

describe('sending a file', () => {
  it('sends every byte once, in order, and says how much is held', async () => {
    const service = new Service();
    const seen: number[] = [];
    await expect(sendFile(file, 'image/png', service, notBegun, (at) => seen.push(percent(at.received, file.size)))).resolves.toBe('u1');
    expect(Buffer.compare(service.held, bytes)).toBe(0);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen[0]).toBe(0);
    expect(seen.at(-1)).toBe(100);
    expect(new Set(service.puts).size).toBe(service.puts.length);
  });

  it('goes on from where a cut line left it', async () => {
    const service = new Service();
    service.breakAt = 600_000;
    let last: Sending = notBegun;
    const problem = await stopped(sendFile(file, 'image/png', service, last, (at) => (last = at)));
    expect(problem.code).toBe(unreachable);
    const before = service.held.length;
    expect(last.received).toBe(before);
    service.breakAt = null;
    service.puts = [];
    await sendFile(file, 'image/png', service, last, (at) => (last = at));
    expect(service.puts[0]).toBe(before);
    expect(service.begun).toBe(1);
    expect(Buffer.compare(service.held, bytes)).toBe(0);
  });

  it('believes the service about what it holds: an answer lost on the way is not sent twice', async () => {
    const service = new Service();
    await service.begin(file.size);
    service.held = bytes.slice(0, 131_072);
    const lost: Sending = { upload: 'u1', chunk: 200_000, received: 0 };
    await sendFile(file, 'image/png', service, lost, () => undefined);
    expect(service.puts[0]).toBe(131_072);
    expect(Buffer.compare(service.held, bytes)).toBe(0);
  });

  it('realigns when a piece is refused as misplaced, and gives up when that does not help', async () => {
    const service = new Service();
    await service.begin(file.size);
    service.held = bytes.slice(0, 300_000);
    service.status = async () => ({ received: 100_000 });
    await sendFile(file, 'image/png', service, { upload: 'u1', chunk: 200_000, received: 0 }, () => undefined);
    expect(Buffer.compare(service.held, bytes)).toBe(0);
    const stubborn = new Service();
    stubborn.refusal = new Problem(409, 'record.upload_offset', [{ path: '', code: '', says: '5' }]);
    const problem = await stopped(sendFile(file, 'image/png', stubborn, notBegun, () => undefined));
    expect(problem.code).toBe('record.upload_offset');
    expect(stubborn.puts.length).toBeLessThan(6);
  });

  it('starts again when the service has forgotten, and stops at a refusal', async () => {
    const service = new Service();
    service.known = false;
    await sendFile(file, 'image/png', service, { upload: 'old', chunk: 200_000, received: 500_000 }, () => undefined);
    expect(service.begun).toBe(1);
    expect(service.puts[0]).toBe(0);
    service.refusal = new Problem(422, 'record.media_type');
    await expect(stopped(sendFile(file, 'image/png', service, notBegun, () => undefined))).resolves.toMatchObject({ code: 'record.media_type' });
  });

  it('never turns for ever around a service that takes nothing', async () => {
    const service = new Service();
    service.put = async () => 0;
    await expect(stopped(sendFile(file, 'image/png', service, notBegun, () => undefined))).resolves.toMatchObject({ code: 'record.upload_stuck' });
  });
});

it('says a true percentage', () => {
  expect(percent(0, 1000)).toBe(0);
  expect(percent(999, 1000)).toBe(99);
  expect(percent(1000, 1000)).toBe(100);
  expect(percent(5, 0)).toBe(0);
});

it('cuts pieces small enough to move, within what the service takes', () => {
  expect(pieceSize(10_000, 1_048_576)).toBe(131_072);
  expect(pieceSize(26_214_400, 1_048_576)).toBe(655_360);
  expect(pieceSize(26_214_400, 65_536)).toBe(65_536);
  expect(pieceSize(26_214_400, 0)).toBe(1);
});

it('reads where the service stands only from that refusal', () => {
  expect(offsetOf(new Problem(409, 'record.upload_offset', [{ path: '', code: '', says: '{"received":600000}' }]))).toBe(600_000);
  expect(offsetOf(new Problem(409, 'record.upload_offset'))).toBeNull();
  expect(offsetOf(new Problem(409, 'other', [{ path: '', code: '', says: '5' }]))).toBeNull();
});
