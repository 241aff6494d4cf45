import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useAct } from '../access/decision';
import { invitationSigns } from '../access/delegation';
import { Page } from '../app/page';
import { dropSession } from '../app/session';
import { sessionQuery, useService } from '../app/service';
import { useSay } from '../app/words';
import { BusyNote } from '../ui/busy';
import { Button, Link } from '../ui/button';
import { mistakeAt } from '../ui/errors';
import { TextField } from '../ui/field';
import { Form } from '../ui/form';
import { stopContactChange } from './account_calls';

const signs = 8;

/** « Arrêter un changement de contact »: by the code told to every contact on file, without signing in. Right or wrong, the answer is the same. */
export default function StopChangePage() {
  const say = useSay();
  const { phone } = useService();
  const client = useQueryClient();
  const [typed, setTyped] = useState('');
  const [done, setDone] = useState(false);
  const { mistakes, setMistakes, busy, act } = useAct({});
  if (done)
    return (
      <Page title={say('stop.done_title')} width="form">
        <p>{say('stop.done')}</p>
        <p>{say('stop.next')}</p>
        <p>
          <Link to="/connexion/oubli" className="button">
            {say('stop.password')}
          </Link>
        </p>
        <p>{say('stop.call', { phone })}</p>
      </Page>
    );
  const submit = () => {
    const code = invitationSigns(typed).replaceAll('O', '0').replaceAll(/[IL]/gu, '1');
    if (code === '') setMistakes([{ field: 'stop-code', text: say('stop.empty') }]);
    else if (code.length !== signs) setMistakes([{ field: 'stop-code', text: say('stop.short', { count: code.length }) }]);
    else
      act(async () => {
        await stopContactChange(`${code.slice(0, 4)}-${code.slice(4)}`);
        // A right code has ended every session, this one too.
        const session = await client.fetchQuery({ ...sessionQuery, staleTime: 0 });
        if (!session.signed_in) dropSession(client);
        setDone(true);
      });
  };
  return (
    <Page title={say('stop.title')} failed={mistakes.length > 0} width="form">
      <p>{say('stop.lead')}</p>
      <p>{say('stop.effect')}</p>
      <Form mistakes={mistakes} onSubmit={submit}>
        <TextField id="stop-code" label={say('stop.label')} help={say('stop.help')} error={mistakeAt(mistakes, 'stop-code')} value={typed} onChange={setTyped} shape="digits" />
        <div className="buttons">
          <Button submit busy={busy}>
            {say('stop.do')}
          </Button>
        </div>
        <BusyNote busy={busy} />
      </Form>
      <p className="help">{say('stop.known')}</p>
      <p>{say('stop.call', { phone })}</p>
    </Page>
  );
}
