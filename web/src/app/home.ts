/** All the script of the home page: the language, the service's name and mode, and the way out. */
import { keepLanguage, readLanguage, type Language } from './preferences';
import { quitQuickly, watchQuitKeys } from './quit';

function show(language: Language): void {
  document.documentElement.lang = language;
  for (const half of document.querySelectorAll<HTMLElement>('[data-home]')) half.hidden = half.dataset['home'] !== language;
  const shown = document.querySelector<HTMLElement>(`[data-home="${language}"]`);
  document.title = [shown?.querySelector('h1')?.textContent, shown?.querySelector('[data-name]')?.textContent].join(' - ');
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
  show(readLanguage());
}

show(readLanguage());
watchQuitKeys();
each('[data-quit]', (found) => found.addEventListener('click', () => quitQuickly()));
each('[data-language]', (found) =>
  found.addEventListener('click', () => {
    const next: Language = found.dataset['language'] === 'en' ? 'en' : 'fr';
    keepLanguage(next);
    show(next);
    document.querySelector<HTMLElement>(`[data-home="${next}"] [data-language]`)?.focus();
  }),
);
void fetch('/api/service', { credentials: 'same-origin' })
  .then((answer) => (answer.ok ? answer.json() : {}))
  .then(learn)
  .catch(() => undefined);
