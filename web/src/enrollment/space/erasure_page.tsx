import { useState } from 'react';
import { Page } from '../../app/page';
import { useSay } from '../../app/words';
import { isArchive, useSpace, useStep, useWhose } from '../../record/space';
import { SpaceLink } from '../../record/space_link';
import { ReceiptPanel } from '../receipt';
import { type Closed, eraseSpace } from './calls';
import { Confirm } from './confirm';
import { CopyOrContinue, UnchangedPage } from './leaving';
import { useRefreshSpaces } from './refresh';

/** « Effacer définitivement mes données »: what it does and until when it can be undone, a copy first, then the password and a code. */
export default function ErasurePage() {
  const say = useSay();
  const { who } = useSpace();
  const whose = useWhose();
  const [step, go] = useStep();
  const refresh = useRefreshSpaces();
  const [asked, setAsked] = useState<Closed | null>(null);
  if (step === 'fait' && asked) return <AskedPage asked={asked} />;
  if (step === 'garde') return <UnchangedPage title={say('erasure.unchanged_title')} />;
  if (step !== '')
    return (
      <Confirm
        title={say('erasure.title', whose)}
        meaning={<Meaning />}
        act={say('erasure.do', whose)}
        refuse={{ words: say('erasure.keep', whose), onPress: () => void go('garde', { replace: true }) }}
        onCode={async (code) => {
          setAsked(await eraseSpace(who, code));
          await go('fait', { replace: true });
          await refresh();
        }}
      />
    );
  return <Begin onContinue={() => void go('mot-de-passe')} />;
}

function Meaning() {
  const say = useSay();
  const space = useSpace();
  const whose = useWhose();
  return (
    <>
      <p>{say('erasure.means')}</p>
      {!isArchive(space) && <p>{say('erasure.closes')}</p>}
      <p>{say('erasure.regret')}</p>
      {whose.whose === 'child' && <p>{say('erasure.other_parent')}</p>}
    </>
  );
}

function Begin({ onContinue }: { onContinue: () => void }) {
  const say = useSay();
  const space = useSpace();
  const whose = useWhose();
  return (
    <Page title={say('erasure.title', whose)} width="form">
      <Meaning />
      {!isArchive(space) && (
        <p>
          {say('erasure.instead')}{' '}
          <SpaceLink who={space.who} page="parametres/cloture" className="link">
            {say('space.closure.title', whose)}
          </SpaceLink>
        </p>
      )}
      <p>{say('erasure.copy_first')}</p>
      <CopyOrContinue onContinue={onContinue} />
    </Page>
  );
}

function AskedPage({ asked }: { asked: Closed }) {
  const say = useSay();
  const { who } = useSpace();
  return (
    <Page title={say('erasure.done_title')} width="form">
      {asked.kept_until && <p>{say('erasure.done', { date: say.date(asked.kept_until) })}</p>}
      <p>{say('erasure.undo')}</p>
      <ReceiptPanel receipt={asked.receipt} />
      <p className="no-print">
        <SpaceLink who={who} page="" className="link">
          {say('space.back_home')}
        </SpaceLink>
      </p>
    </Page>
  );
}
