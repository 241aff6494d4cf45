import { useQuery } from '@tanstack/react-query';
import { Eye, Files, MessageCircleQuestionMark, Plus, Settings, UserRoundCog, UsersRound } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { Page } from '../../app/page';
import { type SpaceSummary, useService } from '../../app/service';
import { PagePending } from '../../app/states';
import { useSay } from '../../app/words';
import { useSpaceFailure } from '../../record/failure';
import { isArchive, mayDo, useSpace, useStep, useWhose } from '../../record/space';
import { SpaceLink } from '../../record/space_link';
import { Waiting } from '../../record/waiting';
import { Button, Link } from '../../ui/button';
import { Note } from '../../ui/notes';
import { type SpaceFacts, spaceQuery } from './calls';
import { Tile } from './tile';

const SecondLetterPage = lazy(() => import('./second_letter'));

export default function SpaceHomePage() {
  const [step] = useStep();
  if (step === '') return <SpaceHome />;
  return (
    <Suspense fallback={<PagePending />}>
      <SecondLetterPage />
    </Suspense>
  );
}

/** The states in which the holder signs in and reads. */
const livesOrKept = new Set(['opened_by_holder', 'closed', 'archived']);

function SpaceHome() {
  const say = useSay();
  const space = useSpace();
  const whose = useWhose();
  const query = useQuery(spaceQuery(space.who));
  const failure = useSpaceFailure(query.error);
  if (failure) return failure;
  const facts = query.data;
  // The page comes whole: a notice that arrived later would push the links away under the finger.
  if (query.isPending)
    return (
      <Page title={say('space.home.title', whose)} tall>
        <Waiting text={say('app.loading')} row="tile-skeleton" />
      </Page>
    );
  if (facts?.frozen) return <Frozen />;
  const state = facts?.state ?? space.state;
  if (!livesOrKept.has(state)) return <NotLiving state={state} facts={facts} />;
  return (
    <Page title={say('space.home.title', whose)} tall>
      {facts && <Notices facts={facts} />}
      {query.isError && (
        <div className="stack-s" role="alert">
          <p>{say('space.home.failed')}</p>
          <Button look="plain" onPress={() => void query.refetch()}>
            {say('app.retry')}
          </Button>
        </div>
      )}
      <ul className="bare tiles">
        <Tile icon={Files} help={facts && facts.new_documents > 0 ? say('space.home.new', { count: facts.new_documents }) : say('space.home.documents_help')}>
          <SpaceLink who={space.who} page="documents" className="tile-link">
            {say('space.home.documents', whose)}
          </SpaceLink>
        </Tile>
        {!isArchive(space) && mayDo(space, 'add') && (
          <Tile icon={Plus} help={say('space.home.add_help')}>
            <SpaceLink who={space.who} page="documents/ajouter" className="tile-link">
              {say('space.home.add')}
            </SpaceLink>
          </Tile>
        )}
        {mayDo(space, 'traces') && (
          <Tile icon={Eye} help={say('space.home.readers_help')}>
            <SpaceLink who={space.who} page="qui-a-consulte" className="tile-link">
              {say('space.home.readers', whose)}
            </SpaceLink>
          </Tile>
        )}
        {!isArchive(space) && <DecisionTiles />}
        {space.relation === 'self' && (
          <Tile icon={MessageCircleQuestionMark} help={say('tiles.check_help')}>
            <a href="/verifier" className="tile-link">
              {say('tiles.check')}
            </a>
          </Tile>
        )}
        <Tile icon={Settings} help={say(settingsHelp(space), whose)}>
          <SpaceLink who={space.who} page="parametres" className="tile-link">
            {say('space.settings.title')}
          </SpaceLink>
        </Tile>
      </ul>
      {facts?.opened_on && <p className="help">{say('space.home.opened_on', { date: say.date(facts.opened_on) })}</p>}
    </Page>
  );
}

