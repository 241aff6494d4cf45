import type { ReactElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import appEn from '../../messages/en/app.json';
import homeEn from '../../messages/en/home.json';
import vigilanceEn from '../../messages/en/vigilance.json';
import appFr from '../../messages/fr/app.json';
import homeFr from '../../messages/fr/home.json';
import vigilanceFr from '../../messages/fr/vigilance.json';
import { CheckPage } from '../vigilance/check_page';
import { HomePage } from './home_page';
import type { PlainWords } from './plain_frame';

type Files = Record<string, Record<string, string>>;

function words(files: Files): PlainWords {
  return (id, values = {}) => {
    const dot = id.indexOf('.');
    const text = files[id.slice(0, dot)]?.[id.slice(dot + 1)];
    if (text === undefined) throw new Error(`no words for ${id}`);
    return text.replace(/\{(\w+)\}/gu, (_all, name: string) => values[name] ?? '');
  };
}

const french = words({ app: appFr, home: homeFr, vigilance: vigilanceFr });
const english = words({ app: appEn, home: homeEn, vigilance: vigilanceEn });

function both(name: string, page: (props: { say: PlainWords; language: 'fr' | 'en' }) => ReactElement): string {
  const half = (language: 'fr' | 'en', say: PlainWords) => renderToStaticMarkup(page({ say, language }));
  return `<div data-plain="${name}"><div data-half="fr">${half('fr', french)}</div><div data-half="en" lang="en" hidden>${half('en', english)}</div></div>`;
}

/** Called by build/build.mjs: the pages shown without React, in both languages, the one not chosen hidden. */
export function renderPlain(): { title: string; html: string } {
  return { title: `${homeFr.title} - Carnet`, html: both('home', HomePage) + both('check', CheckPage) };
}
