/** What a file is by its first bytes, whatever its name says. */
export type FileKind = 'application/pdf' | 'image/png' | 'image/jpeg';

const marks: [FileKind, number[]][] = [
  ['application/pdf', [0x25, 0x50, 0x44, 0x46, 0x2d]],
  ['image/png', [0x89, 0x50, 0x4e, 0x47]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
];

export function kindOf(head: Uint8Array): FileKind | null {
  return marks.find(([, bytes]) => bytes.every((byte, index) => head[index] === byte))?.[0] ?? null;
}

/** The largest document the service takes. */
export const maxBytes = 25 * 1024 * 1024;

export type FileMistake = 'none' | 'empty' | 'large' | 'kind';

export async function judgeFile(file: Blob | null): Promise<{ mistake: FileMistake } | { kind: FileKind }> {
  if (!file) return { mistake: 'none' };
  if (file.size === 0) return { mistake: 'empty' };
  if (file.size > maxBytes) return { mistake: 'large' };
  const kind = kindOf(new Uint8Array(await file.slice(0, 8).arrayBuffer()));
  return kind ? { kind } : { mistake: 'kind' };
}

/** In Mo as people read them: "0,4", "2,3", "31". */
export function megabytes(bytes: number): number {
  const exact = bytes / (1024 * 1024);
  if (exact >= 26 || Number.isInteger(exact)) return Math.round(exact);
  return Math.max(0.1, Math.ceil(exact * 10) / 10);
}
