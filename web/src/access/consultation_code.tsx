import { useEffect, useState } from 'react';
import { Page } from '../app/page';
import { useSay } from '../app/words';
import { useSpace, useStep, useWhose } from '../record/space';
import { SpaceLink } from '../record/space_link';
import { BusyNote } from '../ui/busy';
import { Button } from '../ui/button';
import { ErrorSummary } from '../ui/errors';
import { Note } from '../ui/notes';
import { StepBar } from '../ui/progress';
import { consultationCode, type SpokenCode } from './calls';
import { useAct } from './decision';

/** A code for a professional at a consultation: what it opens, then the code itself, large, with its end. It lives in this page only. */
export function ConsultationCodePage() {
  const say = useSay();
  const { who } = useSpace();
  const whose = useWhose();
  const [step, go] = useStep();
  const [shown, setShown] = useState<SpokenCode | null>(null);
  const { mistakes, busy, act } = useAct({});
  const lost = step === 'code' && !shown;
  useEffect(() => {
    if (lost) void go('consultation', { replace: true });
  }, [lost, go]);
  const ask = () =>
    act(async () => {
      setShown(await consultationCode(who));
      await go('code', { replace: true });
    });
  if (step === 'code' && shown)
    return (
      <Page title={say('decisions.consultation.title_shown')} failed={mistakes.length > 0} width="form">
        <ErrorSummary mistakes={mistakes} />
        <p className="card spoken-code" aria-live="polite">
          {shown.code}
        </p>
        <p>
          <strong>{say('decisions.consultation.until', { time: say.localTime(shown.valid_until) })}</strong>
        </p>
        <p>{say('decisions.consultation.means')}</p>
        <div className="buttons">
          <SpaceLink who={who} page="qui-peut-voir" className="button">
            {say('access.back', whose)}
          </SpaceLink>
          <Button look="plain" busy={busy} onPress={ask}>
            {say('decisions.consultation.again')}
          </Button>
        </div>
        <p className="help">{say('decisions.consultation.replaces')}</p>
        <BusyNote busy={busy} />
      </Page>
    );
  return (
    <Page title={say('access.consultation')} failed={mistakes.length > 0} above={<StepBar onBack={() => void go('')} />} width="form">
      <ErrorSummary mistakes={mistakes} />
      <p>{say('decisions.consultation.means')}</p>
      <Note kind="warn">
        <p>{say('decisions.consultation.never')}</p>
      </Note>
      <div className="buttons">
        <Button busy={busy} onPress={ask}>
          {say('decisions.consultation.do')}
        </Button>
      </div>
      <BusyNote busy={busy} />
      <p className="help">{say('decisions.consultation.card')}</p>
    </Page>
  );
}
