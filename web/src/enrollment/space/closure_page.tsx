import { useState } from 'react';
import { Page } from '../../app/page';
import { useService } from '../../app/service';
import { useSay } from '../../app/words';
import { isArchive, useSpace, useStep, useWhose } from '../../record/space';
import { SpaceLink } from '../../record/space_link';
import { Button } from '../../ui/button';
import { ReceiptPanel } from '../receipt';
import { archiveEnd } from './archive';
import { type Closed, closeSpace, type Decided, reopenSpace } from './calls';
import { Confirm } from './confirm';
import { CopyOrContinue, UnchangedPage } from './leaving';
import { useRefreshSpaces } from './refresh';

/** "Paramètres > Clôture du profil"; once closed, the same page reopens. */
export default function ClosurePage() {
  const space = useSpace();
  const [step, go] = useStep();
  const refresh = useRefreshSpaces();
  const [closed, setClosed] = useState<Closed | null>(null);
  const [reopened, setReopened] = useState<Decided | null>(null);
  if (step === 'fait' && closed) return <ClosedPage closed={closed} />;
  if (step === 'fait' && reopened) return <ReopenedPage reopened={reopened} />;
  const finish = async (keep: () => void) => {
    keep();
    await go('fait', { replace: true });
    await refresh();
  };
  if (isArchive(space))
    return (
      <Reopening
        onCode={async (code) => {
          const result = await reopenSpace(space.who, code);
          await finish(() => setReopened(result));
        }}
      />
    );
  return (
    <Closing
      onCode={async (code) => {
        const result = await closeSpace(space.who, code);
        await finish(() => setClosed(result));
      }}
    />
  );
}

function Meaning() {
  const say = useSay();
  const whose = useWhose();
  const end = archiveEnd(useService().today);
  return (
    <>
      <p>{say('space.closure.means')}</p>
      <p>{end ? say('space.closure.kept', { date: say.date(end), ...whose }) : say('space.closure.kept_years')}</p>
    </>
  );
}

function Closing({ onCode }: { onCode: (code: string) => Promise<void> }) {
  const say = useSay();
  const { who } = useSpace();
  const whose = useWhose();
  const [step, go] = useStep();
  if (step === 'garde') return <UnchangedPage title={say('space.closure.unchanged_title', whose)} />;
  if (step !== '')
    return (
      <Confirm
        title={say('space.closure.title', whose)}
        meaning={<Meaning />}
        act={say('space.closure.do', whose)}
        refuse={{ words: say('space.closure.keep', whose), onPress: () => void go('garde', { replace: true }) }}
        onCode={onCode}
      />
    );
  return (
    <Page title={say('space.closure.title', whose)} width="form">
      <Meaning />
      {whose.whose === 'child' && <p>{say('space.closure.other_parent')}</p>}
      <p>{say('space.closure.export_first')}</p>
      <CopyOrContinue onContinue={() => void go('mot-de-passe')} />
      <p>
        <SpaceLink who={who} page="parametres/effacement" className="link">
          {say('space.closure.erase', whose)}
        </SpaceLink>
      </p>
    </Page>
  );
}

function Reopening({ onCode }: { onCode: (code: string) => Promise<void> }) {
  const say = useSay();
  const { who } = useSpace();
  const whose = useWhose();
  const [step, go] = useStep();
  if (step !== '')
    return <Confirm title={say('space.reopening.title', whose)} meaning={<p>{say('space.reopening.means', whose)}</p>} act={say('space.reopening.do', whose)} onCode={onCode} />;
  return (
    <Page title={say('space.reopening.title', whose)} width="form">
      <p>{say('space.reopening.means', whose)}</p>
      <p>{say('space.reopening.archive', whose)}</p>
      <div className="buttons">
        <Button onPress={() => void go('mot-de-passe')}>{say('app.continue')}</Button>
      </div>
      <p>
        <SpaceLink who={who} page="parametres/effacement" className="link">
          {say('space.closure.erase', whose)}
        </SpaceLink>
      </p>
    </Page>
  );
}

function ClosedPage({ closed }: { closed: Closed }) {
  const say = useSay();
  const { who } = useSpace();
  const whose = useWhose();
  return (
    <Page title={say('space.closure.done_title')} width="form">
      <p>{say('space.closure.means')}</p>
      {closed.kept_until && <p>{say('space.closure.kept', { date: say.date(closed.kept_until), ...whose })}</p>}
      <ReceiptPanel receipt={closed.receipt} />
      <p className="no-print">
        <SpaceLink who={who} page="" className="link">
          {say('space.back_home')}
        </SpaceLink>
      </p>
    </Page>
  );
}

function ReopenedPage({ reopened }: { reopened: Decided }) {
  const say = useSay();
  const { who } = useSpace();
  const whose = useWhose();
  return (
    <Page title={say('space.reopening.done_title', whose)} width="form">
      <p>{say('space.reopening.done', whose)}</p>
      <ReceiptPanel receipt={reopened.receipt} />
      <p className="no-print">
        <SpaceLink who={who} page="" className="link">
          {say('space.back_home')}
        </SpaceLink>
      </p>
    </Page>
  );
}
