import type { CodeWords } from '../app/problem_words';
import { type Say, useSay } from '../app/words';

const known = new Set('10 21 26 28 35 36 40 50 60 70 80 81 86 91 92 94 95 96 98'.split(' '));

/** A profession by its national code (`10`, `10/SM54`), else as it was written. */
export function professionWords(profession: string, say: Say): string {
  const [code = ''] = profession.split('/');
  return known.has(code) ? say(`professions.${code}`) : profession;
}

export function useProfessionWords(): (profession: string) => string {
  const say = useSay();
  return (profession) => professionWords(profession, say);
}

const classes = new Set('10 11 31 42 43 44 45 52 60 90 95'.split(' '));

export function classWords(code: string, say: Say): string {
  return say(classes.has(code) ? `record.class.${code}` : 'record.class.other');
}

/** What the service may refuse of a document. */
export const recordWords: CodeWords = { 'access.state_refuses_holder': 'record.errors.archive' };

/** What it may refuse of a file that is added. */
export const addWords: CodeWords = {
  'record.too_large': 'add.errors.too_large',
  'record.media_type': 'add.errors.kind',
  'record.content_refused': 'add.errors.content',
  'record.upload_stuck': 'app.errors.unreachable',
  'record.perhaps_added': 'add.errors.perhaps_added',
  'access.state_refuses_holder': 'add.errors.archive',
};
