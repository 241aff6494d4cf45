import type { ReactNode } from 'react';
import { DoorOpen } from 'lucide-react';
import { BrandMark, Icon } from '../ui/icons';

/** Fills a message's braces: a plain page carries no library. */
export type PlainWords = (id: string, values?: Record<string, string>) => string;

interface PlainFrameProps {
  say: PlainWords;
  language: 'fr' | 'en';
  /** The id of the page's <main>, for the skip link. */
  content: string;
  isHome?: boolean;
  children: ReactNode;
}

/**
 * What stands around a page rendered once, at build, and shown with no React at all. Its few lines of script are
 * app/plain.ts: they fill in what the service says (name, demonstration) and change the language.
 */
export function PlainFrame({ say, language, content, isHome = false, children }: PlainFrameProps) {
  const other = language === 'fr' ? 'en' : 'fr';
  return (
    <div className="frame">
      <a className="skip" href={`#${content}`}>
        {say('app.skip')}
      </a>
      <header className="header">
        <div className="strip" data-strip="" data-demonstration={say('app.strip.demonstration')}>
          <span>{say('app.strip.phone', { phone: '3422' })}</span>
        </div>
        <div className="header-inner">
          <a href="/" className="brand" {...(isHome ? { 'aria-current': 'page' as const } : {})}>
            <BrandMark />
            <span data-name="">Carnet</span>
          </a>
          <div className="header-tools">
            <button type="button" className="link" data-language={other} lang={other}>
              {say('app.other_language')}
            </button>
            <button type="button" className="button button-plain button-small" data-quit="">
              <Icon of={DoorOpen} />
              {say('app.quit')}
            </button>
          </div>
        </div>
      </header>
      <div className="frame-body">{children}</div>
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
