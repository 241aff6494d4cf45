import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { Page } from '../app/page';
import { PagePending } from '../app/states';
import { useSay } from '../app/words';
import { readNumber } from '../identity/number';
import { Button } from '../ui/button';
import { mistakeAt, type Mistake } from '../ui/errors';
import { Choices } from '../ui/field';
import { Form } from '../ui/form';
import { useAnswers } from './answers';
import { Begun, RequestSteps } from './begun';
import { FormExpired, FormGuard } from './form_guard';
import { useGo, useStep } from './steps';

/** Asking for a code: what for, then number and card. Objecting and closing have their own paths for it. */
export default function CodePage() {
  const step = useStep();
  const go = useGo('/code');
  const navigate = useNavigate();
  const answers = useAnswers();
  const [begun, setBegun] = useState<string | null>(null);
  const lost = (step === 'serie' && readNumber(answers.number).kind !== 'good') || (step === 'commencee' && !begun);
  useEffect(() => {
    if (lost) go('', { replace: true });
  }, [lost, go]);
  if (lost) return <PagePending />;
  if (step === 'ferme') return <FormExpired onRestart={() => go('', { replace: true })} />;
  if (step === 'commencee' && begun) return <Begun purpose="open" on={begun} onReceived={() => void navigate({ to: '/activer', search: { etape: 1 } as never })} />;
  if (step !== 'numero' && step !== 'serie') return <Purposes onOpen={() => go('numero')} />;
  return (
    <>
      <FormGuard onExpired={() => go('ferme', { replace: true })} />
      <RequestSteps
        key={step}
        purpose="open"
        step={step}
        onStep={go}
        onBegun={(on) => {
          setBegun(on);
          go('commencee', { replace: true });
        }}
      />
    </>
  );
}

function Purposes({ onOpen }: { onOpen: () => void }) {
  const say = useSay();
  const navigate = useNavigate();
  const [purpose, setPurpose] = useState('');
  const [mistakes, setMistakes] = useState<readonly Mistake[]>([]);
  const submit = () => {
    if (purpose === '') setMistakes([{ field: 'purpose', text: say('enrollment.request.choose') }]);
    else if (purpose === 'open') onOpen();
    else void navigate({ to: purpose === 'object' ? '/opposition' : '/cloturer', search: { etape: 'numero' } as never });
  };
  return (
    <Page title={say('enrollment.request.title')} failed={mistakes.length > 0} width="form">
      <Form mistakes={mistakes} onSubmit={submit}>
        <Choices
          id="purpose"
          legend={say('enrollment.request.legend')}
          error={mistakeAt(mistakes, 'purpose')}
          choices={['open', 'object', 'close'].map((value) => ({ value, label: say(`enrollment.request.${value}`) }))}
          value={purpose}
          onChange={setPurpose}
        />
        <div className="buttons">
          <Button submit>{say('app.continue')}</Button>
        </div>
      </Form>
    </Page>
  );
}
