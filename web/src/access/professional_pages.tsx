import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Page } from '../app/page';
import { useSay } from '../app/words';
import { useSpace, useStep, useWhose } from '../record/space';
import { Button } from '../ui/button';
import { mistakeAt, type Mistake } from '../ui/errors';
import { TextField } from '../ui/field';
import { Form } from '../ui/form';
import { StepBar } from '../ui/progress';
import { forgetAccess, onProfessional } from './calls';
import { DecisionPage, DonePage } from './decision';
import { choosing, type Choosing } from './professionals';

const refusals = { 'access.professional': 'decisions.number.unknown' };

/** One decision about one professional, then what was done. */
export function ActOnProfessional({ choosing: chosen }: { choosing: Choosing }) {
  const say = useSay();
  const { who } = useSpace();
  const whose = useWhose();
  const client = useQueryClient();
  const [step, go] = useStep();
  const { words, name } = chosen;
  const back = say('access.back', whose);
  if (step === 'fait')
    return (
      <DonePage title={say(`decisions.${words}.done_title`)} page="qui-peut-voir" back={back}>
        <p>{say(`decisions.${words}.done`, { name })}</p>
      </DonePage>
    );
  const more = { block: ['decisions.block.except', 'decisions.block.care'], refuse: ['decisions.refuse.still'], unblock: [], restore: [], occupational_end: [] }[words];
  return (
    <DecisionPage
      title={say(`decisions.${words}.title`, whose)}
      act={say(`decisions.${words}.do`)}
      keep={say('decisions.unchanged')}
      words={refusals}
      onKeep={() => void go('', { replace: true })}
      onAct={async () => {
        await onProfessional(who, chosen.act, chosen.rpps);
        await go('fait', { replace: true });
        await forgetAccess(client, who);
      }}
    >
      <p>
        <strong>{say(`decisions.${words}.who`, { name })}</strong>
      </p>
      {[`decisions.${words}.means`, ...more].map((id) => (
        <p key={id}>{say(id)}</p>
      ))}
    </DecisionPage>
  );
}

/** The digits of a number typed in any grouping. */
export function rppsDigits(typed: string): string {
  return typed.replace(/[\s\u00a0.\-]/gu, '');
}

/** Somebody who is not in the list, by the number printed on prescriptions. */
export function NumberPage({ onChoose }: { onChoose: (next: Choosing) => void }) {
  const say = useSay();
  const [, go] = useStep();
  const [typed, setTyped] = useState('');
  const [mistakes, setMistakes] = useState<readonly Mistake[]>([]);
  const submit = () => {
    const digits = rppsDigits(typed);
    if (digits === '') setMistakes([{ field: 'rpps', text: say('decisions.number.none') }]);
    else if (!/^\d{11}$/u.test(digits)) setMistakes([{ field: 'rpps', text: say('decisions.number.short', { count: digits.replace(/\D/gu, '').length }) }]);
    else onChoose(choosing('block', digits, say('decisions.number.named', { number: digits })));
  };
  return (
    <Page title={say('decisions.number.title')} failed={mistakes.length > 0} above={<StepBar onBack={() => void go('')} />} width="form">
      <Form mistakes={mistakes} onSubmit={submit}>
        <TextField id="rpps" label={say('decisions.number.label')} help={say('decisions.number.help')} error={mistakeAt(mistakes, 'rpps')} value={typed} onChange={setTyped} inputMode="numeric" shape="digits" />
        <div className="buttons">
          <Button submit>{say('app.continue')}</Button>
        </div>
      </Form>
    </Page>
  );
}
