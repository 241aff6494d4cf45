import type { ReactNode } from 'react';
import { Page } from '../app/page';
import { asProblem } from '../app/problem';
import { useService } from '../app/service';
import { PageMissing } from '../app/states';
import { useSay } from '../app/words';
import { useSpace } from './space';
import { SpaceLink } from './space_link';

/** The page that stands instead, when this one can never be shown as things are; null for what may be tried again. */
export function useSpaceFailure(thrown: unknown): ReactNode {
  if (!thrown) return null;
  const problem = asProblem(thrown);
  if (problem.status === 404) return <PageMissing />;
  if (problem.status !== 403) return null;
  return <NotOpen code={problem.code} />;
}

/** Refusals that have words of their own: what was not entrusted to a carer, and a space whose holder stopped everything. */
const kinds: Record<string, { title: string; text: string }> = {
  'access.out_of_scope': { title: 'space.not_open.scope_title', text: 'space.not_open.scope' },
  'access.never_for_carers': { title: 'space.not_open.scope_title', text: 'space.not_open.scope' },
  'access.frozen': { title: 'space.not_open.frozen_title', text: 'space.not_open.frozen' },
};
const notOpen = { title: 'space.not_open.title', text: 'space.not_open.text' };

function NotOpen({ code }: { code: string }) {
  const say = useSay();
  const { who } = useSpace();
  const { phone } = useService();
  const words = kinds[code] ?? notOpen;
  return (
    <Page title={say(words.title)} tall>
      <p>{say(words.text, { phone })}</p>
      <p>
        <SpaceLink who={who} page="" className="link">
          {say('space.not_open.home')}
        </SpaceLink>
      </p>
    </Page>
  );
}