/** Who stopped everything signs in to a page that says so, and how it is opened again. */
function Frozen() {
  const say = useSay();
  const { phone } = useService();
  return (
    <Page title={say('space.not_open.frozen_title')} tall>
      <p>{say('space.not_open.frozen', { phone })}</p>
    </Page>
  );
}

function settingsHelp(space: SpaceSummary): string {
  if (isArchive(space)) return 'space.home.settings_archive_help';
  return mayDo(space, 'copy') || mayDo(space, 'close') ? 'space.home.settings_help' : 'space.home.settings_carer_help';
}

/** Who sees what, and who helps. */
function DecisionTiles() {
  const say = useSay();
  const space = useSpace();
  const { who, relation } = space;
  const whose = useWhose();
  return (
    <>
      {mayDo(space, 'traces') && (
        <Tile icon={UserRoundCog} help={say('tiles.who_help')}>
          <SpaceLink who={who} page="qui-peut-voir" className="tile-link">
            {say('tiles.who', whose)}
          </SpaceLink>
        </Tile>
      )}
      {mayDo(space, 'delegate') && (
        <Tile icon={UsersRound} help={say(relation === 'self' ? 'tiles.carers_help' : 'tiles.carers_child_help')}>
          <SpaceLink who={who} page="aidants" className="tile-link">
            {say('tiles.carers', whose)}
          </SpaceLink>
        </Tile>
      )}
    </>
  );
}

/** What awaits an answer, or has an end date. */
function Notices({ facts }: { facts: SpaceFacts }) {
  const say = useSay();
  const { who } = useSpace();
  const whose = useWhose();
  const kept = facts.kept_until ?? facts.pending.find((one) => one.kind === 'archive_end')?.on;
  return (
    <>
      {facts.second_letter_awaited && (
        <Note kind="warn">
          <p>
            <strong>{say('space.second.notice')}</strong>
          </p>
          <p>{say('space.second.waits')}</p>
          <p>
            <SpaceLink who={who} page="" step="seconde-lettre" className="button">
              {say('space.second.have')}
            </SpaceLink>
          </p>
        </Note>
      )}
      {(facts.state === 'closed' || facts.state === 'archived') && (
        <Note>
          <p>
            <strong>{say('space.closure.done_title')}</strong>
          </p>
          <p>{say('space.closure.means')}</p>
          {kept && <p>{say('space.closure.kept', { date: say.date(kept), ...whose })}</p>}
          <p>
            <SpaceLink who={who} page="parametres/cloture" className="button">
              {say('space.reopening.do', whose)}
            </SpaceLink>
          </p>
        </Note>
      )}
    </>
  );
}

/** A space that nobody reads yet, or no longer: why, and what can be done. Opening and objecting weigh the same. */
function NotLiving({ state, facts }: { state: string; facts: SpaceFacts | undefined }) {
  const say = useSay();
  const space = useSpace();
  const whose = useWhose();
  const { phone } = useService();
  const opens = facts?.pending.find((one) => one.kind === 'default_opening')?.on;
  const child = space.relation === 'child';
  const undecided = state === 'eligible' || state === 'notified';
  return (
    <Page title={say('space.home.title', whose)} tall>
      <p>{say(`space.state.${['objected', 'opened_by_default', 'suspended', 'erased'].includes(state) ? state : 'notified'}`, { phone, ...whose })}</p>
      {opens && undecided && <p>{say('space.state.opens', { date: say.date(opens) })}</p>}
      {state !== 'suspended' && child && (
        <p>
          <Link to="/espace/enfants" search={{ enfant: space.who }} look="main">
            {say('space.children.decide')}
          </Link>
        </p>
      )}
      {state !== 'suspended' && !child && (
        <div className="buttons buttons-equal">
          <Link to="/activer" look="main">
            {say('space.state.open')}
          </Link>
          {undecided && (
            <Link to="/opposition" look="main">
              {say('space.state.object')}
            </Link>
          )}
        </div>
      )}
    </Page>
  );
}
