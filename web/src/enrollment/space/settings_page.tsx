import { Bell, DoorOpen, Download, FolderX, KeyRound, LogOut, MessageCircleQuestionMark, OctagonPause, Phone, Smartphone, SunMoon, UserRoundCog, UsersRound, type LucideIcon } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { Page } from '../../app/page';
import { PagePending } from '../../app/states';
import { useLeave } from '../../app/session';
import { useSay } from '../../app/words';
import { isArchive, mayDo, useSpace, useStep, useWhose } from '../../record/space';
import { SpaceLink } from '../../record/space_link';
import { Button, Link } from '../../ui/button';
import { Icon } from '../../ui/icons';
import { Tile } from './tile';

const ExportPages = lazy(() => import('./export_pages'));

export default function SettingsPage() {
  const [step] = useStep();
  if (step === '') return <Settings />;
  return (
    <Suspense fallback={<PagePending />}>
      <ExportPages />
    </Suspense>
  );
}

function Settings() {
  const say = useSay();
  const space = useSpace();
  const whose = useWhose();
  const leave = useLeave();
  const archive = isArchive(space);
  const mine = space.relation === 'self';
  return (
    <Page title={say('space.settings.title')}>
      <p>
        <Button look="plain" onPress={() => void leave('left')}>
          <Icon of={LogOut} />
          {say('space.sign_out')}
        </Button>
      </p>
      <ul className="bare tiles">
        {!archive && <DecisionTiles />}
        {!archive && (mine || space.relation === 'child') && <OneTile page="parametres/alertes" name="alerts" icon={Bell} />}
        {mine && !archive && <AccountTiles />}
        {mayDo(space, 'copy') && (
          <Tile icon={Download} help={say('space.export.short', whose)}>
            <SpaceLink who={space.who} page="parametres" step="recuperer" className="tile-link">
              {say('space.export.title', whose)}
            </SpaceLink>
          </Tile>
        )}
        {mayDo(space, 'close') && (
          <Tile icon={archive ? DoorOpen : FolderX} help={say(archive ? 'space.reopening.short' : 'space.closure.short', whose)}>
            <SpaceLink who={space.who} page="parametres/cloture" className="tile-link">
              {say(archive ? 'space.reopening.title' : 'space.closure.title', whose)}
            </SpaceLink>
          </Tile>
        )}
        {mine && !archive && <OneTile page="parametres/tout-arreter" name="freeze" icon={OctagonPause} />}
        {mine && (
          <Tile icon={MessageCircleQuestionMark} help={say('tiles.check_help')}>
            <a href="/verifier" className="tile-link">
              {say('tiles.check')}
            </a>
          </Tile>
        )}
        <Tile icon={SunMoon} help={say('space.settings.colours_help')}>
          <Link to="/accessibilite" className="tile-link">
            {say('space.settings.colours')}
          </Link>
        </Tile>
      </ul>
    </Page>
  );
}

function OneTile({ page, name, icon }: { page: string; name: string; icon: LucideIcon }) {
  const say = useSay();
  const { who, relation } = useSpace();
  const whose = useWhose();
  return (
    <Tile icon={icon} help={say(name === 'carers' && relation !== 'self' ? 'tiles.carers_child_help' : `tiles.${name}_help`)}>
      <SpaceLink who={who} page={page} className="tile-link">
        {say(`tiles.${name}`, whose)}
      </SpaceLink>
    </Tile>
  );
}

/** Who sees, who helps: on a phone this page is the way to them. */
function DecisionTiles() {
  const space = useSpace();
  return (
    <>
      {mayDo(space, 'traces') && <OneTile page="qui-peut-voir" name="who" icon={UserRoundCog} />}
      {mayDo(space, 'delegate') && <OneTile page="aidants" name="carers" icon={UsersRound} />}
    </>
  );
}

/** The account's own safety. */
function AccountTiles() {
  return (
    <>
      <OneTile page="parametres/appareils" name="devices" icon={Smartphone} />
      <OneTile page="parametres/contacts" name="contacts" icon={Phone} />
      <OneTile page="parametres/codes" name="codes" icon={KeyRound} />
    </>
  );
}
