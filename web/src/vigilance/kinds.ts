/** How something was received. */
export const kinds = ['sms', 'email', 'call', 'link'] as const;
export type Kind = (typeof kinds)[number];

const header = /^(from|de|expéditeur|subject|objet|date|to|à)\s*:/imu;
const longestSms = 700;

/** A guess, from what was given to be checked: it only chooses where a report is sent, and the page offers the others. */
export function kindOf(text: string, isFile: boolean): Kind {
  const words = text.trim();
  if (isFile) return 'email';
  if (/^[+\d][\d\s().-]{2,20}$/u.test(words)) return 'call';
  if (!/\s/u.test(words) && /[^.]\.[^.]/u.test(words)) return 'link';
  return words.length > longestSms || (header.test(words) && words.includes('\n')) ? 'email' : 'sms';
}

/** The largest e-mail the service takes. */
export const maxEmlBytes = 8 * 1024 * 1024;

/** The largest screenshot the service takes. */
export const maxPictureBytes = 10 * 1024 * 1024;

/** PNG and JPEG, by what the device says of them: what phones make of their screen. */
export const pictureTypes = 'image/png,image/jpeg';
export const isPicture = (file: Blob | null): boolean => file !== null && pictureTypes.split(',').includes(file.type);

/** A file as the service wants it. Its name is not sent. */
export async function base64Of(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 0x8000) parts.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)));
  return btoa(parts.join(''));
}

export interface Ticks {
  health_card: boolean;
  payment: boolean;
  link: boolean;
}
export const tickNames = ['health_card', 'payment', 'link'] as const;

/** What someone gave to be checked. Kept by the page alone, for as long as it stands. */
export interface Draft {
  text: string;
  sender: string;
  file: File | null;
  cannotCopy: boolean;
  ticks: Ticks;
}

export const emptyDraft = (): Draft => ({ text: '', sender: '', file: null, cannotCopy: false, ticks: { health_card: false, payment: false, link: false } });

export type DraftMistake = 'empty' | 'too_large' | 'picture_size' | 'picture';

export function mistakeOf(draft: Draft): DraftMistake | null {
  if (draft.cannotCopy) return tickNames.some((name) => draft.ticks[name]) ? null : 'empty';
  if (draft.file && isPicture(draft.file)) return draft.file.size > maxPictureBytes ? 'picture_size' : draft.file.size === 0 ? 'empty' : null;
  if (draft.file?.type.startsWith('image/')) return 'picture';
  if (draft.file) return draft.file.size > maxEmlBytes ? 'too_large' : draft.file.size === 0 ? 'empty' : null;
  return draft.text.trim() === '' ? 'empty' : null;
}

/** The body of a check; a report adds how it was received. */
export async function bodyOf(draft: Draft): Promise<Record<string, unknown>> {
  if (draft.cannotCopy) return { text: '', ticks: draft.ticks };
  if (draft.file) return { eml: await base64Of(draft.file) };
  const sender = draft.sender.trim();
  return { text: draft.text, ...(sender ? { sender } : {}) };
}
