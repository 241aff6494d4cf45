import { Check } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { asProblem } from '../app/problem';
import { useProblemText } from '../app/problem_words';
import { Page } from '../app/page';
import { useService } from '../app/service';
import { useSay } from '../app/words';
import { NumberStep, SerialStep } from '../identity/number_step';
import { useBusy } from '../ui/busy';
import { Button } from '../ui/button';
import type { Mistake } from '../ui/errors';
import { Icon } from '../ui/icons';
import { StepBar } from '../ui/progress';
import { answer, useAnswers } from './answers';
import { type Purpose, requestCode } from './calls';

const prefix: Record<Purpose, string> = { open: 'enrollment.request', object: 'enrollment.object', close: 'enrollment.close' };

interface BegunProps {
  purpose: Purpose;
  on: string;
  onReceived: () => void;
}

/** The same page whether the numbers were right or wrong: it says what is done, and what is still to do. */
export function Begun({ purpose, on, onReceived }: BegunProps) {
  const say = useSay();
  const { phone } = useService();
  const words = prefix[purpose];
  return (
    <Page title={say(`${words}.begun_title`)} width="form">
      <ol className="steps card">
        <li className="step-done">
          <span className="step-mark">
            <Icon of={Check} />
          </span>
          <strong>{say(purpose === 'object' ? 'enrollment.object.begun_done' : 'enrollment.request.begun_done', { date: say.date(on) })}</strong>
        </li>
        <li>
          <span className="step-mark" aria-hidden="true">
            2
          </span>
          <div className="stack-s">
            <p>
              <strong>{say(`${words}.begun_todo`)}</strong>
            </p>
            <p>{say(`${words}.begun_text`)}</p>
          </div>
        </li>
      </ol>
      <div className="buttons">
        <Button onPress={onReceived}>{say('enrollment.object.have_received')}</Button>
      </div>
      <p className="help">{say('enrollment.request.nothing', { phone })}</p>
    </Page>
  );
}

interface RequestStepsProps {
  purpose: Purpose;
  step: 'numero' | 'serie';
  onStep: (step: 'numero' | 'serie' | '') => void;
  onBegun: (on: string) => void;
  links?: ReactNode;
}

/** Without a code: the number, the card, and the request leaves. */
export function RequestSteps({ purpose, step, onStep, onBegun, links }: RequestStepsProps) {
  const say = useSay();
  const answers = useAnswers();
  const words = useProblemText({});
  const [mistakes, setMistakes] = useState<readonly Mistake[]>([]);
  const [busy, run] = useBusy();
  if (step === 'numero')
    return (
      <NumberStep
        above={<StepBar onBack={() => onStep('')} />}
        value={answers.number}
        onChange={(number) => answer({ number })}
        onNext={() => onStep('serie')}
        links={links}
      />
    );
  const send = () =>
    void run(async () => {
      try {
        const { requested_on } = await requestCode(answers.number.replace(/\s/gu, '').toUpperCase(), answers.serial.trim(), purpose);
        onBegun(requested_on);
      } catch (thrown) {
        setMistakes([{ text: words(asProblem(thrown)) }]);
      }
    });
  return (
    <SerialStep
      above={<StepBar onBack={() => onStep('numero')} />}
      value={answers.serial}
      onChange={(serial) => answer({ serial })}
      onNext={send}
      links={links}
      busy={busy}
      mistakes={mistakes}
      onMistakes={setMistakes}
      submitWords={say('enrollment.request.send')}
    />
  );
}
