import { renderToStaticMarkup } from 'react-dom/server';
import appEn from '../../messages/en/app.json';
import homeEn from '../../messages/en/home.json';
import appFr from '../../messages/fr/app.json';
import homeFr from '../../messages/fr/home.json';
import { HomePage, type HomeWords } from './home_page';

function words(files: Record<string, Record<string, string>>): HomeWords {
  return (id, values = {}) => {
    const dot = id.indexOf('.');
    const text = files[id.slice(0, dot)]?.[id.slice(dot + 1)];
    if (text === undefined) throw new Error(`no words for ${id}`);
    return text.replace(/\{(\w+)\}/gu, (_all, name: string) => values[name] ?? '');
  };
}

/** Called by build/build.mjs: the home page in both languages, the one not chosen hidden. */
export function renderHome(): { title: string; html: string } {
  const french = renderToStaticMarkup(<HomePage say={words({ app: appFr, home: homeFr })} language="fr" />);
  const english = renderToStaticMarkup(<HomePage say={words({ app: appEn, home: homeEn })} language="en" />);
  return {
    title: `${homeFr.title} - Carnet`,
    html: `<div data-home="fr">${french}</div><div data-home="en" hidden>${english}</div>`,
  };
}
