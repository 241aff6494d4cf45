import { useState } from 'react';
import { Page } from '../app/page';
import { useService } from '../app/service';
import { useSay } from '../app/words';
import { Button, HomeLink, Link } from '../ui/button';
import { Note } from '../ui/notes';
import type { Objected, Opened } from './calls';
import { ReceiptPanel } from './receipt';

export function ActivateLanding({ onStart }: { onStart: (child: boolean) => void }) {
  const say = useSay();
  const [child, setChild] = useState(false);
  const service = useService();
  return (
    <Page title={say('enrollment.activate.title')} width="form">
      <p>{say('enrollment.activate.lead')}</p>
      {child && (
        <div role="status">
          <Note>
            <p>{say('enrollment.activate.child_note')}</p>
          </Note>
        </div>
      )}
      <div className="buttons">
        <Button onPress={() => onStart(child)}>{say('enrollment.have_code')}</Button>
      </div>
      <div className="link-row">
        <Link to="/code" className="link">
          {say('enrollment.no_code')}
        </Link>
        <Button look="link" onPress={() => setChild(!child)} pressed={child}>
          {say('enrollment.activate.child')}
        </Button>
      </div>
      <p className="help">{say('app.strip.phone', { phone: service.phone })}</p>
    </Page>
  );
}

export function ActivateLater() {
  const say = useSay();
  return (
    <Page title={say('enrollment.later')} width="form">
      <p>{say('enrollment.activate.back_later')}</p>
      <p>
        <HomeLink className="link">{say('app.home')}</HomeLink>
      </p>
    </Page>
  );
}

export function AccountDone({ opened, child, secondLetter }: { opened: Opened; child: boolean; secondLetter: boolean }) {
  const say = useSay();
  return (
    <Page title={say(child ? 'enrollment.opened.title_child' : 'enrollment.opened.title')} width="form">
      <ReceiptPanel receipt={opened.receipt} />
      {secondLetter && (
        <Note kind="warn">
          <p>{say('enrollment.opened.second_letter')}</p>
        </Note>
      )}
      <div className="buttons">
        <Link to={`/espace/${opened.who}`} look="main">
          {say(child ? 'enrollment.opened.enter_child' : 'enrollment.opened.enter')}
        </Link>
      </div>
    </Page>
  );
}

export function ObjectionDone({ objected }: { objected: Objected }) {
  const say = useSay();
  return (
    <Page title={say('enrollment.object.done_title')} width="form">
      <p>{say('enrollment.object.done')}</p>
      <ReceiptPanel receipt={objected.receipt} />
      <div className="link-row">
        <Link to="/activer" className="link">
          {say('enrollment.object.change_mind')}
        </Link>
      </div>
    </Page>
  );
}
