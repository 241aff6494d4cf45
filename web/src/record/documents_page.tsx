import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ListFilter, Plus } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Page } from '../app/page';
import { useSay } from '../app/words';
import { spaceQuery } from '../enrollment/space/calls';
import { Button } from '../ui/button';
import { Icon } from '../ui/icons';
import { Note } from '../ui/notes';
import { useDocuments } from './calls';
import { linkId } from './document_card';
import { type Filters, filtersFrom, isFiltered, noFilters } from './documents';
import { CountRow, Results } from './documents_results';
import { useSpaceFailure } from './failure';
import { FiltersForm, filterWords } from './filters';
import { keepPlace, placeIn } from './place';
import { isArchive, mayDo, useSpace, useWhose } from './space';
import { OnPaper } from './space_frame';
import { SpaceLink } from './space_link';
import './record.css';

export default function DocumentsPage() {
  const say = useSay();
  const space = useSpace();
  const whose = useWhose();
  const client = useQueryClient();
  const { who } = space;
  const [filters, setFilters] = useState<Filters>(() => placeIn(client, who).filters);
  const [choosing, setChoosing] = useState(false);
  const shown = useDocuments(who, filters);
  const facets = useDocuments(who, noFilters).data?.pages[0]?.facets;
  const total = shown.data?.pages[0]?.total ?? 0;
  const state = useQuery(spaceQuery(who));
  const count = useRef<HTMLParagraphElement>(null);
  const failure = useSpaceFailure(shown.error);
  useReturn(who);
  const apply = (next: Filters) => {
    setFilters(next);
    keepPlace(client, who, { filters: next, top: 0, opened: null });
    setChoosing(false);
    count.current?.focus();
  };
  if (failure) return failure;
  const offered = facets !== undefined && total >= filtersFrom;
  const toggle = offered && (
    <Button look="link" className="filters-toggle" expanded={choosing} onPress={() => setChoosing(!choosing)}>
      <Icon of={ListFilter} />
      {say('record.filter')}
    </Button>
  );
  return (
    <Page title={say('record.title', whose)} width="wide" tall>
      <div className={offered ? 'documents-page documents-filtered' : 'documents-page'}>
        <div className="documents-head stack-s">
          {!isArchive(space) && mayDo(space, 'add') && (
            <SpaceLink who={who} page="documents/ajouter" className="button no-print">
              <Icon of={Plus} />
              {say('record.add')}
            </SpaceLink>
          )}
          <CountRow shown={shown} filtered={isFiltered(filters)} filters={filterWords(filters, facets, say)} countRef={count} toggle={toggle} onAll={() => apply(noFilters)} />
        </div>
        {offered && (
          <section className={choosing ? 'filters card no-print' : 'filters filters-shut card no-print'} aria-label={say('record.filter')}>
            <FiltersForm key={JSON.stringify(filters)} who={who} facets={facets} now={filters} onApply={apply} />
          </section>
        )}
        <div className="documents-list stack">
          <StateNote awaited={state.data?.second_letter_awaited ?? false} />
          <Results who={who} shown={shown} waiting={state.isPending} filtered={isFiltered(filters)} onAll={() => apply(noFilters)} />
        </div>
      </div>
      <OnPaper />
    </Page>
  );
}

/** Coming back from a document: the same height, and the focus on the link that was followed. */
function useReturn(who: string): void {
  const client = useQueryClient();
  useEffect(() => {
    const { opened, top } = placeIn(client, who);
    if (opened === null) return;
    keepPlace(client, who, { opened: null });
    const link = document.getElementById(linkId(opened));
    if (!link) return;
    link.focus({ preventScroll: true });
    scrollTo(0, top);
  }, [client, who]);
}

/** Why the list may be shorter than expected: the archive of a closed space, or a second letter still on its way. */
function StateNote({ awaited }: { awaited: boolean }) {
  const say = useSay();
  const space = useSpace();
  const whose = useWhose();
  if (isArchive(space))
    return (
      <Note>
        <p>{say('record.archive', whose)}</p>
      </Note>
    );
  if (!awaited) return null;
  return (
    <Note kind="warn">
      <p>{say('record.second_letter')}</p>
      <p>
        <SpaceLink who={space.who} page="" step="seconde-lettre" className="link">
          {say('record.second_letter_do')}
        </SpaceLink>
      </p>
    </Note>
  );
}
