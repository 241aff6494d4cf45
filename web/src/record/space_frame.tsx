import { Outlet, useParams } from '@tanstack/react-router';
import { Baby, Ellipsis, Eye, Files, House, LogOut, Settings, UserRoundCog, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { api } from '../app/api';
import { IdleGuard } from '../app/idle';
import { type OpenSession, type SpaceSummary, useService, useSession } from '../app/service';
import { useLeave, useSignedOutWatch } from '../app/session';
import { Shell } from '../app/shell';
import { PageMissing, PagePending } from '../app/states';
import { useSay } from '../app/words';
import { Button, Link } from '../ui/button';
import { Icon } from '../ui/icons';
import { isArchive, mayDo, SpaceContext, whoseSpace } from './space';
import { SpaceLink } from './space_link';
import './space.css';

/** What stands around every page of a space: whose it is, the ways to its pages, the way out, the watch over silence. */
export default function SpaceFrame() {
  const session = useSession();
  const { qui = 'moi' }: { qui?: string } = useParams({ strict: false });
  useSignedOutWatch();
  if (!session.signed_in) return <PagePending />;
  return <OpenFrame session={session} who={qui} />;
}

function OpenFrame({ session, who }: { session: OpenSession; who: string }) {
  const say = useSay();
  const leave = useLeave();
  const space = session.spaces.find((one) => one.who === who);
  return (
    <Shell
      title={space && say(`space.title.${space.relation}`, { name: space.name })}
      band={space && space.relation !== 'self' && <OtherBand child={space.relation === 'child'} />}
      tools={
        <Button look="link" className="sign-out" onPress={() => void leave('left')}>
          <Icon of={LogOut} />
          {say('space.sign_out')}
        </Button>
      }
      nav={space && <SpaceNav space={space} />}
    >
      {space ? (
        <SpaceContext.Provider value={space}>
          <Outlet key={who} />
        </SpaceContext.Provider>
      ) : (
        <PageMissing />
      )}
      <IdleGuard
        minutes={session.idle_minutes}
        onAlive={() => void api.command('POST', '/api/session/extend').catch(() => undefined)}
        onExpire={() => void leave('expired')}
      />
    </Shell>
  );
}

function OtherBand({ child }: { child: boolean }) {
  const say = useSay();
  return (
    <>
      {say(child ? 'space.band' : 'space.band.person')}{' '}
      <Link to="/espace/moi" className="band-link">
        {say('space.band.back')}
      </Link>
    </>
  );
}

function SpaceNav({ space }: { space: SpaceSummary }) {
  const say = useSay();
  return (
    <nav className="space-nav" aria-label={say('space.nav.label', { whose: whoseSpace(space) })}>
      <ul>
        <Entry who={space.who} page="" icon={House}>
          {say('space.nav.home')}
        </Entry>
        <Entry who={space.who} page="documents" icon={Files}>
          {say('space.nav.documents')}
        </Entry>
        {mayDo(space, 'traces') && (
          <Entry who={space.who} page="qui-a-consulte" icon={Eye}>
            {say('space.nav.readers')}
          </Entry>
        )}
        {!isArchive(space) && mayDo(space, 'traces') && (
          <Entry who={space.who} page="qui-peut-voir" icon={UserRoundCog} wide>
            {say('space.nav.who')}
          </Entry>
        )}
        {!isArchive(space) && mayDo(space, 'delegate') && (
          <Entry who={space.who} page="aidants" icon={Baby} wide>
            {say('space.nav.carers')}
          </Entry>
        )}
        <Entry who={space.who} page="parametres" icon={Settings} phoneIcon={Ellipsis}>
          <span className="narrow-only">{say('space.nav.more')}</span>
          <span className="wide-only">{say('space.nav.settings')}</span>
        </Entry>
      </ul>
    </nav>
  );
}

interface EntryProps {
  who: string;
  page: string;
  icon: LucideIcon;
  phoneIcon?: LucideIcon;
  /** In the column of a wide window only: a phone has it on its home page and under "Plus". */
  wide?: boolean;
  children: ReactNode;
}

function Entry({ who, page, icon, phoneIcon, wide = false, children }: EntryProps) {
  return (
    <li className={wide ? 'wide-only' : undefined}>
      <SpaceLink who={who} page={page} fuzzy={page !== ''}>
        <Icon of={icon} {...(phoneIcon ? { className: 'wide-only' } : {})} />
        {phoneIcon && <Icon of={phoneIcon} className="narrow-only" />}
        {children}
      </SpaceLink>
    </li>
  );
}

/** On paper only: whose record, when, and the sentence of the law. */
export function OnPaper() {
  const say = useSay();
  const session = useSession();
  const service = useService();
  const { qui = 'moi' }: { qui?: string } = useParams({ strict: false });
  const name = session.signed_in ? session.spaces.find((one) => one.who === qui)?.name : undefined;
  return (
    <div className="print-only stack-s">
      <p>{say('space.print', { name: name ?? '', date: say.date(service.today) })}</p>
      <p>{say('app.print.law')}</p>
    </div>
  );
}
