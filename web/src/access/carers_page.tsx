import { useQuery } from '@tanstack/react-query';
import { Baby, MapPinOff, UserRoundKey, UserRoundPlus } from 'lucide-react';
import { lazy, Suspense, useEffect, useState } from 'react';
import { Page } from '../app/page';
import { useService, useSession } from '../app/service';
import { PagePending } from '../app/states';
import { useSay } from '../app/words';
import { childrenQuery } from '../enrollment/space/calls';
import { Tile } from '../enrollment/space/tile';
import { useSpaceFailure } from '../record/failure';
import { useSpace, useStep, useWhose } from '../record/space';
import { SpaceLink } from '../record/space_link';
import { Waiting } from '../record/waiting';
import { Button, Link } from '../ui/button';
import { accessQuery, type AccessList, type Carer } from './calls';
import { ReadFailed } from './decision';
import { ageOn, lastDay, sharedClassWords } from './delegation';
import './access.css';

const CarerPages = lazy(() => import('./carer_pages'));

/** « Mes enfants, mes aidants »: who helps, who is helped, and each decision on a page of its own. */
export default function CarersPage() {
  const [step, go] = useStep();
  const [ending, setEnding] = useState<Carer | null>(null);
  const lost = (step === 'arreter' || step === 'arrete') && !ending;
  useEffect(() => {
    if (lost) void go('', { replace: true });
  }, [lost, go]);
  if (step !== '' && !lost)
    return (
      <Suspense fallback={<PagePending />}>
        <CarerPages ending={ending} />
      </Suspense>
    );
  return (
    <Carers
      onEnd={(carer) => {
        setEnding(carer);
        void go('arreter');
      }}
    />
  );
}

function Carers({ onEnd }: { onEnd: (carer: Carer) => void }) {
  const say = useSay();
  const space = useSpace();
  const whose = useWhose();
  const query = useQuery(accessQuery(space.who));
  const children = useQuery({ ...childrenQuery, enabled: space.relation === 'child' });
  const failure = useSpaceFailure(query.error);
  if (failure) return failure;
  const mine = space.relation === 'self';
  // The page comes whole: what stands below would be pushed away.
  const pending = query.isPending || children.isLoading;
  return (
    <Page title={say('carers.title', whose)} tall>
      {mine && <Family />}
      {pending && <Waiting text={say('carers.loading')} row="tile-skeleton" />}
      {query.isError && <ReadFailed text={say('carers.failed')} onRetry={() => void query.refetch()} />}
      {query.data && !pending && (
        <>
          <List access={query.data} onEnd={onEnd} />
          {mine && <Helped />}
          {space.relation === 'child' && <ForAChild access={query.data} />}
        </>
      )}
    </Page>
  );
}

/** From one's own space to those of one's children. */
function Family() {
  const say = useSay();
  const session = useSession();
  const children = session.signed_in ? session.spaces.filter((one) => one.relation === 'child') : [];
  if (children.length === 0) return null;
  return (
    <ul className="bare tiles">
      <Tile icon={Baby} help={children.map((child) => child.name).join(', ')}>
        <Link to="/espace/enfants" className="tile-link">
          {say('carers.children')}
        </Link>
      </Tile>
    </ul>
  );
}

function List({ access, onEnd }: { access: AccessList; onEnd: (carer: Carer) => void }) {
  const say = useSay();
  const { who } = useSpace();
  const whose = useWhose();
  return (
    <section className="stack section">
      <h2>{say('carers.mine', whose)}</h2>
      <p>{say('carers.mine_help', whose)}</p>
      {access.carers.length === 0 && <p>{say('carers.mine_empty')}</p>}
      <ul className="bare who-cards">
        {access.carers.map((carer) => (
          <li key={carer.person} className="card who stack-s">
            <OneCarer carer={carer} onEnd={onEnd} />
          </li>
        ))}
      </ul>
      <p>
        <SpaceLink who={who} page="aidants" step="inviter" className="button">
          {say('carers.invite')}
        </SpaceLink>
      </p>
    </section>
  );
}

function OneCarer({ carer, onEnd }: { carer: Carer; onEnd: (carer: Carer) => void }) {
  const say = useSay();
  const powers = carer.powers.map((power) => say(`carers.power_line.${power}`));
  return (
    <>
      <h3>{carer.name}</h3>
      <p>{say('carers.sees', { classes: carer.classes.map((code) => sharedClassWords(code, say).toLowerCase()).join(', ') })}</p>
      {powers.length > 0 && <p>{say('carers.may', { powers: powers.join(', ') })}</p>}
      {carer.until && <p>{say('carers.until', { date: say.date(lastDay(carer.until)) })}</p>}
      <p>
        <Button look="link" label={say('carers.end_named', { name: carer.name })} onPress={() => onEnd(carer)}>
          {say('carers.end')}
        </Button>
      </p>
    </>
  );
}

/** The people whose spaces are entrusted to the person signed in, and the code that opens one more. */
function Helped() {
  const say = useSay();
  const session = useSession();
  const { who } = useSpace();
  const helped = session.signed_in ? session.spaces.filter((one) => one.relation === 'carer' || one.relation === 'guardian') : [];
  return (
    <section className="stack section">
      <h2>{say('carers.helped')}</h2>
      {helped.length > 0 && (
        <ul className="bare link-list">
          {helped.map((one) => (
            <li key={one.who}>
              <SpaceLink who={one.who} page="" className="link">
                {say('carers.helped_enter', { name: one.name })}
              </SpaceLink>
            </li>
          ))}
        </ul>
      )}
      <ul className="bare tiles">
        <Tile icon={UserRoundPlus} help={say('carers.accept_help')}>
          <SpaceLink who={who} page="aidants" step="code-recu" className="tile-link">
            {say('carers.accept')}
          </SpaceLink>
        </Tile>
      </ul>
    </section>
  );
}

const ownAccessAge = 16;

/** What a parent decides beside: the minor's own access, and discretion. */
function ForAChild({ access }: { access: AccessList }) {
  const say = useSay();
  const { who } = useSpace();
  const { today } = useService();
  const child = useQuery(childrenQuery).data?.find((one) => one.who === who);
  const old = child?.birth_date !== undefined && today !== '' && ageOn(child.birth_date, today) >= ownAccessAge;
  return (
    <section className="stack section">
      <h2>{say('carers.minor')}</h2>
      <ul className="bare tiles">
        {(old || access.own_access_agreed) && (
          <Tile icon={UserRoundKey} help={say('carers.own.help')}>
            <SpaceLink who={who} page="aidants" step="acces" className="tile-link">
              {say('carers.own.title')}
            </SpaceLink>
          </Tile>
        )}
        <Tile icon={MapPinOff} help={say('carers.discretion.help')}>
          <SpaceLink who={who} page="aidants" step="discretion" className="tile-link">
            {say('carers.discretion.title')}
          </SpaceLink>
        </Tile>
      </ul>
    </section>
  );
}
