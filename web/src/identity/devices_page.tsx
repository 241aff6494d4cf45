import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { DecisionPage, DonePage, ReadFailed, useAct } from '../access/decision';
import { Page } from '../app/page';
import { useSay } from '../app/words';
import { useSpaceFailure } from '../record/failure';
import { useSpace, useStep } from '../record/space';
import { SpaceLink } from '../record/space_link';
import { Waiting } from '../record/waiting';
import { BusyNote } from '../ui/busy';
import { Button, Link } from '../ui/button';
import { ErrorSummary } from '../ui/errors';
import { type Device, devicesQuery, endOtherSessions, endSession } from './account_calls';
import '../record/record.css';
import '../access/access.css';

/** Where the account is open, in words; each device, or all the others, can be signed out. */
export default function DevicesPage() {
  const say = useSay();
  const client = useQueryClient();
  const [step, go] = useStep();
  if (step === 'partout')
    return (
      <DecisionPage
        title={say('account.devices.end_others')}
        act={say('account.devices.end_others')}
        keep={say('account.unchanged')}
        onKeep={() => void go('', { replace: true })}
        onAct={async () => {
          await endOtherSessions();
          client.removeQueries({ queryKey: devicesQuery.queryKey });
          await go('partout-fait', { replace: true });
        }}
      >
        <p>{say('account.devices.end_others_means')}</p>
      </DecisionPage>
    );
  if (step === 'partout-fait' || step === 'fait') {
    const words = step === 'fait' ? 'account.devices.ended' : 'account.devices.all_ended';
    return (
      <DonePage title={say(`${words}_title`)} page="parametres/appareils" back={say('account.devices.back')}>
        <p>{say(words)}</p>
      </DonePage>
    );
  }
  return <Devices />;
}

function Devices() {
  const say = useSay();
  const { who } = useSpace();
  const [, go] = useStep();
  const query = useQuery(devicesQuery);
  const failure = useSpaceFailure(query.error);
  const { mistakes, busy, act } = useAct({});
  const [ending, setEnding] = useState('');
  if (failure) return failure;
  const devices = query.data ?? [];
  const end = (device: Device) => {
    setEnding(device.id);
    act(async () => {
      await endSession(device.id);
      await go('fait', { replace: true });
    });
  };
  return (
    <Page
      title={say('account.devices.title')}
      failed={mistakes.length > 0}
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
      <ErrorSummary mistakes={mistakes} />
      {query.isPending && <Waiting text={say('account.loading')} row="tile-skeleton" />}
      {query.isError && <ReadFailed text={say('account.failed')} onRetry={() => void query.refetch()} />}
      {query.data && (
        <>
          <p>{say('account.devices.lead')}</p>
          <ul className="bare who-cards">
            {devices.map((device) => (
              <li key={device.id} className="card stack-s">
                <OneDevice device={device} busy={busy && ending === device.id} onEnd={() => end(device)} />
              </li>
            ))}
          </ul>
          <BusyNote busy={busy} />
          {devices.some((device) => !device.current) ? (
            <>
              <p>{say('account.devices.not_you')}</p>
              <p>
                <SpaceLink who={who} page="parametres/appareils" step="partout" className="button">
                  {say('account.devices.end_others')}
                </SpaceLink>
              </p>
            </>
          ) : (
            <>
              <p>{say('account.devices.only')}</p>
              <p>{say('account.devices.password_why')}</p>
            </>
          )}
          <p>
            <Link to="/connexion/oubli" className="link">
              {say('account.devices.password')}
            </Link>
          </p>
        </>
      )}
    </Page>
  );
}

function OneDevice({ device, busy, onEnd }: { device: Device; busy: boolean; onEnd: () => void }) {
  const say = useSay();
  const name = device.device && device.device !== '' ? device.device : say('account.devices.unknown');
  const began = say.date(device.began_at);
  return (
    <>
      <h2 className="device-name">
        {name}
        {device.current && (
          <>
            {' '}
            <span className="tag">{say('account.devices.current')}</span>
          </>
        )}
      </h2>
      <p>{say('account.devices.began', { date: began, time: say.time(device.began_at) })}</p>
      <p>{say('account.devices.used', { date: say.date(device.last_used_at), time: say.time(device.last_used_at) })}</p>
      {!device.current && (
        <p>
          <Button look="link" busy={busy} label={say('account.devices.end_named', { device: name, date: began })} onPress={onEnd}>
            {say('account.devices.end')}
          </Button>
        </p>
      )}
    </>
  );
}
