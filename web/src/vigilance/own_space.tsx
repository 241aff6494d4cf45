import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../app/api';
import { dropSession } from '../app/session';
import { sessionQuery } from '../app/service';
import { useSay } from '../app/words';
import { Button, Link } from '../ui/button';
import { BusyNote, useBusy } from '../ui/busy';
import { Note } from '../ui/notes';

/** For someone who is signed in: the steps that concern the space, done from here. Nothing for the others. */
export function OwnSpace() {
  const say = useSay();
  const client = useQueryClient();
  const session = useQuery({ ...sessionQuery, throwOnError: false });
  const [asks, setAsks] = useState(false);
  const [state, setState] = useState<'open' | 'frozen' | 'failed'>('open');
  const [busy, run] = useBusy();
  const freeze = () =>
    void run(async () => {
      try {
        await api.command('POST', '/api/spaces/moi/access/freeze');
        setState('frozen');
        dropSession(client);
      } catch {
        setState('failed');
      }
    });
  if (state === 'frozen')
    return (
      <div role="status">
        <Note kind="ok">
          <p>{say('vigilance.own.frozen')}</p>
        </Note>
      </div>
    );
  if (!session.data?.signed_in) return null;
  return (
    <section className="card stack-s no-print" aria-labelledby="own-space">
      <h2 id="own-space">{say('vigilance.own.title')}</h2>
      <p className="link-row">
        <Link to="/espace/moi/parametres">{say('vigilance.own.sessions')}</Link>
        <Link to="/espace/moi/qui-a-consulte">{say('vigilance.own.traces')}</Link>
      </p>
      {asks && <p id="own-stop">{say('vigilance.own.stop_means')}</p>}
      {state === 'failed' && (
        <div role="alert">
          <Note kind="bad">
            <p>{say('vigilance.own.failed')}</p>
          </Note>
        </div>
      )}
      <div className="buttons">
        {asks ? (
          <>
            <Button onPress={freeze} busy={busy} describedBy="own-stop">
              {say('vigilance.own.stop_now')}
            </Button>
            <Button look="plain" onPress={() => setAsks(false)}>
              {say('vigilance.own.keep')}
            </Button>
          </>
        ) : (
          <Button look="plain" onPress={() => setAsks(true)}>
            {say('vigilance.own.stop')}
          </Button>
        )}
      </div>
      <BusyNote busy={busy} />
    </section>
  );
}
