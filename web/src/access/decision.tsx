import { type ReactNode, useState } from 'react';
import { Page } from '../app/page';
import { asProblem, type Problem } from '../app/problem';
import { type CodeWords, useProblemText } from '../app/problem_words';
import { useSay } from '../app/words';
import { SpaceLink } from '../record/space_link';
import { useSpace } from '../record/space';
import { BusyNote, useBusy } from '../ui/busy';
import { Button } from '../ui/button';
import { ErrorSummary, type Mistake } from '../ui/errors';
import { StepBar } from '../ui/progress';

/** Runs an act of the page: its refusal becomes the page's mistakes, in words. */
export function useAct(codes: CodeWords, fieldOf?: (problem: Problem) => string | undefined) {
  const words = useProblemText(codes);
  const [mistakes, setMistakes] = useState<readonly Mistake[]>([]);
  const [busy, run] = useBusy();
  const act = (doIt: () => Promise<void>) =>
    void run(async () => {
      try {
        await doIt();
      } catch (thrown) {
        const problem = asProblem(thrown);
        const field = fieldOf?.(problem);
        setMistakes([{ ...(field ? { field } : {}), text: words(problem) }]);
      }
    });
  return { mistakes, setMistakes, busy, act };
}

interface DecisionPageProps {
  title: string;
  /** What it does, before it is done. */
  children: ReactNode;
  act: string;
  keep: string;
  onAct: () => Promise<void>;
  onKeep: () => void;
  words?: CodeWords;
}

const noWords: CodeWords = {};

/** One decision: what it changes, then two buttons of the same weight. */
export function DecisionPage({ title, children, act: actWords, keep, onAct, onKeep, words = noWords }: DecisionPageProps) {
  const { mistakes, busy, act } = useAct(words);
  return (
    <Page title={title} failed={mistakes.length > 0} above={<StepBar onBack={onKeep} />} width="form" tall>
      <ErrorSummary mistakes={mistakes} />
      {children}
      <div className="buttons buttons-equal">
        <Button busy={busy} onPress={() => act(onAct)}>
          {actWords}
        </Button>
        <Button onPress={onKeep}>{keep}</Button>
      </div>
      <BusyNote busy={busy} />
    </Page>
  );
}

/** What happened, and the way back. */
export function DonePage({ title, children, page, back, step }: { title: string; children: ReactNode; page: string; back: string; step?: string }) {
  const { who } = useSpace();
  return (
    <Page title={title} width="form">
      {children}
      <p>
        <SpaceLink who={who} page={page} className="button" {...(step ? { step } : {})}>
          {back}
        </SpaceLink>
      </p>
    </Page>
  );
}

/** A page whose reading failed: what is known to be safe, and another try. */
export function ReadFailed({ text, onRetry }: { text: string; onRetry: () => void }) {
  const say = useSay();
  return (
    <div className="stack-s" role="alert">
      <p>{text}</p>
      <Button look="plain" onPress={onRetry}>
        {say('app.retry')}
      </Button>
    </div>
  );
}
