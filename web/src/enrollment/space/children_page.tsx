import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { Page } from '../../app/page';
import { useService } from '../../app/service';
import { PageMissing, PagePending } from '../../app/states';
import { useSay } from '../../app/words';
import { SpaceLink } from '../../record/space_link';
import { Waiting } from '../../record/waiting';
import { Button, Link } from '../../ui/button';
import { Note } from '../../ui/notes';
import { type Child, childrenQuery } from './calls';

/** What is decided for a child comes with its code when it is asked for. */
const ChildDecisionPages = lazy(async () => ({ default: (await import('./child_decision')).ChildDecisionPages }));

/** The children of the person signed in: their spaces, and the decision for those that have none yet. */
export default function ChildrenPage() {
  const say = useSay();
  const search: { enfant?: unknown } = useSearch({ strict: false });
  const query = useQuery(childrenQuery);
  if (typeof search.enfant === 'string' && query.data) {
    const child = query.data.find((one) => one.who === search.enfant);
    if (!child) return <PageMissing />;
    return (
      <Suspense fallback={<PagePending />}>
        <ChildDecisionPages child={child} />
      </Suspense>
    );
  }
  return (
    <Page title={say('space.children.title')} tall>
      {query.isError && (
        <div className="stack" role="alert">
          <p>{say('children.failed')}</p>
          <Button onPress={() => void query.refetch()}>{say('app.retry')}</Button>
        </div>
      )}
      {query.isPending && <Waiting text={say('app.loading')} row="tile-skeleton" />}
      {query.data && <Children children={query.data} />}
    </Page>
  );
}

function Children({ children }: { children: Child[] }) {
  const say = useSay();
  const { phone } = useService();
  return (
    <>
      {children.length === 0 && <p>{say('children.empty')}</p>}
      <ul className="bare stack">
        {children.map((child) => (
          <li key={child.who} className="card stack-s">
            <OneChild child={child} />
          </li>
        ))}
      </ul>
      <p className="help">{say('children.missing', { phone })}</p>
    </>
  );
}

function OneChild({ child }: { child: Child }) {
  const say = useSay();
  const living = child.state === 'opened_by_holder';
  const kept = child.state === 'closed' || child.state === 'archived';
  return (
    <>
      <h2 className="child-name">{child.name}</h2>
      {child.birth_date && <p className="help">{say('children.birth', { date: say.date(child.birth_date) })}</p>}
      <p>{say(`children.state.${stateWord(child.state)}`)}</p>
      {child.deadline && !living && <p>{say('children.deadline', { date: say.date(child.deadline) })}</p>}
      {child.refusable_until && (
        <Note>
          <p>{say('children.refuse.offer', { date: say.date(child.refusable_until) })}</p>
          <p>
            <Link to="/espace/enfants" search={{ enfant: child.who, etape: 'refuser' }} className="link">
              {say('children.refuse.title')}
              <span className="visually-hidden"> {child.name}</span>
            </Link>
          </p>
        </Note>
      )}
      {living || kept ? (
        <p>
          <SpaceLink who={child.who} page="" className="button" label={say('children.enter_named', { name: child.name })}>
            {say('children.enter')}
          </SpaceLink>
        </p>
      ) : (
        child.state !== 'suspended' && (
          <p>
            <Link to="/espace/enfants" search={{ enfant: child.who }} look="main">
              {say('space.children.decide')}
              <span className="visually-hidden"> {child.name}</span>
            </Link>
          </p>
        )
      )}
    </>
  );
}

const known = new Set(['objected', 'opened_by_default', 'opened_by_holder', 'suspended', 'closed', 'erased']);

function stateWord(state: string): string {
  if (state === 'archived') return 'closed';
  return known.has(state) ? state : 'notified';
}
