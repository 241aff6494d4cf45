import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Hourglass } from 'lucide-react';
import { lazy, Suspense, useEffect, useState } from 'react';
import { DecisionPage, DonePage, ReadFailed } from '../access/decision';
import { Page } from '../app/page';
import { useService } from '../app/service';
import { loadMessages } from '../app/messages';
import { PagePending } from '../app/states';
import { useSay } from '../app/words';
import { useSpaceFailure } from '../record/failure';
import { useSpace, useStep } from '../record/space';
import { SpaceLink } from '../record/space_link';
import { Waiting } from '../record/waiting';
import { Button } from '../ui/button';
import { Icon } from '../ui/icons';
import { cancelContact, contactsQuery, type OwnContact } from './account_calls';
import { ownContactWords } from './own_contact_words';
import '../access/access.css';

/** The change asks for the password and codes: its pages come with their words when it begins. */
const ContactChange = lazy(async () => {
  const [{ ContactChange: Pages }] = await Promise.all([import('./contact_change'), loadMessages(['identity'])]);
  return { default: Pages };
});
const changing = new Set(['nouveau', 'mot-de-passe', 'code', 'confirmer', 'enregistre']);

/** Where codes and messages arrive, and how that is changed: told to the old contact, after a delay. */
export default function ContactsPage() {
  const [step, go] = useStep();
  const [chosen, setChosen] = useState<OwnContact | null>(null);
  const lost = (step === 'annuler' || step === 'annule') && !chosen;
  useEffect(() => {
    if (lost) void go('', { replace: true });
  }, [lost, go]);
  if (changing.has(step))
    return (
      <Suspense fallback={<PagePending />}>
        <ContactChange contact={chosen} />
      </Suspense>
    );
  if (chosen && (step === 'annuler' || step === 'annule')) return <Cancel contact={chosen} />;
  return (
    <Contacts
      onChoose={(next, contact) => {
        setChosen(contact);
        void go(next);
      }}
    />
  );
}

type OnChoose = (step: 'nouveau' | 'confirmer' | 'annuler', contact: OwnContact | null) => void;

const waits = (contact: OwnContact) => contact.pending_until !== undefined || !contact.confirmed;

function Contacts({ onChoose }: { onChoose: OnChoose }) {
  const say = useSay();
  const { who } = useSpace();
  const { phone } = useService();
  const query = useQuery(contactsQuery);
  const failure = useSpaceFailure(query.error);
  if (failure) return failure;
  return (
    <Page
      title={say('account.contacts.title')}
      above={
        <p>
          <SpaceLink who={who} page="parametres" className="link">
            {say('space.settings.back')}
          </SpaceLink>
        </p>
      }
      width="form"
      tall
    >
      {query.isPending && <Waiting text={say('account.loading')} row="tile-skeleton" />}
      {query.isError && <ReadFailed text={say('account.failed')} onRetry={() => void query.refetch()} />}
      {query.data && (
        <>
          <p>{say(query.data.length === 0 ? 'account.contacts.empty' : 'account.contacts.lead')}</p>
          <ul className="bare who-cards">
            {query.data.map((contact) => (
              <li key={contact.id} className={waits(contact) ? 'card card-waits stack-s' : 'card stack-s'}>
                <OneContact contact={contact} all={query.data} onChoose={onChoose} />
              </li>
            ))}
          </ul>
          <p>
            <Button onPress={() => onChoose('nouveau', null)}>{say('account.contacts.add')}</Button>
          </p>
          <p className="help">{say('account.contacts.none', { phone })}</p>
        </>
      )}
    </Page>
  );
}

function OneContact({ contact, all, onChoose }: { contact: OwnContact; all: readonly OwnContact[]; onChoose: OnChoose }) {
  const say = useSay();
  const words = ownContactWords(contact, say);
  if (waits(contact)) return <WaitingContact contact={contact} replaced={all.find((one) => one.id === contact.replaces)} onChoose={onChoose} />;
  return (
    <>
      <h2 className="device-name">{words}</h2>
      {contact.channel !== 'letter' && (
        <p>
          <Button look="link" label={say('account.contacts.change_named', { contact: words })} onPress={() => onChoose('nouveau', contact)}>
            {say('account.contacts.change')}
          </Button>
        </p>
      )}
    </>
  );
}

/** One that does not serve yet: that it waits, what is left to do, and from when it serves. */
function WaitingContact({ contact, replaced, onChoose }: { contact: OwnContact; replaced: OwnContact | undefined; onChoose: OnChoose }) {
  const say = useSay();
  const words = ownContactWords(contact, say);
  const from = contact.pending_until;
  const when = from === undefined ? {} : { date: say.date(from), time: say.time(from) };
  return (
    <>
      <p className="waits-line">
        <Icon of={Hourglass} />
        <strong>{say('account.contacts.waits')}</strong>
      </p>
      <h2 className="device-name">{words}</h2>
      {replaced && <p>{say('account.contact.replaces', { contact: ownContactWords(replaced, say) })}</p>}
      {!contact.confirmed && <p>{say('account.contacts.to_confirm')}</p>}
      {from !== undefined && <p>{say(contact.confirmed ? 'account.contacts.pending' : 'account.contacts.then', when)}</p>}
      <p>{say('account.contacts.until_then')}</p>
      <div className="link-row">
        {!contact.confirmed && (
          <Button look="link" onPress={() => onChoose('confirmer', contact)}>
            {say('account.contacts.confirm')}
          </Button>
        )}
        <Button look="link" label={say('account.contacts.cancel_named', { contact: words })} onPress={() => onChoose('annuler', contact)}>
          {say('account.contacts.cancel')}
        </Button>
      </div>
    </>
  );
}

function Cancel({ contact }: { contact: OwnContact }) {
  const say = useSay();
  const client = useQueryClient();
  const [step, go] = useStep();
  if (step === 'annule')
    return (
      <DonePage title={say('account.contact.cancelled_title')} page="parametres/contacts" back={say('account.contacts.title')}>
        <p>{say('account.contact.cancelled')}</p>
      </DonePage>
    );
  return (
    <DecisionPage
      title={say('account.contacts.cancel')}
      act={say('account.contacts.cancel')}
      keep={say('account.unchanged')}
      onKeep={() => void go('', { replace: true })}
      onAct={async () => {
        await cancelContact(contact.id);
        await go('annule', { replace: true });
        await client.invalidateQueries({ queryKey: contactsQuery.queryKey });
      }}
    >
      <p>
        <strong>{ownContactWords(contact, say)}</strong>
      </p>
      <p>{say('account.contact.cancel_means')}</p>
    </DecisionPage>
  );
}
