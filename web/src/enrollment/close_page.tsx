import { Page } from '../app/page';
import { useSay } from '../app/words';
import { Button, HomeLink } from '../ui/button';
import { type Closed, closeNow } from './calls';
import { ReceiptPanel } from './receipt';
import { ShortPath } from './short_path';

/** Closing a space that opened by itself and was never opened by its holder: no account is needed. */
export default function ClosePage() {
  const say = useSay();
  return (
    <ShortPath<Closed>
      path="/cloturer"
      purpose="close"
      landing={({ haveCode, noCode }) => (
        <Page title={say('enrollment.close.title')} width="form">
          <p>{say('enrollment.close.lead')}</p>
          <p>{say('enrollment.close.kept')}</p>
          <div className="buttons buttons-equal">
            <Button onPress={haveCode}>{say('enrollment.have_code')}</Button>
            <Button onPress={noCode}>{say('enrollment.no_code')}</Button>
          </div>
        </Page>
      )}
      decisionTitle={say('enrollment.close.decide_title')}
      meaning={
        <>
          <p>{say('enrollment.close.lead')}</p>
          <p>{say('enrollment.close.kept')}</p>
        </>
      }
      buttons={(busy, decide, leave) => (
        <>
          <Button busy={busy} onPress={decide}>
            {say('enrollment.close.decide')}
          </Button>
          <Button onPress={leave}>{say('enrollment.close.keep')}</Button>
        </>
      )}
      send={closeNow}
      done={(closed) => (
        <Page title={say('enrollment.close.done_title')} width="form">
          <p>{closed.kept_until ? say('enrollment.close.done', { date: say.date(closed.kept_until) }) : say('enrollment.close.done_plain')}</p>
          <ReceiptPanel receipt={closed.receipt} />
        </Page>
      )}
      left={
        <Page title={say('enrollment.close.kept_title')} width="form">
          <p>{say('enrollment.close.kept_text')}</p>
          <p>
            <HomeLink className="link">{say('app.home')}</HomeLink>
          </p>
        </Page>
      }
    />
  );
}
