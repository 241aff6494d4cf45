import type { ReactNode } from 'react';
import { Page } from '../app/page';
import { asProblem } from '../app/problem';
import { PageMissing } from '../app/states';
import { useSay } from '../app/words';
import { useSpace } from './space';
import { SpaceLink } from './space_link';

/** The page that stands instead, when this one can never be shown as things are; null for what may be tried again. */
export function useSpaceFailure(thrown: unknown): ReactNode {
  if (!thrown) return null;
  const problem = asProblem(thrown);
  if (problem.status === 404) return <PageMissing />;
  return problem.status === 403 ? <NotOpen /> : null;
}

function NotOpen() {
  const say = useSay();
  const { who } = useSpace();
  return (
    <Page title={say('space.not_open.title')} tall>
      <p>{say('space.not_open.text')}</p>
      <p>
        <SpaceLink who={who} page="" className="link">
          {say('space.not_open.home')}
        </SpaceLink>
      </p>
    </Page>
  );
}
