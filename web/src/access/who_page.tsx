import { useQuery } from '@tanstack/react-query';
import { CircleQuestionMark, KeyRound, Siren, UsersRound } from 'lucide-react';
import { lazy, Suspense, useEffect, useState } from 'react';
import { loadMessages } from '../app/messages';
import { Page } from '../app/page';
import { PagePending } from '../app/states';
import { useSay } from '../app/words';
import { Tile } from '../enrollment/space/tile';
import { useSpaceFailure } from '../record/failure';
import { mayDo, useSpace, useStep, useWhose } from '../record/space';
import { SpaceLink } from '../record/space_link';
import { Waiting } from '../record/waiting';
import { accessQuery, type AccessList, type EmergencyMode } from './calls';
import { ReadFailed } from './decision';
import { lastDay } from './delegation';
import { emergencySteps } from './emergency_steps';
import { ExplainSpace } from './explain_space';
import { type Choosing, Professionals } from './professionals';
import './access.css';

const professionalSteps = new Set(['bloquer', 'debloquer', 'retirer', 'remettre', 'accord', 'fait']);
const otherSteps = new Set(['numero', 'consultation', 'code', 'urgences', 'signaler', 'signale', ...emergencySteps.flatMap(({ step, saved }) => [step, saved])]);
/** The pages behind the list come with their words when one of them is asked for. */
const WhoPages = lazy(async () => {
  const [pages] = await Promise.all([import('./who_pages'), loadMessages(['decisions'])]);
  return pages;
});

/** « Qui peut voir mon dossier »: who, why, and what the holder decides. Each decision is a page (`?etape=`). */
export default function WhoPage() {
  const [step, go] = useStep();
  const [choosing, setChoosing] = useState<Choosing | null>(null);
  // What was chosen is not in the address: a page loaded anew starts from the list.
  const lost = professionalSteps.has(step) && !choosing;
  useEffect(() => {
    if (lost) void go('', { replace: true });
  }, [lost, go]);
  const choose = (next: Choosing) => {
    setChoosing(next);
    void go(next.step);
  };
  if (step === 'quelqu-un' || step === 'reponse') return <ExplainSpace />;
  const acting = professionalSteps.has(step) && choosing !== null;
  if (acting || otherSteps.has(step))
    return (
      <Suspense fallback={<PagePending />}>
        <WhoPages chosen={acting ? choosing : null} onChoose={choose} />
      </Suspense>
    );
  return <Who onChoose={choose} />;
}

function Who({ onChoose }: { onChoose: (choosing: Choosing) => void }) {
  const say = useSay();
  const space = useSpace();
  const { who } = space;
  const whose = useWhose();
  const query = useQuery(accessQuery(who));
  const failure = useSpaceFailure(query.error);
  if (failure) return failure;
  return (
    <Page title={say('access.title', whose)} tall>
      {query.isPending && <Waiting text={say('access.loading')} row="who-skeleton" />}
      {query.isError && <ReadFailed text={say('access.failed')} onRetry={() => void query.refetch()} />}
      {query.data && (
        <>
          <p>{say('access.lead')}</p>
          <Professionals list={query.data.professionals} onChoose={mayDo(space, 'settings') ? onChoose : null} />
          <People access={query.data} />
          <Emergency access={query.data} />
          {mayDo(space, 'settings') && <More />}
        </>
      )}
    </Page>
  );
}

/** Parents, guardians and carers, each with what they are; what is decided of them has its own page. */
function People({ access }: { access: AccessList }) {
  const say = useSay();
  const space = useSpace();
  const { who } = space;
  const whose = useWhose();
  const lines = [
    ...access.parents.map((one) => say(one.ended_by_judge ? 'access.people.parent_ended' : 'access.people.parent', { name: one.name })),
    ...access.guardians.map((one) => say(one.kind === 'assistance' ? 'access.people.guardian_assistance' : 'access.people.guardian_representation', { name: one.name })),
    ...access.carers.map((one) => say('access.people.carer', { name: one.name, date: one.until ? say.date(lastDay(one.until)) : '' })),
  ];
  return (
    <section className="stack section">
      <h2>{say('access.people')}</h2>
      {lines.length > 0 && (
        <ul className="plain-list">
          {lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      {mayDo(space, 'delegate') && (
        <ul className="bare tiles">
          <Tile icon={UsersRound} help={say('access.people.manage_help')}>
            <SpaceLink who={who} page="aidants" className="tile-link">
              {say('access.people.manage', whose)}
            </SpaceLink>
          </Tile>
        </ul>
      )}
    </section>
  );
}

function Emergency({ access }: { access: AccessList }) {
  const say = useSay();
  const space = useSpace();
  const { who } = space;
  const whose = useWhose();
  const state = (mode: EmergencyMode) => say(access.emergency[mode] ? 'access.emergency.allowed' : 'access.emergency.refused');
  return (
    <section className="stack-s section">
      <h2>{say('access.emergency')}</h2>
      <ul className="bare rows">
        {emergencySteps.map(({ mode, step }) => {
          const label = say(`access.emergency.${mode}`, whose);
          return (
            <li key={mode}>
              <span>{say.rich('access.emergency.state', { label, state: state(mode) })}</span>
              {mayDo(space, 'settings') && (
                <SpaceLink who={who} page="qui-peut-voir" step={step} className="link" label={say('access.emergency.change_named', { label })}>
                  {say('access.emergency.change')}
                </SpaceLink>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function More() {
  const say = useSay();
  const { who } = useSpace();
  const whose = useWhose();
  return (
    <section className="stack section">
      <h2>{say('access.more')}</h2>
      <ul className="bare tiles">
        <Tile icon={CircleQuestionMark} help={say('access.explain.help')}>
          <SpaceLink who={who} page="qui-peut-voir" step="quelqu-un" className="tile-link">
            {say('access.explain', whose)}
          </SpaceLink>
        </Tile>
        <Tile icon={KeyRound} help={say('access.consultation.help')}>
          <SpaceLink who={who} page="qui-peut-voir" step="consultation" className="tile-link">
            {say('access.consultation')}
          </SpaceLink>
        </Tile>
        <Tile icon={Siren} help={say('access.reviews.lead')}>
          <SpaceLink who={who} page="qui-peut-voir" step="urgences" className="tile-link">
            {say('access.reviews.title')}
          </SpaceLink>
        </Tile>
      </ul>
      <p>{say('access.never')}</p>
    </section>
  );
}
