import { useSyncExternalStore } from 'react';

/** What was typed on the way, shared by activating, objecting, closing and asking for a code: nothing is asked twice. */
export interface Answers {
  code: string;
  number: string;
  serial: string;
  child: boolean;
  identifier: string;
  password: string;
}

const none: Answers = { code: '', number: '', serial: '', child: false, identifier: '', password: '' };
const keptFor = 30 * 60_000;

let answers: Answers = none;
let changedAt = 0;
const listeners = new Set<() => void>();

/** In this window's memory only, and no longer than a form lives. */
function current(): Answers {
  if (answers !== none && Date.now() - changedAt > keptFor) answers = none;
  return answers;
}

export function answer(part: Partial<Answers>): void {
  answers = { ...current(), ...part };
  changedAt = Date.now();
  for (const tell of listeners) tell();
}

/** The person is still there: what they typed lives on. */
export function keepAnswers(): void {
  changedAt = Date.now();
}

export function forgetAnswers(): void {
  answers = none;
  for (const tell of listeners) tell();
}

export function useAnswers(): Answers {
  return useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    current,
  );
}
