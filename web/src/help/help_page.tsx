import { useEffect } from 'react';
import { Page } from '../app/page';
import { useSay } from '../app/words';
import { Link } from '../ui/button';
import { Section } from './section';

/** The other roads first, then the questions people ask. */
export default function HelpPage() {
  const say = useSay();
  useEffect(() => {
    const section = location.hash === '' ? null : document.getElementById(location.hash.slice(1));
    section?.scrollIntoView();
    section?.querySelector('h2')?.focus();
  }, []);
  return (
    <Page title={say('help.title')}>
      <p>{say('help.lead')}</p>
      <div className="stack-l">
        <Section title="help.phone.title" texts={['help.phone.text', 'help.phone.have', 'help.phone.relay']} />
        <Section title="help.near.title" texts={['help.near.text', 'help.near.bring']} id="pres-de-chez-vous" />
        <Section title="help.post.title" texts={['help.post.text']} />
        <Section title="help.lures.title" texts={['help.lures.never', 'help.lures.free', 'help.lures.do', 'help.lures.call']}>
          <p className="link-row">
            <a href="/verifier">{say('help.lures.check')}</a>
            <Link to="/signaler">{say('help.lures.report')}</Link>
            <Link to="/arreter-changement">{say('help.lures.stop')}</Link>
          </p>
        </Section>
        <Section title="help.code.title" texts={['help.code.text', 'help.code.life']}>
          <p className="link-row">
            <Link to="/code">{say('help.code.link')}</Link>
          </p>
        </Section>
        <Section title="help.card.title" texts={['help.card.text', 'help.card.lost']} />
        <Section title="help.nophone.title" texts={['help.nophone.text']} />
        <Section title="help.who.title" texts={['help.who.text', 'help.who.never']} />
        <Section title="help.secret.title" texts={['help.secret.minor', 'help.secret.adult']} />
        <Section title="help.quit.title" texts={['help.quit.text', 'help.quit.history']} />
      </div>
    </Page>
  );
}
