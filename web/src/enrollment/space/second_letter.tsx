import { useState } from 'react';
import { useDraft } from '../../app/drafts';
import { Page } from '../../app/page';
import { asProblem } from '../../app/problem';
import { useProblemText } from '../../app/problem_words';
import { useSay } from '../../app/words';
import { useSpace, useStep, useWhose } from '../../record/space';
import { SpaceLink } from '../../record/space_link';
import { BusyNote, useBusy } from '../../ui/busy';
import { Button } from '../../ui/button';
import { mistakeAt, type Mistake } from '../../ui/errors';
import { Form } from '../../ui/form';
import { StepBar } from '../../ui/progress';
import { readCode } from '../code';
import { CodeField } from '../code_field';
import { codeMistake } from '../code_step';
import { enterSecondLetter } from './calls';
import { useRefreshSpaces } from './refresh';

const codeWords = { 'enrollment.facts_do_not_match': 'space.second.wrong', 'enrollment.code_misspelt': 'enrollment.code.misspelt' };

/** The code of the second letter: what was received before the activation is shown once it is entered. */
export default function SecondLetterPage() {
  const say = useSay();
  const { who } = useSpace();
  const whose = useWhose();
  const [step, go] = useStep();
  const refresh = useRefreshSpaces();
  const words = useProblemText(codeWords);
  const [typed, setTyped] = useDraft(`enrollment.second.${who}`, '');
  const [mistakes, setMistakes] = useState<readonly Mistake[]>([]);
  const [busy, run] = useBusy();
  if (step === 'seconde-lettre-lue')
    return (
      <Page title={say('space.second.done_title')} width="form">
        <p>{say('space.second.done')}</p>
        <p>
          <SpaceLink who={who} page="documents" className="button">
            {say('space.home.documents', whose)}
          </SpaceLink>
        </p>
      </Page>
    );
  const submit = () => {
    const reading = readCode(typed);
    if (reading.kind !== 'good') {
      setMistakes([{ field: 'code', text: codeMistake(reading, say) ?? '' }]);
      return;
    }
    void run(async () => {
      try {
        await enterSecondLetter(who, reading.code);
        await go('seconde-lettre-lue', { replace: true });
        setTyped('');
        await refresh();
      } catch (thrown) {
        const problem = asProblem(thrown);
        setMistakes([{ ...(problem.code in codeWords ? { field: 'code' } : {}), text: words(problem) }]);
      }
    });
  };
  return (
    <Page title={say('space.second.title')} failed={mistakes.length > 0} above={<StepBar onBack={() => void go('')} />} width="form">
      <p>{say('space.second.waits')}</p>
      <Form mistakes={mistakes} onSubmit={submit}>
        <CodeField id="code" label={say('space.second.label')} help={say('space.second.help')} error={mistakeAt(mistakes, 'code')} value={typed} onChange={setTyped} />
        <div className="buttons">
          <Button submit busy={busy}>
            {say('space.second.do')}
          </Button>
        </div>
        <BusyNote busy={busy} />
      </Form>
    </Page>
  );
}
