import { Page } from '../../app/page';
import { useSay } from '../../app/words';
import { useSpace, useWhose } from '../../record/space';
import { SpaceLink } from '../../record/space_link';
import { Button } from '../../ui/button';

/** What closing and erasing have in common: nothing was changed after all. */
export function UnchangedPage({ title }: { title: string }) {
  const say = useSay();
  const { who } = useSpace();
  return (
    <Page title={title} width="form">
      <p>{say('space.closure.unchanged')}</p>
      <p>
        <SpaceLink who={who} page="" className="button">
          {say('space.back_home')}
        </SpaceLink>
      </p>
    </Page>
  );
}

/** And a copy first, before going on. */
export function CopyOrContinue({ onContinue }: { onContinue: () => void }) {
  const say = useSay();
  const { who } = useSpace();
  return (
    <div className="buttons">
      <SpaceLink who={who} page="parametres" step="recuperer" className="button">
        {say('space.export.title', useWhose())}
      </SpaceLink>
      <Button look="plain" onPress={onContinue}>
        {say('app.continue')}
      </Button>
    </div>
  );
}
