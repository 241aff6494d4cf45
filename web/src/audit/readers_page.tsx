import { useNavigate, useSearch } from '@tanstack/react-router';
import { Printer, ShieldCheck, Siren } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { loadMessages } from '../app/messages';
import { Page } from '../app/page';
import { useService, useSession } from '../app/service';
import { PagePending } from '../app/states';
import { useSay } from '../app/words';
import { useSpaceFailure } from '../record/failure';
import { useSpace, useWhose } from '../record/space';
import { OnPaper } from '../record/space_frame';
import { SpaceLink } from '../record/space_link';
import { Waiting } from '../record/waiting';
import { useProfessionWords } from '../record/words';
import { Button } from '../ui/button';
import { Icon } from '../ui/icons';
import { type Kind, kinds, useTraces } from './calls';
import { type Block, type Day, gather, type Line } from './readers';
import { actionWords, actorWords, hourWords, isMe, mayBeUnknown, reasonWords } from './sentences';
import './readers.css';

const ProofPage = lazy(async () => (await Promise.all([import('./proof_page'), loadMessages(['proof'])]))[0]);

/** Who looked at the record, in words. */
export default function ReadersPage() {
  const search: { voir?: unknown; etape?: unknown } = useSearch({ strict: false });
  if (search.etape === 'inconnu') return <UnknownPerson />;
  if (search.etape === 'preuve')
    return (
      <Suspense fallback={<PagePending />}>
        <ProofPage />
      </Suspense>
    );
  const kind = kinds.find((one) => one === search.voir) ?? 'all';
  return <Readers kind={kind} />;
}

function Readers({ kind }: { kind: Kind }) {
  const say = useSay();
  const { who } = useSpace();
  const whose = useWhose();
  const shown = useTraces(who, kind);
  const failure = useSpaceFailure(shown.error);
  if (failure) return failure;
  const traces = shown.data?.pages.flatMap((page) => page.traces) ?? [];
  const days = gather(traces);
  return (
    <Page title={say('audit.title', whose)} tall>
      <KindLinks now={kind} />
      {kind === 'emergency' && (
        <p className="no-print">
          <SpaceLink who={who} page="qui-peut-voir" step="urgences" className="link">
            {say('audit.emergency.review')}
          </SpaceLink>
        </p>
      )}
      {shown.isError && traces.length === 0 && (
        <div className="stack" role="alert">
          <p>{say('audit.failed')}</p>
          <Button onPress={() => void shown.refetch()}>{say('app.retry')}</Button>
        </div>
      )}
      {shown.isPending && <Waiting text={say('audit.loading')} row="reader-skeleton" />}
      {shown.isSuccess && days.length === 0 && !shown.hasNextPage && <p>{say(kind === 'all' ? 'audit.empty' : 'audit.empty_kind')}</p>}
      {days.map((day) => (
        <OneDay key={day.day} day={day} mine={kind === 'self'} />
      ))}
      {shown.hasNextPage && (
        <div className="stack-s no-print">
          {shown.isFetchNextPageError && <p role="alert">{say('audit.more_failed')}</p>}
          <Button look="plain" busy={shown.isFetchingNextPage} onPress={() => void shown.fetchNextPage()}>
            {say('audit.more')}
          </Button>
        </div>
      )}
      {days.length > 0 && (
        <p className="link-row no-print">
          <Button look="link" onPress={() => print()}>
            <Icon of={Printer} />
            {say('audit.print')}
          </Button>
          <SpaceLink who={who} page="qui-a-consulte" step="preuve" className="link">
            <Icon of={ShieldCheck} />
            {say('audit.proof.link')}
          </SpaceLink>
        </p>
      )}
      <OnPaper />
    </Page>
  );
}

/** Tout, Professionnels, Moi, En cas d'urgence. */
function KindLinks({ now }: { now: Kind }) {
  const say = useSay();
  const whose = useWhose();
  const navigate = useNavigate();
  const { who } = useSpace();
  return (
    <div className="kinds no-print" role="group" aria-label={say('audit.kinds')}>
      {kinds.map((kind) => (
        <Button
          key={kind}
          look="plain"
          small
          pressed={kind === now}
          onPress={() => void navigate({ to: `/espace/${encodeURIComponent(who)}/qui-a-consulte`, search: (kind === 'all' ? {} : { voir: kind }) as never, replace: true, resetScroll: false })}
        >
          {say(`audit.kind.${kind}`, whose)}
        </Button>
      ))}
    </div>
  );
}

