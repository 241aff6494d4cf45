import { DoorOpen, TriangleAlert } from 'lucide-react';
import { BrandMark, Icon } from '../ui/icons';

/** Fills a message's braces: the home page carries no library. */
export type HomeWords = (id: string, values?: Record<string, string>) => string;

/**
 * The home page, in one language. It is rendered once, at build, and shown with no React at all:
 * plain links, no state. What the service says (name, demonstration) is filled in by app/home.ts.
 */
export function HomePage({ say, language }: { say: HomeWords; language: 'fr' | 'en' }) {
  return (
    <div className="frame">
      <a className="skip" href={`#contenu-${language}`}>
        {say('app.skip')}
      </a>
      <header className="header">
        <div className="strip" data-strip="" data-demonstration={say('app.strip.demonstration')}>
          <span>{say('app.strip.phone', { phone: '3422' })}</span>
        </div>
        <div className="header-inner">
          <a href="/" className="brand" aria-current="page">
            <BrandMark />
            <span data-name="">Carnet</span>
          </a>
          <div className="header-tools">
            <button type="button" className="link" data-language={language === 'fr' ? 'en' : 'fr'} lang={language === 'fr' ? 'en' : 'fr'}>
              {say('app.other_language')}
            </button>
            <button type="button" className="button button-plain button-small" data-quit="">
              <Icon of={DoorOpen} />
              {say('app.quit')}
            </button>
          </div>
        </div>
      </header>
      <div className="frame-body">
        <HomeMain say={say} language={language} />
      </div>
      <footer className="footer">
        <div className="footer-inner">
          <ul>
            <li>
              <a href="/aide">{say('app.footer.help')}</a>
            </li>
            <li>
              <a href="/accessibilite">{say('app.footer.accessibility')}</a>
            </li>
            <li>
              <a href="/vie-privee">{say('app.footer.privacy')}</a>
            </li>
            <li hidden data-outbox="">
              <a href="/demonstration/courrier">{say('app.footer.outbox')}</a>
            </li>
          </ul>
          <p className="help">{say('app.footer.quit')}</p>
        </div>
      </footer>
    </div>
  );
}

function HomeMain({ say, language }: { say: HomeWords; language: 'fr' | 'en' }) {
  return (
    <main id={`contenu-${language}`} tabIndex={-1} className="home page">
      <div className="home-lead stack">
        <h1>{say('home.title')}</h1>
        <div className="buttons buttons-equal">
          <a className="button" href="/activer">
            {say('home.activate')}
          </a>
          <a className="button" href="/opposition">
            {say('home.object')}
          </a>
        </div>
        <div className="link-row">
          <a href="/connexion">{say('home.sign_in')}</a>
          <a href="/code">{say('home.no_code')}</a>
        </div>
      </div>
      <section className="note note-warn home-lures">
        <Icon of={TriangleAlert} />
        <div className="stack-s">
          <h2>{say('home.lures.title')}</h2>
          <p>
            {say('home.lures.lead')} {say('home.lures.list')} <strong>{say('home.lures.address')}</strong>
          </p>
        </div>
      </section>
      <section className="stack-s">
        <h2>{say('home.nothing.title')}</h2>
        <p>{say('home.nothing.text')}</p>
        <p className="link-row">
          <a href="/cloturer">{say('home.nothing.close')}</a>
        </p>
      </section>
      <section className="stack-s">
        <h2>{say('home.offline.title')}</h2>
        <p>{say('home.offline.text', { phone: '3422' })}</p>
        <p className="link-row">
          <a href="/aide#pres-de-chez-vous">{say('home.offline.near')}</a>
        </p>
      </section>
    </main>
  );
}
