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
import { accessQuery, agreeToOwnAccess, askDiscretion, forgetAccess } from './calls';
import { DonePage, ReadFailed, useAct } from './decision';

type Setting = 'own' | 'discretion';
const refusals = { 'access.not_a_parent': 'carers.errors.parent', 'access.for_the_parents': 'carers.errors.parent' };
const paragraphs = { own: ['carers.own.means', 'carers.own.never'], discretion: ['carers.discretion.means', 'carers.discretion.proof', 'carers.discretion.help_line'] };

/** What a parent decides for a child's space: the minor's own access, or discretion. */
export function ChildSetting({ setting }: { setting: Setting }) {
  const say = useSay();
  const { who } = useSpace();
  const whose = useWhose();
  const [step, go] = useStep();
  const query = useQuery(accessQuery(who));
  const failure = useSpaceFailure(query.error);
  if (failure) return failure;
  if (step.endsWith('-fait'))
    return (
      <DonePage title={say('carers.saved_title')} page="aidants" back={say('carers.back', whose)}>
        <p>{say('carers.saved')}</p>
      </DonePage>
    );
  const title = say(`carers.${setting}.title`);
  if (!query.data)
    return (
      <Page title={title} above={<StepBar onBack={() => void go('')} />} width="form">
        {query.isError ? <ReadFailed text={say('carers.failed')} onRetry={() => void query.refetch()} /> : <Waiting text={say('carers.loading')} row="tile-skeleton" />}
      </Page>
    );
  return <SettingForm setting={setting} title={title} on={setting === 'own' ? query.data.own_access_agreed : query.data.discretion} />;
}

function SettingForm({ setting, title, on }: { setting: Setting; title: string; on: boolean }) {
  const say = useSay();
  const { who } = useSpace();
  const client = useQueryClient();
  const [, go] = useStep();
  const [value, setValue] = useState(on ? 'yes' : 'no');
  const { mistakes, busy, act } = useAct(refusals);
  const leave = () => void go('', { replace: true });
  const save = () =>
    act(async () => {
      await (setting === 'own' ? agreeToOwnAccess : askDiscretion)(who, value === 'yes');
      await go(setting === 'own' ? 'acces-fait' : 'discretion-fait', { replace: true });
      await forgetAccess(client, who);
    });
  return (
    <Page title={title} failed={mistakes.length > 0} above={<StepBar onBack={leave} />} width="form">
      {paragraphs[setting].map((id) => (
        <p key={id}>{say(id)}</p>
      ))}
      <Form mistakes={mistakes} onSubmit={() => ((value === 'yes') === on ? leave() : save())}>
        <Choices
          id="setting"
          legend={say(`carers.${setting}.question`)}
          choices={[
            { value: 'yes', label: say(`carers.${setting}.yes`) },
            { value: 'no', label: say(`carers.${setting}.no`) },
          ]}
          value={value}
          onChange={setValue}
        />
        <div className="buttons">
          <Button submit busy={busy}>
            {say('carers.save')}
          </Button>
        </div>
        <BusyNote busy={busy} />
      </Form>
    </Page>
  );
}
