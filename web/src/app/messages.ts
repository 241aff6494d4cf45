import type { MessageFormatElement } from 'react-intl';
import { useSyncExternalStore } from 'react';
import { keepLanguage, readLanguage, type Language } from './preferences';

/** One file of the catalogue per capability: messages/<language>/<file>.json, flat keys. In the code a message is `<file>.<key>`. */
export type MessageFile = string;

/** Words already parsed by the build (build/build.mjs). */
type Catalogue = Record<string, MessageFormatElement[]>;

const files = import.meta.glob<Catalogue>(['../../messages/*/*.json', '!**/notices.json', '!**/home.json'], { import: 'default' });

let language: Language = readLanguage();
let catalogue: Catalogue = {};
let snapshot: { language: Language; catalogue: Catalogue } = { language, catalogue };
const loaded = new Set<string>();
const wanted = new Set<MessageFile>();
const listeners = new Set<() => void>();

function publish(): void {
  snapshot = { language, catalogue };
  for (const tell of listeners) tell();
}

async function load(into: Language, file: MessageFile): Promise<Catalogue> {
  const open = files[`../../messages/${into}/${file}.json`];
  if (!open) throw new Error(`no catalogue ${into}/${file}`);
  const entries = Object.entries(await open());
  return Object.fromEntries(entries.map(([key, words]) => [`${file}.${key}`, words]));
}

/** Makes the words of these files ready in the language in force. A route's loader awaits it, so no page shows a bare key. */
export async function loadMessages(names: readonly MessageFile[]): Promise<void> {
  for (const name of names) wanted.add(name);
  const missing = names.filter((name) => !loaded.has(name));
  if (missing.length === 0) return;
  const parts = await Promise.all(missing.map((name) => load(language, name)));
  for (const name of missing) loaded.add(name);
  catalogue = Object.assign({}, catalogue, ...parts);
  publish();
}

/** Same page, other language: everything loaded so far is loaded again, then shown at once. */
export async function changeLanguage(next: Language): Promise<void> {
  const parts = await Promise.all([...wanted].map((name) => load(next, name)));
  language = next;
  keepLanguage(next);
  catalogue = Object.assign({}, ...parts);
  document.documentElement.lang = next;
  publish();
}

export function useCatalogue(): { language: Language; catalogue: Catalogue } {
  return useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => snapshot,
  );
}
