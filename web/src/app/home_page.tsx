import { TriangleAlert } from 'lucide-react';
import { Icon } from '../ui/icons';
import { PlainFrame, type PlainWords } from './plain_frame';

/** The home page, in one language: plain links, no state. */
export function HomePage({ say, language }: { say: PlainWords; language: 'fr' | 'en' }) {
  const content = `contenu-${language}`;
  return (
    <PlainFrame say={say} language={language} content={content} isHome>
      <main id={content} tabIndex={-1} className="home page">
        <HomeLead say={say} />
        <section className="note note-warn home-lures">
          <Icon of={TriangleAlert} />
          <div className="stack-s">
            <h2>{say('home.lures.title')}</h2>
            <p>
              {say('home.lures.lead')} {say('home.lures.list')} <strong>{say('home.lures.address')}</strong>
            </p>
            <p className="link-row">
              <a href="/verifier">{say('home.lures.check')}</a>
              <a href="/signaler">{say('home.lures.report')}</a>
              <a href="/arreter-changement">{say('home.lures.stop')}</a>
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
    </PlainFrame>
  );
}

function HomeLead({ say }: { say: PlainWords }) {
  return (
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
  );
}
