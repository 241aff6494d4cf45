/** The script that every page without React shares: the language, the service's name and mode, and the way out. */
import { keepLanguage, readLanguage, type Language } from './preferences';
import { quitQuickly, watchQuitKeys } from './quit';

/** Which of the document's plain pages this is: build/boot.js chose it by the address. */
export type PlainName = 'home' | 'check';

export interface PlainPage {
  name: PlainName;
  /** What the window is named in the language now shown, before the service's name. Without it: the page's h1. */
  title?: (half: HTMLElement) => string;
  /** The other half of the page is now shown. */
  onLanguage?: (language: Language) => void;
}

export interface Plain {
  language(): Language;
  half(language: Language): HTMLElement;
  /** Names the window again. */
  name(): void;
}

function each(selector: string, act: (found: HTMLElement) => void): void {
  document.querySelectorAll<HTMLElement>(selector).forEach(act);
}

function learn(service: { name?: unknown; mode?: unknown }): void {
  if (typeof service.name === 'string') {
    const name = service.name;
    each('[data-name]', (found) => (found.textContent = name));
  }
  if (service.mode === 'demonstration') {
    each('[data-strip]', (found) => {
      found.classList.add('strip-demonstration');
      const words = document.createElement('span');
      words.textContent = found.dataset['demonstration'] ?? '';
      found.replaceChildren(words);
    });
    each('[data-outbox]', (found) => (found.hidden = false));
  }
}

/** Both languages stand in the page; the one not chosen is hidden. The other plain pages of the document are taken out. */
export function startPlain(page: PlainPage): Plain {
  each(`[data-plain]:not([data-plain="${page.name}"])`, (other) => other.remove());
  let language = readLanguage();
  const half = (of: Language) => document.querySelector<HTMLElement>(`[data-plain] > [data-half="${of}"]`)!;
  const name = () => {
    const shown = half(language);
    const title = page.title?.(shown) ?? shown.querySelector('h1')?.textContent;
    document.title = [title, shown.querySelector('[data-name]')?.textContent].join(' - ');
  };
  const show = () => {
    document.documentElement.lang = language;
    each('[data-plain] > [data-half]', (found) => (found.hidden = found.dataset['half'] !== language));
    name();
  };
  each('[data-quit]', (found) => found.addEventListener('click', () => quitQuickly()));
  each('[data-language]', (found) =>
    found.addEventListener('click', () => {
      language = found.dataset['language'] === 'en' ? 'en' : 'fr';
      keepLanguage(language);
      show();
      page.onLanguage?.(language);
      half(language).querySelector<HTMLElement>('[data-language]')?.focus();
    }),
  );
  show();
  watchQuitKeys();
  void fetch('/api/service', { credentials: 'same-origin' })
    .then((answer) => (answer.ok ? answer.json() : {}))
    .then(learn)
    .then(name)
    .catch(() => undefined);
  return { language: () => language, half, name };
}
