import { useQueryClient } from '@tanstack/react-query';
import { Printer } from 'lucide-react';
import { type ReactNode, type RefObject, useEffect, useRef } from 'react';
import { useSay } from '../app/words';
import { Button } from '../ui/button';
import { Icon } from '../ui/icons';
import type { DocumentsShown } from './calls';
import { DocumentCard, linkId } from './document_card';
import { actDateWords, groupByMonth, type HealthDocument, pageSize } from './documents';
import { keepPlace } from './place';
import { Waiting } from './waiting';

interface CountRowProps {
  shown: DocumentsShown;
  filtered: boolean;
  /** What was chosen, in words. */
  filters: string;
  countRef: RefObject<HTMLParagraphElement | null>;
  toggle: ReactNode;
  onAll: () => void;
}

/** "Filtrer", how many documents there are, and the way back to all of them: a row whose place is always there. */
export function CountRow({ shown, filtered, filters, countRef, toggle, onAll }: CountRowProps) {
  const say = useSay();
  const found = shown.data?.pages[0]?.filtered_total ?? 0;
  return (
    <div className="row count-row">
      {toggle}
      <p ref={countRef} role="status" tabIndex={-1} className="count">
        {found > 0 && say(filtered ? 'record.count_filtered' : 'record.count', { count: found, filters })}
      </p>
      {filtered && found > 0 && (
        <Button look="link" className="no-print" onPress={onAll}>
          {say('record.filters.clear')}
        </Button>
      )}
    </div>
  );
}

interface ResultsProps {
  who: string;
  shown: DocumentsShown;
  /** Something above the list is not known yet: it would push it away. */
  waiting: boolean;
  filtered: boolean;
  onAll: () => void;
}

/** The list, or what stands in its place: waiting, failed, empty, empty because of the filters. */
export function Results({ who, shown, waiting, filtered, onAll }: ResultsProps) {
  const say = useSay();
  const first = shown.data?.pages[0];
  const documents = shown.data?.pages.flatMap((page) => page.documents) ?? [];
  if (shown.isPending || waiting) return <Waiting text={say('record.loading')} row="document-skeleton" />;
  return (
    <>
      {shown.isError && documents.length === 0 && <Failed onRetry={() => void shown.refetch()} />}
      {first && documents.length === 0 && <Empty filtered={filtered} onAll={onAll} />}
      <Months who={who} documents={documents} />
      {shown.hasNextPage && <More shown={shown} count={documents.length} of={first?.filtered_total ?? 0} />}
      {documents.length > 0 && (
        <p className="link-row no-print">
          <Button look="link" onPress={() => print()}>
            <Icon of={Printer} />
            {say('record.print_list')}
          </Button>
        </p>
      )}
    </>
  );
}

function Failed({ onRetry }: { onRetry: () => void }) {
  const say = useSay();
  return (
    <div className="stack" role="alert">
      <p>{say('record.failed')}</p>
      <Button onPress={onRetry}>{say('app.retry')}</Button>
    </div>
  );
}

function Empty({ filtered, onAll }: { filtered: boolean; onAll: () => void }) {
  const say = useSay();
  if (!filtered) return <p>{say('record.empty')}</p>;
  return (
    <div className="stack">
      <p>{say('record.empty_filtered')}</p>
      <Button onPress={onAll}>{say('record.filters.clear')}</Button>
    </div>
  );
}

function Months({ who, documents }: { who: string; documents: HealthDocument[] }) {
  const say = useSay();
  const client = useQueryClient();
  return groupByMonth(documents).map((group, index) => (
    <section key={`${group.key} ${index}`} className="stack-s">
      <h2 className="capital month">{actDateWords(group.key, say)}</h2>
      <ul className="bare document-cards">
        {group.documents.map((one) => (
          <DocumentCard key={one.id} document={one} who={who} onOpen={() => keepPlace(client, who, { opened: one.id, top: scrollY })} />
        ))}
      </ul>
    </section>
  ));
}

/** Brings 25 more and moves the focus to the first of them. */
function More({ shown, count, of }: { shown: DocumentsShown; count: number; of: number }) {
  const say = useSay();
  const before = useRef<number | null>(null);
  const documents = shown.data?.pages.flatMap((page) => page.documents) ?? [];
  const firstNew = before.current === null ? undefined : documents[before.current];
  useEffect(() => {
    if (!firstNew || shown.isFetchingNextPage) return;
    before.current = null;
    document.getElementById(linkId(firstNew.id))?.focus();
  }, [firstNew, shown.isFetchingNextPage]);
  return (
    <div className="stack-s no-print">
      {shown.isFetchNextPageError && <p role="alert">{say('record.more_failed')}</p>}
      <div className="row">
        <Button
          look="plain"
          busy={shown.isFetchingNextPage}
          onPress={() => {
            before.current = count;
            void shown.fetchNextPage();
          }}
        >
          {say('record.more', { count: Math.min(pageSize, Math.max(1, of - count)) })}
        </Button>
        <span role="status">{say('record.more_state', { count, of })}</span>
      </div>
    </div>
  );
}
