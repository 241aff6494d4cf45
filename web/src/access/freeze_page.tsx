import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Page } from '../app/page';
import { useService } from '../app/service';
import { useSay } from '../app/words';
import { spacePath } from '../record/space_link';
import { useSpace } from '../record/space';
import { HomeLink } from '../ui/button';
import { freeze } from './calls';
import { DecisionPage } from './decision';

/** « Tout arrêter »: what it stops, and that nobody lifts it online, said before; every session ends with it, this one too. */
export default function FreezePage() {
  const say = useSay();
  const { who } = useSpace();
  const { phone } = useService();
  const navigate = useNavigate();
  const [frozen, setFrozen] = useState(false);
  // The session is over: this page asks for nothing more, and leads outside.
  if (frozen)
    return (
      <Page title={say('account.freeze.done_title')} width="form">
        <p>{say('account.freeze.done')}</p>
        <p>{say('account.freeze.then', { phone })}</p>
        <p>
          <HomeLink className="button">{say('account.freeze.home')}</HomeLink>
        </p>
      </Page>
    );
  return (
    <DecisionPage
      title={say('account.freeze.title')}
      act={say('account.freeze.do')}
      keep={say('account.unchanged')}
      onKeep={() => void navigate({ to: spacePath(who, 'parametres') })}
      onAct={async () => {
        await freeze(who);
        setFrozen(true);
      }}
    >
      <p>
        <strong>{say('account.freeze.question')}</strong>
      </p>
      <p>{say('account.freeze.means')}</p>
      <ul className="plain-list">
        {['devices', 'carers', 'care'].map((what) => (
          <li key={what}>{say(`account.freeze.${what}`)}</li>
        ))}
      </ul>
      <p>{say('account.freeze.undo', { phone })}</p>
      <p className="help">{say('account.freeze.less')}</p>
    </DecisionPage>
  );
}
