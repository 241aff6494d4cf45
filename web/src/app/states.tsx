import { Button, HomeLink } from '../ui/button';
import { Page } from './page';
import { useService } from './service';
import { useSay } from './words';

/** The three things a page may be instead of itself. The words are those of app.json, always loaded first. */
export function PagePending() {
  const say = useSay();
  return (
    <main id="contenu" tabIndex={-1} className="page page-tall">
      <p role="status">{say('app.loading')}</p>
    </main>
  );
}

export function PageFailed() {
  const say = useSay();
  const service = useService();
  return (
    <Page title={say('app.failed.title')}>
      <p>{say('app.failed.text', { phone: service.phone })}</p>
      <div className="buttons">
        <Button onPress={() => location.reload()}>{say('app.retry')}</Button>
      </div>
    </Page>
  );
}

export function PageMissing() {
  const say = useSay();
  const service = useService();
  return (
    <Page title={say('app.missing.title')} tall>
      <p>{say('app.missing.text', { phone: service.phone })}</p>
      <p>
        <HomeLink className="link">{say('app.home')}</HomeLink>
      </p>
    </Page>
  );
}
