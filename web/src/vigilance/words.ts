import type { Language } from '../app/preferences';
import { plainSpaces } from '../app/dates';
import type { PlainSay } from './checked';

/** A message as the build parsed it: words (0) and places to fill (1). This capability uses nothing else. */
interface Part {
  type: number;
  value: string;
}
type Catalogue = Record<string, Part[]>;

const files = import.meta.glob<Catalogue>('../../messages/*/vigilance.json', { import: 'default' });

/** The words of these pages without the application's library; an id without words comes back as it is. */
export function sayFrom(catalogue: Catalogue): PlainSay {
  return (id, values = {}) => {
    const parts = catalogue[id.replace(/^vigilance\./u, '')];
    if (!parts) return id;
    return plainSpaces(parts.map((part) => (part.type === 0 ? part.value : (values[part.value] ?? ''))).join(''));
  };
}

const loaded = new Map<Language, Promise<PlainSay>>();

export function loadSay(language: Language): Promise<PlainSay> {
  const known = loaded.get(language);
  if (known) return known;
  const open = files[`../../messages/${language}/vigilance.json`];
  if (!open) throw new Error(`no catalogue ${language}`);
  const coming = open().then(sayFrom);
  coming.catch(() => loaded.delete(language));
  loaded.set(language, coming);
  return coming;
}
