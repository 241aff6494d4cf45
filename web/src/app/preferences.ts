/** The only two things kept on the device: the language and the light. Neither says anything about a person. */
export type Language = 'fr' | 'en';
export type Theme = 'auto' | 'light' | 'dark';

const languageKey = 'carnet.language';
const themeKey = 'carnet.theme';

function stored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // A browser that forbids storage still shows the page; the choice lasts as long as it.
  }
}

export function readLanguage(): Language {
  return stored(languageKey) === 'en' ? 'en' : 'fr';
}

export function keepLanguage(language: Language): void {
  keep(languageKey, language);
}

export function readTheme(): Theme {
  const value = stored(themeKey);
  return value === 'light' || value === 'dark' ? value : 'auto';
}

export function applyTheme(theme: Theme): void {
  keep(themeKey, theme);
  if (theme === 'auto') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}
