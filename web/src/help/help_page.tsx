import { Page } from '../app/page';
import { useSay } from '../app/words';

export default function HelpPage() {
  const say = useSay();
  return (
    <Page title={say('help.title')}>
      <p>{say('help.lead')}</p>
    </Page>
  );
}
