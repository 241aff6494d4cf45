import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { DonePage, useAct } from '../access/decision';
import { Page } from '../app/page';
import { asProblem } from '../app/problem';
import { useSay } from '../app/words';
import { confirmReauthentication } from '../enrollment/space/calls';
import { Confirm } from '../enrollment/space/confirm';
import { useStep } from '../record/space';
import { BusyNote } from '../ui/busy';
import { Button } from '../ui/button';
import { mistakeAt, type Mistake } from '../ui/errors';
import { Choices, TextField } from '../ui/field';
import { Form } from '../ui/form';
import { StepBar } from '../ui/progress';
import { addContact, confirmContact, contactsQuery, type OwnContact } from './account_calls';
import { ownContactWords } from './own_contact_words';
import { oneTimeDigits } from './one_time_code';
import { oneTimeCodeWords } from './words';

interface Asked {
  channel: string;
  address: string;
}
const channels = ['sms', 'voice', 'email'] as const;

/** The new contact, the password and a code to the old one, then a code to the new one: steps `nouveau` to `enregistre`. */
export function ContactChange({ contact }: { contact: OwnContact | null }) {
  const say = useSay();
  const [step, go] = useStep();
  const client = useQueryClient();
  const [asked, setAsked] = useState<Asked>({ channel: '', address: '' });
  const [made, setMade] = useState<{ id: string; effective_at: string } | null>(null);
  const [refused, setRefused] = useState(false);
  const waiting = made ?? (contact && !contact.confirmed ? { id: contact.id, effective_at: contact.pending_until ?? '' } : null);
  const lost = ((step === 'mot-de-passe' || step === 'code') && asked.address === '') || (step === 'confirmer' && !waiting) || (step === 'enregistre' && !waiting);
  useEffect(() => {
    if (lost) void go('', { replace: true });
  }, [lost, go]);
  if (step === 'enregistre' && waiting)
    return (
      <DonePage title={say('account.contact.done_title')} page="parametres/contacts" back={say('account.contacts.title')}>
        {waiting.effective_at !== '' && <p>{say('account.contact.effective', { date: say.date(waiting.effective_at), time: say.time(waiting.effective_at) })}</p>}
        <p>{say('account.contact.done')}</p>
      </DonePage>
    );
  if (step === 'confirmer' && waiting) return <NewCode id={waiting.id} />;
  if ((step === 'mot-de-passe' || step === 'code') && !lost)
    return (
      <Confirm
        title={say('account.contact.confirm_title')}
        meaning={<p>{say('account.contact.confirm_meaning', { address: asked.address })}</p>}
        act={say('account.contact.do')}
        onCode={async (code) => {
          await confirmReauthentication(code);
          try {
            setMade(await addContact({ ...asked, ...(contact ? { replaces: contact.id } : {}) }));
          } catch (thrown) {
            // What the service will not take as an address is mended where it was typed.
            if (asProblem(thrown).status !== 422) throw thrown;
            setRefused(true);
            await go('nouveau', { replace: true });
            return;
          }
          await go('confirmer', { replace: true });
          await client.invalidateQueries({ queryKey: contactsQuery.queryKey });
        }}
      />
    );
  return (
    <NewContact
      contact={contact}
      asked={asked}
      refused={refused}
      onChange={(next) => {
        setRefused(false);
        setAsked(next);
      }}
      onNext={() => void go('mot-de-passe')}
    />
  );
}

interface NewContactProps {
  contact: OwnContact | null;
  asked: Asked;
  refused: boolean;
  onChange: (asked: Asked) => void;
  onNext: () => void;
}

function NewContact({ contact, asked, refused, onChange, onNext }: NewContactProps) {
  const say = useSay();
  const [, go] = useStep();
  const [mistakes, setMistakes] = useState<readonly Mistake[]>(refused ? [{ field: 'address', text: say('account.contact.bad_address') }] : []);
  const submit = () => {
    const found: Mistake[] = [];
    if (asked.channel === '') found.push({ field: 'channel', text: say('account.contact.no_channel') });
    if (asked.address.trim() === '') found.push({ field: 'address', text: say('account.contact.no_address') });
    setMistakes(found);
    if (found.length === 0) onNext();
  };
  return (
    <Page title={say('account.contact.title')} failed={mistakes.length > 0} above={<StepBar onBack={() => void go('')} />} width="form">
      {contact && <p>{say('account.contact.replaces', { contact: ownContactWords(contact, say) })}</p>}
      <p>{say('account.contact.delay')}</p>
      <Form mistakes={mistakes} onSubmit={submit}>
        <Choices
          id="channel"
          legend={say('account.contact.channel')}
          error={mistakeAt(mistakes, 'channel')}
          choices={channels.map((value) => ({ value, label: say(`account.contact.channel.${value}`) }))}
          value={asked.channel}
          onChange={(channel) => onChange({ ...asked, channel })}
        />
        <TextField
          id="address"
          label={say('account.contact.address')}
          help={say('account.contact.address_help')}
          error={mistakeAt(mistakes, 'address')}
          value={asked.address}
          onChange={(address) => onChange({ ...asked, address })}
          inputMode={asked.channel === 'email' ? 'email' : 'tel'}
          autoComplete={asked.channel === 'email' ? 'email' : 'tel'}
        />
        <div className="buttons">
          <Button submit>{say('app.continue')}</Button>
        </div>
      </Form>
    </Page>
  );
}

/** The code that the new contact received: it proves whose it is. */
function NewCode({ id }: { id: string }) {
  const say = useSay();
  const client = useQueryClient();
  const [, go] = useStep();
  const [typed, setTyped] = useState('');
  const { mistakes, setMistakes, busy, act } = useAct(oneTimeCodeWords, (problem) => (problem.code.startsWith('identity.one_time_code') ? 'one-time-code' : undefined));
  const submit = () => {
    const code = oneTimeDigits(typed);
    if (code === '') setMistakes([{ field: 'one-time-code', text: say('identity.one_time.empty') }]);
    else
      act(async () => {
        await confirmContact(id, code);
        await go('enregistre', { replace: true });
        await client.invalidateQueries({ queryKey: contactsQuery.queryKey });
      });
  };
  return (
    <Page title={say('account.contact.code_title')} failed={mistakes.length > 0} above={<StepBar onBack={() => void go('')} />} width="form">
      <p>{say('account.contact.code_lead')}</p>
      <Form mistakes={mistakes} onSubmit={submit}>
        <TextField
          id="one-time-code"
          label={say('account.contact.code_label')}
          error={mistakeAt(mistakes, 'one-time-code')}
          value={typed}
          onChange={setTyped}
          autoComplete="one-time-code"
          inputMode="numeric"
          shape="digits"
        />
        <div className="buttons">
          <Button submit busy={busy}>
            {say('account.contact.code_do')}
          </Button>
        </div>
        <BusyNote busy={busy} />
      </Form>
    </Page>
  );
}
