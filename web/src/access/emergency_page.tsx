import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Page } from '../app/page';
import { useSay } from '../app/words';
import { useSpaceFailure } from '../record/failure';
import { useSpace, useStep, useWhose } from '../record/space';
import { Waiting } from '../record/waiting';
import { BusyNote } from '../ui/busy';
import { Button } from '../ui/button';
import { Choices } from '../ui/field';
import { Form } from '../ui/form';
import { StepBar } from '../ui/progress';
import { accessQuery, allowEmergency, forgetAccess } from './calls';
import { DonePage, ReadFailed, useAct } from './decision';
import type { EmergencySteps } from './emergency_steps';

/** « Si je ne peux pas m'exprimer », « Quand le 15 est appelé »: what each changes, then allow or refuse. */
export function EmergencyPage({ mode }: { mode: EmergencySteps }) {
  const say = useSay();
  const { who } = useSpace();
  const whose = useWhose();
  const [step, go] = useStep();
  const query = useQuery(accessQuery(who));
  const failure = useSpaceFailure(query.error);
  const title = say(`access.emergency.${mode.mode}`, whose);
  if (failure) return failure;
  if (!query.data)
    return (
      <Page title={title} above={<StepBar onBack={() => void go('')} />} width="form" tall>
        {query.isError ? <ReadFailed text={say('access.failed')} onRetry={() => void query.refetch()} /> : <Waiting text={say('access.loading')} row="tile-skeleton" />}
      </Page>
    );
  const allowed = query.data.emergency[mode.mode];
  if (step === mode.saved)
    return (
      <DonePage title={say('decisions.emergency.saved_title')} page="qui-peut-voir" back={say('access.back', whose)}>
        <p>{say.rich('access.emergency.state', { label: title, state: say(allowed ? 'access.emergency.allowed' : 'access.emergency.refused') })}</p>
        <p>{say('decisions.emergency.saved')}</p>
      </DonePage>
    );
  return <ModeForm mode={mode} title={title} allowed={allowed} />;
}

function ModeForm({ mode, title, allowed }: { mode: EmergencySteps; title: string; allowed: boolean }) {
  const say = useSay();
  const { who } = useSpace();
  const whose = useWhose();
  const client = useQueryClient();
  const [, go] = useStep();
  const [value, setValue] = useState(allowed ? 'allow' : 'refuse');
  const { mistakes, busy, act } = useAct({});
  const leave = () => void go('', { replace: true });
  const save = () =>
    act(async () => {
      await allowEmergency(who, mode.mode, value === 'allow');
      await forgetAccess(client, who);
      await go(mode.saved, { replace: true });
    });
  return (
    <Page title={title} failed={mistakes.length > 0} above={<StepBar onBack={leave} />} width="form" tall>
      <p>{say(`decisions.emergency.${mode.mode}_means`, whose)}</p>
      <p className="help">{say('decisions.emergency.apart')}</p>
      <Form mistakes={mistakes} onSubmit={() => ((value === 'allow') === allowed ? leave() : save())}>
        <Choices
          id="emergency"
          legend={title}
          legendHidden
          choices={[
            { value: 'allow', label: say('decisions.emergency.allow'), detail: say('decisions.emergency.allow_detail') },
            { value: 'refuse', label: say('decisions.emergency.refuse'), detail: say('decisions.emergency.refuse_detail', whose) },
          ]}
          value={value}
          onChange={setValue}
        />
        <div className="buttons">
          <Button submit busy={busy}>
            {say('decisions.save')}
          </Button>
        </div>
        <BusyNote busy={busy} />
      </Form>
    </Page>
  );
}
