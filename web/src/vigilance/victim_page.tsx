import { useCallback, useState } from 'react';
import { Page } from '../app/page';
import { useSay } from '../app/words';
import { Button } from '../ui/button';
import { BusyNote, useBusy } from '../ui/busy';
import { mistakeAt, type Mistake } from '../ui/errors';
import { Form } from '../ui/form';
import { Note } from '../ui/notes';
import { askVictim } from './calls';
import { Boxes, Others } from './controls';
import { Mount } from './mount';
import { OwnSpace } from './own_space';
import { given, type Step } from './steps';
import { stepsView } from './steps_view';

/** What someone who gave something does, in order, the bank first. */
export default function VictimPage() {
  const say = useSay();
  const [gave, setGave] = useState<string[]>([]);
  const [steps, setSteps] = useState<Step[] | null>(null);
  const [mistakes, setMistakes] = useState<readonly Mistake[]>([]);
  const [busy, run] = useBusy();
  const submit = () => {
    if (gave.length === 0) {
      setMistakes([{ field: 'gave', text: say('vigilance.victim.none') }]);
      return;
    }
    void run(async () => {
      try {
        setSteps(await askVictim(gave));
        setMistakes([]);
      } catch {
        // Whatever the failure, the first gesture cannot wait for us.
        setMistakes([{ text: say('vigilance.victim.failed') }]);
      }
    });
  };
  if (steps) return <Steps steps={steps} change={() => setSteps(null)} />;
  return (
    <Page title={say('vigilance.victim.title')} width="form" failed={mistakes.length > 0}>
      <p>
        <strong>{say('vigilance.victim.everyone')}</strong> {say('vigilance.victim.private')}
      </p>
      <Form mistakes={mistakes} onSubmit={submit}>
        <Boxes
          id="gave"
          legend={say('vigilance.victim.question')}
          help={say('vigilance.victim.question_help')}
          error={mistakeAt(mistakes, 'gave')}
          boxes={given.map((value) => ({ value, label: say(`vigilance.victim.gave.${value}`) }))}
          checked={gave}
          onChange={setGave}
        />
        <div className="buttons">
          <Button submit busy={busy}>
            {say('vigilance.victim.submit')}
          </Button>
        </div>
        <BusyNote busy={busy} />
      </Form>
      <Others but="victim" />
    </Page>
  );
}

function Steps({ steps, change }: { steps: Step[]; change: () => void }) {
  const say = useSay();
  const build = useCallback(() => stepsView(steps, say), [steps, say]);
  return (
    <Page title={say('vigilance.victim.steps')} width="form">
      <p>
        <strong>{say('vigilance.victim.everyone')}</strong>
      </p>
      <Note kind="warn">
        <p>{say('vigilance.victim.on_call')}</p>
      </Note>
      <Mount build={build} />
      <OwnSpace />
      <div className="buttons">
        <Button onPress={() => print()}>{say('vigilance.steps.print')}</Button>
        <Button look="plain" onPress={change}>
          {say('vigilance.victim.change')}
        </Button>
      </div>
      <Others but="victim" />
    </Page>
  );
}