/** The others first; one's own acts are folded, for they are many and one knows them. */
function OneDay({ day, mine }: { day: Day; mine: boolean }) {
  const say = useSay();
  const { whose } = useWhose();
  const session = useSession();
  const name = session.signed_in ? session.name : '';
  const own = mine ? [] : day.blocks.filter((block) => block.mode === 'normal' && isMe(block.actor, whose, name));
  return (
    <section className="stack-s reader-day">
      <h2 className="capital">{say.date(day.day, 'weekday')}</h2>
      {day.blocks
        .filter((block) => !own.includes(block))
        .map((block) => (
          <OneBlock key={block.key} block={block} />
        ))}
      {own.map((block) => (
        <details key={block.key} className="machine own-acts">
          <summary>{say('audit.mine', { count: block.lines.reduce((sum, line) => sum + line.times, 0) })}</summary>
          <OneBlock block={block} />
        </details>
      ))}
      {day.machineCount > 0 && (
        <details className="machine">
          <summary>{say('audit.machine', { count: day.machineCount })}</summary>
          <p className="help">{say('audit.machine_help')}</p>
          <ul className="plain-list">
            {day.machine.map((line) => (
              <li key={line.action}>{say('audit.line', { hour: hourWords(line, say), words: actionWords(line, false, say) })}</li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function OneBlock({ block }: { block: Block }) {
  const say = useSay();
  const { who } = useSpace();
  const { whose: relation } = useWhose();
  const session = useSession();
  const profession = useProfessionWords();
  const own = session.signed_in ? session.name : '';
  const name = actorWords(block.actor, relation, own, profession, say);
  const me = isMe(block.actor, relation, own);
  const emergency = block.mode !== 'normal';
  // One's own right needs no reason.
  const reasons = me ? [] : reasonWords(block, relation, say);
  return (
    <article className={emergency ? 'card reader reader-emergency stack-s' : 'card reader stack-s'}>
      <h3>
        {emergency && <Icon of={Siren} />}
        {emergency ? say(block.mode === 'centre_15' ? 'audit.centre_15' : 'audit.emergency', { name }) : name}
      </h3>
      {emergency && block.given.map((given) => <p key={given}>{say('audit.given', { given })}</p>)}
      <ul className="bare stack-s">
        {block.lines.map((line) => (
          <OneLine key={line.action} line={line} me={me} />
        ))}
      </ul>
      {reasons.length > 0 && <p className="help">{say('audit.why', { reasons: reasons.join(', ') })}</p>}
      {emergency && (
        <p className="no-print">
          <SpaceLink who={who} page="qui-peut-voir" step="urgences" className="link" label={say('audit.emergency.contest_named', { name })}>
            {say('audit.emergency.contest')}
          </SpaceLink>
        </p>
      )}
      {mayBeUnknown(block.actor) && (
        <p className="no-print">
          <SpaceLink who={who} page="qui-a-consulte" step="inconnu" className="link" label={say('audit.unknown.link_named', { name })}>
            {say('audit.unknown.link')}
          </SpaceLink>
        </p>
      )}
    </article>
  );
}

function OneLine({ line, me }: { line: Line; me: boolean }) {
  const say = useSay();
  const { who } = useSpace();
  const words = say('audit.line', { hour: hourWords(line, say), words: actionWords(line, me, say) });
  const named = line.items.filter((item) => item.title !== '');
  const link = (item: Line['items'][number]) => (
    <SpaceLink who={who} page={`documents/${encodeURIComponent(item.id)}`} className="reader-link">
      {item.title}
    </SpaceLink>
  );
  const [only] = named;
  if (!only) return <li>{words}</li>;
  if (named.length === 1 && line.count === 1) return <li>{say.rich('audit.line_one', { words, item: link(only) })}</li>;
  return (
    <li>
      {words}
      <details className="which">
        <summary aria-label={say('audit.which_named', { which: say('audit.which'), words })}>{say('audit.which')}</summary>
        <ul className="plain-list">
          {named.map((item) => (
            <li key={item.id}>{link(item)}</li>
          ))}
        </ul>
      </details>
    </li>
  );
}

/** « Je ne connais pas cette personne »: who it may be, and who helps to find out. */
function UnknownPerson() {
  const say = useSay();
  const { phone } = useService();
  const { who } = useSpace();
  const whose = useWhose();
  return (
    <Page title={say('audit.unknown.title')}>
      <p>{say('audit.unknown.may_be', whose)}</p>
      <ul className="plain-list">
        <li>{say('audit.unknown.lab')}</li>
        <li>{say('audit.unknown.replacement')}</li>
        <li>{say('audit.unknown.team')}</li>
      </ul>
      <p>{say('audit.unknown.ask')}</p>
      <p>{say('audit.unknown.call', { phone })}</p>
      <p>{say('audit.unknown.never')}</p>
      <p>
        <SpaceLink who={who} page="qui-a-consulte" className="button">
          {say('audit.unknown.back', whose)}
        </SpaceLink>
      </p>
      <p>
        <SpaceLink who={who} page="qui-peut-voir" className="link">
          {say('audit.unknown.block')}
        </SpaceLink>
      </p>
    </Page>
  );
}
