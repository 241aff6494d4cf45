import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Page } from '../app/page';
import { asProblem } from '../app/problem';
import { useProblemText } from '../app/problem_words';
import { useService } from '../app/service';
import { useSay } from '../app/words';
import { BusyNote, useBusy } from '../ui/busy';
import { Button } from '../ui/button';
import { ErrorSummary, type Mistake } from '../ui/errors';
import { contest, forgetLists } from './calls';
import { SourceLine } from './document_card';
import { actDateWords, type HealthDocument } from './documents';
import { useSpace, useStep, useWhose } from './space';
import { SpaceLink } from './space_link';
import { recordWords } from './words';

/** « Ce document n'est pas à moi »: what it does, said before; two buttons of the same weight; then what was done. */
export function ContestPage({ document: shown }: { document: HealthDocument }) {
  const say = useSay();
  const { who } = useSpace();
  const whose = useWhose();
  const client = useQueryClient();
  const words = useProblemText(recordWords);
  const [step, go] = useStep();
  const [mistakes, setMistakes] = useState<readonly Mistake[]>([]);
  const [busy, run] = useBusy();
  const hide = () =>
    void run(async () => {
      try {
        await contest(who, shown.id);
        await go('cache', { replace: true });
        await forgetLists(client, who);
      } catch (thrown) {
        setMistakes([{ text: words(asProblem(thrown)) }]);
      }
    });
  if (step === 'cache') return <Hidden />;
  return (
    <Page title={say('record.contest.title', whose)} failed={mistakes.length > 0} width="form">
      <ErrorSummary mistakes={mistakes} />
      <div className="card card-professional stack-s">
        <p>
          <strong>{shown.title}</strong>
        </p>
        <p>{actDateWords(shown.date, say)}</p>
        <SourceLine document={shown} />
      </div>
      <p>{say('record.contest.hides')}</p>
      <p>{say('record.contest.tells')}</p>
      <div className="buttons buttons-equal">
        <Button busy={busy} onPress={hide}>
          {say('record.contest.hide')}
        </Button>
        <Button onPress={() => void go('', { replace: true })}>{say('record.contest.keep')}</Button>
      </div>
      <BusyNote busy={busy} />
    </Page>
  );
}

function Hidden() {
  const say = useSay();
  const { who } = useSpace();
  const whose = useWhose();
  const { phone } = useService();
  return (
    <Page title={say('record.contest.done_title')} width="form">
      <p>{say('record.contest.done')}</p>
      <p>{say('record.contest.undo', { phone })}</p>
      <p>
        <SpaceLink who={who} page="documents" className="button">
          {say('record.document.back', whose)}
        </SpaceLink>
      </p>
    </Page>
  );
}
