import { Page } from '../app/page';
import { useSay } from '../app/words';
import { Link } from '../ui/button';
import { Section } from './section';

export default function PrivacyPage() {
  const say = useSay();
  return (
    <Page title={say('help.privacy.title')}>
      <p>{say('help.privacy.lead')}</p>
      <div className="stack-l">
        <Section title="help.privacy.what.title" texts={['help.privacy.what']} />
        <Section title="help.privacy.who.title" texts={['help.privacy.who', 'help.privacy.never']} />
        <Section title="help.privacy.long.title" texts={['help.privacy.long']} />
        <Section title="help.privacy.device.title" texts={['help.privacy.device', 'help.privacy.others']} />
        <Section title="help.privacy.rights.title" texts={['help.privacy.rights', 'help.privacy.ask']}>
          <p className="link-row">
            <Link to="/opposition">{say('help.privacy.object')}</Link>
            <Link to="/cloturer">{say('help.privacy.close')}</Link>
          </p>
        </Section>
      </div>
    </Page>
  );
}
