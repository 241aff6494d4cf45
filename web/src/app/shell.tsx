import type { ReactNode } from 'react';
import { DoorOpen } from 'lucide-react';
import { Button, HomeLink, Link } from '../ui/button';
import { BrandMark, Icon } from '../ui/icons';
import { changeLanguage, useCatalogue } from './messages';
import { quitQuickly } from './quit';
import { useService } from './service';
import { useSay } from './words';

function Strip() {
  const say = useSay();
  const service = useService();
  if (service.mode === 'demonstration') {
    return (
      <div className="strip strip-demonstration">
        <span>{say('app.strip.demonstration')}</span>
      </div>
    );
  }
  return <div className="strip">{say('app.strip.phone', { phone: service.phone })}</div>;
}

function LanguageButton() {
  const say = useSay();
  const other = useCatalogue().language === 'fr' ? 'en' : 'fr';
  return (
    <Button look="link" onPress={() => void changeLanguage(other)}>
      <span lang={other}>{say('app.other_language')}</span>
    </Button>
  );
}

/** Leaves at once for a neutral page: in the header of every page. */
export function QuitButton() {
  const say = useSay();
  return (
    <Button look="plain" small onPress={quitQuickly}>
      <Icon of={DoorOpen} />
      {say('app.quit')}
    </Button>
  );
}

function Footer() {
  const say = useSay();
  const service = useService();
  return (
    <footer className="footer">
      <div className="footer-inner">
        <ul>
          <li>
            <Link to="/aide">{say('app.footer.help')}</Link>
          </li>
          <li>
            <Link to="/accessibilite">{say('app.footer.accessibility')}</Link>
          </li>
          <li>
            <Link to="/vie-privee">{say('app.footer.privacy')}</Link>
          </li>
          {service.mode === 'demonstration' && (
            <li>
              <Link to="/demonstration/courrier">{say('app.footer.outbox')}</Link>
            </li>
          )}
        </ul>
        <p className="help">{say('app.footer.phone', { phone: service.phone })}</p>
        <p className="help">{say('app.footer.quit')}</p>
      </div>
    </footer>
  );
}

interface ShellProps {
  /** Beside the service's name: "Espace de Léa (votre fille)". */
  title?: ReactNode;
  /** More tools in the header, before "Quitter vite": sign-out. */
  tools?: ReactNode;
  /** A full-width line under the header, in a child's space. */
  band?: ReactNode;
  /** The navigation of a space: bar at the bottom of a phone, left column from 1024 px. Class `space-nav`. */
  nav?: ReactNode;
  children: ReactNode;
}

/** What stands around every page: skip link, strip, header, the page's own <main>, footer. */
export function Shell({ title, tools, band, nav, children }: ShellProps) {
  const say = useSay();
  const service = useService();
  return (
    <div className="frame">
      <a className="skip" href="#contenu">
        {say('app.skip')}
      </a>
      <header className="header">
        <Strip />
        <div className="header-inner">
          <HomeLink className="brand">
            <BrandMark />
            {service.name}
          </HomeLink>
          {title && <p className="header-title">{title}</p>}
          <div className="header-tools">
            <LanguageButton />
            {tools}
            <QuitButton />
          </div>
        </div>
      </header>
      {band && <div className="band">{band}</div>}
      <div className={nav ? 'frame-body frame-columns' : 'frame-body'}>
        {children}
        {nav}
      </div>
      <Footer />
    </div>
  );
}
