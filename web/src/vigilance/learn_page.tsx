import { useQuery } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { Page } from '../app/page';
import { asProblem } from '../app/problem';
import { useProblemText } from '../app/problem_words';
import { useSay } from '../app/words';
import { Button } from '../ui/button';
import { BusyNote, useBusy } from '../ui/busy';
import { ErrorSummary, type Mistake } from '../ui/errors';
import { Note } from '../ui/notes';
import { answerView } from './answer_view';
import { answerLesson, lessonsQuery } from './calls';
import { Others } from './controls';
import type { Lesson, VerdictOn } from './lessons';
import { Mount } from './mount';

/** Eight messages of our own writing, told by the engine that answers « Vérifier un message ». Nothing is counted. */
export default function LearnPage() {
  const say = useSay();
  const { data, isError, refetch } = useQuery(lessonsQuery);
  const [at, setAt] = useState(-1);
  const lesson = data?.[at];
  if (data && lesson) return <LessonPage key={lesson.id} lesson={lesson} step={at + 1} of={data.length} next={() => setAt(at + 1)} />;
  if (data && at >= data.length) return <Seen again={() => setAt(0)} />;
  return (
    <Page title={say('vigilance.learn.title')} width="form" tall>
      <p>{say('vigilance.learn.lead')}</p>
      {isError && !data ? (
        <Note kind="bad">
          <p role="alert">{say('vigilance.learn.failed')}</p>
          <Button look="plain" small onPress={() => void refetch()}>
            {say('app.retry')}
          </Button>
        </Note>
      ) : (
        <div className="buttons">
          <Button busy={!data} onPress={() => setAt(0)}>
            {say('vigilance.learn.start')}
          </Button>
        </div>
      )}
      {(data || isError) && <Others but="learn" />}
    </Page>
  );
}

function Seen({ again }: { again: () => void }) {
  const say = useSay();
  return (
    <Page title={say('vigilance.learn.done')} width="form">
      <p>{say('vigilance.learn.done.text')}</p>
      <div className="buttons">
        <Button look="plain" onPress={again}>
          {say('vigilance.learn.again')}
        </Button>
      </div>
      <Others but="learn" />
    </Page>
  );
}

interface LessonProps {
  lesson: Lesson;
  step: number;
  of: number;
  next: () => void;
}

function LessonPage({ lesson, step, of, next }: LessonProps) {
  const say = useSay();
  const tell = useProblemText({});
  const [told, setTold] = useState<(VerdictOn & { isScam: boolean }) | null>(null);
  const [mistakes, setMistakes] = useState<readonly Mistake[]>([]);
  const [busy, run] = useBusy();
  const choose = (answer: 'scam' | 'not_scam') =>
    void run(async () => {
      try {
        const verdict = await answerLesson(lesson.id, answer);
        setTold({ ...verdict, isScam: (answer === 'scam') === verdict.right });
        setMistakes([]);
      } catch (thrown) {
        setMistakes([{ text: tell(asProblem(thrown)) }]);
      }
    });
  const stepWords = say('vigilance.learn.step', { step, of });
  if (told) return <Explained told={told} lesson={lesson} stepWords={stepWords} isLast={step === of} next={next} />;
  return (
    <Page title={say('vigilance.learn.question')} step={stepWords} width="form" failed={mistakes.length > 0} above={<p className="progress-text">{stepWords}</p>}>
      <ErrorSummary mistakes={mistakes} />
      <Message lesson={lesson} />
      <div className="buttons buttons-equal">
        <Button busy={busy} onPress={() => choose('scam')}>
          {say('vigilance.learn.scam')}
        </Button>
        <Button busy={busy} onPress={() => choose('not_scam')}>
          {say('vigilance.learn.not_scam')}
        </Button>
      </div>
      <BusyNote busy={busy} />
    </Page>
  );
}

/** The message as it came: in French, whatever the language of the page. */
function Message({ lesson }: { lesson: Lesson }) {
  const say = useSay();
  return (
    <div className="card stack-s lesson">
      <p className="help">{say(lesson.kind === 'email' ? 'vigilance.learn.kind.email' : 'vigilance.learn.kind.sms')}</p>
      {lesson.sender && <p>{say('vigilance.learn.from', { sender: lesson.sender })}</p>}
      {lesson.subject && <p>{say('vigilance.learn.subject', { subject: lesson.subject })}</p>}
      <p className="lesson-text" lang="fr">
        {lesson.text}
      </p>
    </div>
  );
}

function Explained({ told, lesson, stepWords, isLast, next }: { told: VerdictOn & { isScam: boolean }; lesson: Lesson; stepWords: string; isLast: boolean; next: () => void }) {
  const say = useSay();
  const build = useCallback(() => answerView({ checked: told.checked, say: say, language: say.locale === 'en' ? 'en' : 'fr' }), [told, say]);
  const title = say(`vigilance.learn.${told.right ? 'right' : 'wrong'}.${told.isScam ? 'scam' : 'not_scam'}`);
  return (
    <Page title={title} step={stepWords} width="form" above={<p className="progress-text">{stepWords}</p>}>
      <Message lesson={lesson} />
      <h2>{say('vigilance.learn.engine')}</h2>
      <Mount build={build} />
      <div className="buttons">
        <Button onPress={next}>{say(isLast ? 'vigilance.learn.end' : 'vigilance.learn.next')}</Button>
      </div>
    </Page>
  );
}
