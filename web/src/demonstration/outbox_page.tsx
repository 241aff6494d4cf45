import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import * as z from 'zod/mini';
import { api } from '../app/api';
import { Page } from '../app/page';
import { useService } from '../app/service';
import { useSay } from '../app/words';
import { useSlow } from '../ui/busy';
import { Button } from '../ui/button';
import { TextField } from '../ui/field';

const item = z.object({
  id: z.string(),
  channel: z.enum(['letter', 'email', 'sms', 'voice']),
  to_name: z.string(),
  at: z.string(),
  subject: z.string(),
  code: z.optional(z.string()),
});
type Item = z.infer<typeof item>;

const outbox = z.object({ today: z.string(), items: z.array(item), next_before: z.optional(z.union([z.string(), z.number()])) });

const opened = z.object({
  to_address: z.string(),
  text: z.string(),
  pdf: z.optional(z.string()),
});

function useOutbox(q: string) {
  return useInfiniteQuery({
    queryKey: ['demonstration', 'outbox', q],
    queryFn: ({ pageParam, signal }) => {
      const asked = new URLSearchParams();
      if (pageParam !== '') asked.set('before', pageParam);
      if (q !== '') asked.set('q', q);
      return api.get(`/api/demonstration/outbox${asked.size > 0 ? `?${asked}` : ''}`, outbox, signal);
    },
    initialPageParam: '',
    getNextPageParam: (last) => (last.next_before === undefined ? undefined : String(last.next_before)),
    staleTime: 0,
    refetchOnWindowFocus: true,
  });
}

/** Where the letters, e-mails and text messages of a demonstration are read. The people are invented: their names may stand in a query. */
export default function OutboxPage() {
  const say = useSay();
  const service = useService();
  if (service.mode === 'demonstration') return <Outbox />;
  return (
    <Page title={say('demonstration.title')}>
      <p>{say('demonstration.off')}</p>
    </Page>
  );
}

function Outbox() {
  const say = useSay();
  const service = useService();
  const [typed, setTyped] = useState('');
  const [q, setQ] = useState('');
  const query = useOutbox(q);
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  // A search looks through so many envelopes at a time: an empty answer with a next page is not the end of it.
  const { hasNextPage, isFetching, fetchNextPage } = query;
  const searching = items.length === 0 && hasNextPage;
  useEffect(() => {
    if (searching && !isFetching) void fetchNextPage();
  }, [searching, isFetching, fetchNextPage]);
  const slow = useSlow(query.isPending || searching);
  const today = query.data?.pages[0]?.today ?? service.today;
  return (
    <Page title={say('demonstration.title')} tall>
      <p>
        <strong>{say('demonstration.date', { date: say.date(today) })}</strong>
      </p>
      <p>{say('demonstration.lead')}</p>
      <form
        role="search"
        className="stack-s"
        onSubmit={(event) => {
          event.preventDefault();
          setQ(typed.trim());
        }}
      >
        <TextField id="q" label={say('demonstration.search')} value={typed} onChange={setTyped} type="search" />
        <div className="row">
          <Button submit>{say('demonstration.search_do')}</Button>
          <Button look="plain" onPress={() => void query.refetch()}>
            {say('demonstration.refresh')}
          </Button>
        </div>
      </form>
      <p role="status" className="field-state">
        {slow ? say('demonstration.loading') : query.isSuccess && !searching ? say('demonstration.count', { count: items.length }) : ''}
      </p>
      {query.isError && (
        <div className="stack-s">
          <p>{say('demonstration.failed')}</p>
          <Button onPress={() => void query.refetch()}>{say('app.retry')}</Button>
        </div>
      )}
      {query.isSuccess && items.length === 0 && !searching && (
        <Empty
          searched={q !== ''}
          onAll={() => {
            setTyped('');
            setQ('');
          }}
        />
      )}
      <Days items={items} />
      {hasNextPage && !searching && (
        <Button look="plain" busy={query.isFetchingNextPage} onPress={() => void query.fetchNextPage()}>
          {say('demonstration.more')}
        </Button>
      )}
    </Page>
  );
}

function Empty({ searched, onAll }: { searched: boolean; onAll: () => void }) {
  const say = useSay();
  if (!searched) return <p>{say('demonstration.empty')}</p>;
  return (
    <div className="stack-s">
      <p>{say('demonstration.empty_search')}</p>
      <Button onPress={onAll}>{say('demonstration.all')}</Button>
    </div>
  );
}

function Days({ items }: { items: Item[] }) {
  const say = useSay();
  const days = new Map<string, Item[]>();
  for (const one of items) {
    const day = say.date(one.at, 'weekday');
    days.set(day, [...(days.get(day) ?? []), one]);
  }
  return [...days].map(([day, sent]) => (
    <section key={day} className="stack-s">
      <h2 className="capital">{day}</h2>
      <ul className="bare stack-s">
        {sent.map((one) => (
          <li key={one.id}>
            <Sent item={one} />
          </li>
        ))}
      </ul>
    </section>
  ));
}

function Sent({ item: one }: { item: Item }) {
  const say = useSay();
  const [open, setOpen] = useState(false);
  const [copied, setCopied] = useState('');
  const what = say('demonstration.item', { channel: say(`demonstration.channel.${one.channel}`), name: one.to_name, time: say.time(one.at) });
  const copy = async (code: string) => {
    try {
      await navigator.clipboard.writeText(code);
      setCopied(say('demonstration.copied', { code }));
    } catch {
      setCopied(say('demonstration.not_copied', { code }));
    }
  };
  return (
    <article className="card stack-s">
      <h3>{what}</h3>
      <p>{one.subject}</p>
      <div className="row">
        <Button
          look="plain"
          small
          expanded={open}
          label={say(open ? 'demonstration.shut_named' : 'demonstration.open_named', { what })}
          onPress={() => setOpen(!open)}
        >
          {say(open ? 'demonstration.shut' : 'demonstration.open')}
        </Button>
        {one.code && (
          <Button look="plain" small label={say('demonstration.copy_named', { what })} onPress={() => void copy(one.code ?? '')}>
            {say('demonstration.copy')}
          </Button>
        )}
      </div>
      <p role="status" className="copied">
        {copied}
      </p>
      {open && <Opened id={one.id} />}
    </article>
  );
}

function Opened({ id }: { id: string }) {
  const say = useSay();
  const query = useQuery({
    queryKey: ['demonstration', 'outbox-item', id],
    queryFn: ({ signal }) => api.get(`/api/demonstration/outbox/${encodeURIComponent(id)}`, opened, signal),
    staleTime: Infinity,
  });
  if (query.isPending) return <p>{say('app.loading')}</p>;
  if (query.isError)
    return (
      <div className="stack-s">
        <p>{say('demonstration.failed')}</p>
        <Button look="plain" onPress={() => void query.refetch()}>
          {say('app.retry')}
        </Button>
      </div>
    );
  return (
    <div className="stack-s">
      <p className="help as-sent">{say('demonstration.to', { address: query.data.to_address })}</p>
      <p className="as-sent">{query.data.text}</p>
      {query.data.pdf && (
        <p className="link-row">
          <a href={query.data.pdf} target="_blank" rel="noreferrer">
            {say('demonstration.pdf')}
          </a>
        </p>
      )}
    </div>
  );
}
