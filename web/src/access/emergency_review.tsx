import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Siren } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Page } from '../app/page';
import { useService } from '../app/service';
import { useSay } from '../app/words';
import { useSpaceFailure } from '../record/failure';
import { useSpace, useStep, useWhose } from '../record/space';
import { SpaceLink } from '../record/space_link';
import { Waiting } from '../record/waiting';
import { Button } from '../ui/button';
import { Icon } from '../ui/icons';
import { StepBar } from '../ui/progress';
import { contestEmergency, emergenciesQuery, type EmergencyAccess } from './calls';
import { DecisionPage, ReadFailed } from './decision';
import { choosing, type Choosing } from './professionals';
import '../audit/readers.css';

interface ReviewProps {
  onBlock: (next: Choosing) => void;
}

const nameOf = (one: EmergencyAccess): string => (one.name && one.name !== '' ? one.name : one.rpps);

/** The accesses in an emergency, one by one, and « Je ne comprends pas cet accès »: steps `urgences`, `signaler`, `signale`. */
export function ReviewPages({ onBlock }: ReviewProps) {
  const [step, go] = useStep();
  const [chosen, setChosen] = useState<EmergencyAccess | null>(null);
  const lost = step !== 'urgences' && !chosen;
  useEffect(() => {
    if (lost) void go('urgences', { replace: true });
  }, [lost, go]);
  if (step === 'signaler' && chosen) return <Contest one={chosen} />;
  if (step === 'signale' && chosen) return <Contested one={chosen} onBlock={onBlock} />;
  return (
    <Review
      onContest={(one) => {
        setChosen(one);
        void go('signaler');
      }}
    />
  );
}

function Review({ onContest }: { onContest: (one: EmergencyAccess) => void }) {
  const say = useSay();
  const { who } = useSpace();
  const [, go] = useStep();
  const query = useQuery(emergenciesQuery(who));
  const failure = useSpaceFailure(query.error);
  if (failure) return failure;
  return (
    <Page title={say('access.reviews.title')} above={<StepBar onBack={() => void go('')} />} tall>
      {query.isPending && <Waiting text={say('access.loading')} row="who-skeleton" />}
      {query.isError && <ReadFailed text={say('decisions.reviews.failed')} onRetry={() => void query.refetch()} />}
      {query.data && <p>{say(query.data.length === 0 ? 'decisions.reviews.empty' : 'access.reviews.lead')}</p>}
      <ul className="bare who-cards">
        {(query.data ?? []).map((one) => (
          <li key={one.number} className="card reader reader-emergency stack-s">
            <OneAccess one={one} onContest={onContest} />
          </li>
        ))}
      </ul>
      {(query.data?.length ?? 0) > 0 && (
        <p>
          <SpaceLink who={who} page="qui-a-consulte" className="link">
            {say('decisions.reviews.read')}
          </SpaceLink>
        </p>
      )}
    </Page>
  );
}

function Facts({ one, heading }: { one: EmergencyAccess; heading: 'h2' | 'p' }) {
  const say = useSay();
  const whose = useWhose();
  const name = [nameOf(one), one.structure ?? ''].filter(Boolean).join(', ');
  return (
    <>
      {heading === 'h2' ? (
        <h2 className="who-state">
          <Icon of={Siren} />
          <span>{name}</span>
        </h2>
      ) : (
        <p>
          <strong>{name}</strong>
        </p>
      )}
      <p>{say('decisions.reviews.when', { date: say.date(one.at), time: say.time(one.at) })}</p>
      <p>{say(one.mode === 'centre_15' ? 'decisions.reviews.centre_15' : 'decisions.reviews.bris_de_glace', whose)}</p>
    </>
  );
}

function OneAccess({ one, onContest }: { one: EmergencyAccess; onContest: (one: EmergencyAccess) => void }) {
  const say = useSay();
  return (
    <>
      <Facts one={one} heading="h2" />
      {one.contested_at ? (
        <p>{say('decisions.reviews.contested', { date: say.date(one.contested_at) })}</p>
      ) : (
        <p>
          <Button look="plain" label={say('decisions.reviews.contest_named', { name: nameOf(one), date: say.date(one.at) })} onPress={() => onContest(one)}>
            {say('decisions.reviews.contest')}
          </Button>
        </p>
      )}
    </>
  );
}

function Contest({ one }: { one: EmergencyAccess }) {
  const say = useSay();
  const { who } = useSpace();
  const { phone } = useService();
  const client = useQueryClient();
  const [, go] = useStep();
  return (
    <DecisionPage
      title={say('decisions.contest.title')}
      act={say('decisions.contest.do')}
      keep={say('decisions.unchanged')}
      onKeep={() => void go('urgences', { replace: true })}
      onAct={async () => {
        await contestEmergency(who, one.number);
        await go('signale', { replace: true });
        await client.invalidateQueries({ queryKey: ['access', who, 'emergencies'] });
      }}
    >
      <Facts one={one} heading="p" />
      <p>{say('decisions.contest.means')}</p>
      <p>{say('decisions.contest.call', { phone })}</p>
    </DecisionPage>
  );
}

function Contested({ one, onBlock }: { one: EmergencyAccess; onBlock: (next: Choosing) => void }) {
  const say = useSay();
  const { phone } = useService();
  const [, go] = useStep();
  return (
    <Page title={say('decisions.contest.done_title')} width="form">
      <p>{say('decisions.contest.done')}</p>
      <p>{say('decisions.contest.call', { phone })}</p>
      <p>{say('decisions.contest.block')}</p>
      <div className="buttons">
        <Button onPress={() => void go('urgences')}>{say('access.reviews.title')}</Button>
        <Button look="plain" onPress={() => onBlock(choosing('block', one.rpps, nameOf(one)))}>
          {say('decisions.block')}
        </Button>
      </div>
    </Page>
  );
}
