import { Baby, DoorOpen, Download, FolderX, LogOut, SunMoon } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { Page } from '../../app/page';
import { PagePending } from '../../app/states';
import { useLeave } from '../../app/session';
import { useSay } from '../../app/words';
import { isArchive, useSpace, useStep, useWhose } from '../../record/space';
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
  return (
    <Page title={say('space.settings.title')}>
      <ul className="bare tiles">
        <Tile icon={Download} help={say('space.export.short', whose)}>
          <SpaceLink who={space.who} page="parametres" step="recuperer" className="tile-link">
            {say('space.export.title', whose)}
          </SpaceLink>
        </Tile>
        <Tile icon={archive ? DoorOpen : FolderX} help={say(archive ? 'space.reopening.short' : 'space.closure.short', whose)}>
          <SpaceLink who={space.who} page="parametres/cloture" className="tile-link">
            {say(archive ? 'space.reopening.title' : 'space.closure.title', whose)}
          </SpaceLink>
        </Tile>
        <Tile icon={Baby} help={say('space.children.short')}>
          <Link to="/espace/enfants" className="tile-link">
            {say('space.children.title')}
          </Link>
        </Tile>
        <Tile icon={SunMoon} help={say('space.settings.colours_help')}>
          <Link to="/accessibilite" className="tile-link">
            {say('space.settings.colours')}
          </Link>
        </Tile>
      </ul>
      <p>
        <Button look="plain" onPress={() => void leave('left')}>
          <Icon of={LogOut} />
          {say('space.sign_out')}
        </Button>
      </p>
    </Page>
  );
}
