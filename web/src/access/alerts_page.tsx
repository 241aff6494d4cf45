import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Page } from '../app/page';
import { useSay } from '../app/words';
import { useSpaceFailure } from '../record/failure';
import { useSpace, useStep } from '../record/space';
import { SpaceLink } from '../record/space_link';
import { Waiting } from '../record/waiting';
import { BusyNote } from '../ui/busy';
import { Button } from '../ui/button';
import { Choices } from '../ui/field';
import { Form } from '../ui/form';
import { StepBar } from '../ui/progress';
import { type Alerts, alertsQuery, chooseAlerts } from './calls';
import { DonePage, ReadFailed, useAct } from './decision';

const choices = ['unusual', 'each', 'daily', 'weekly', 'none'] as const;
const detailed = new Set<string>(['unusual', 'each', 'none']);
const channels = new Set(['email', 'sms', 'letter']);

/** « Être prévenu des consultations »: when, then by what means. */
export default function AlertsPage() {
  const say = useSay();
  const { who } = useSpace();
  const [step] = useStep();
  const query = useQuery(alertsQuery(who));
  const failure = useSpaceFailure(query.error);
  if (failure) return failure;
  if (step === 'fait')
    return (
      <DonePage title={say('account.alerts.saved_title')} page="parametres" back={say('space.settings.back')}>
        <p>{say('account.alerts.saved')}</p>
        <p>{say('account.alerts.never_asks')}</p>
      </DonePage>
    );
  if (!query.data)
    return (
      <Page title={say('account.alerts.title')} above={<Back />} width="form" tall>
        {query.isError ? <ReadFailed text={say('account.failed')} onRetry={() => void query.refetch()} /> : <Waiting text={say('account.loading')} row="tile-skeleton" />}
      </Page>
    );
  return <AlertsForm alerts={query.data} />;
}

function Back() {
  const say = useSay();
  const { who } = useSpace();
  return (
    <p>
      <SpaceLink who={who} page="parametres" className="link">
        {say('space.settings.back')}
      </SpaceLink>
    </p>
  );
}

function AlertsForm({ alerts }: { alerts: Alerts }) {
  const say = useSay();
  const { who } = useSpace();
  const client = useQueryClient();
  const [step, go] = useStep();
  const [choice, setChoice] = useState(alerts.choice);
  const [channel, setChannel] = useState(alerts.channel);
  const { mistakes, busy, act } = useAct({});
  const offered = alerts.channels.filter((one) => channels.has(one));
  const save = () =>
    act(async () => {
      await chooseAlerts(who, choice, channel);
      client.setQueryData(alertsQuery(who).queryKey, { ...alerts, choice, channel });
      await go('fait', { replace: true });
    });
  if (step === 'moyen')
    return (
      <Page title={say('account.alerts.channel_question')} failed={mistakes.length > 0} above={<StepBar onBack={() => void go('')} />} width="form">
        <Form mistakes={mistakes} onSubmit={save}>
          <Choices
            id="channel"
            legend={say('account.alerts.channel_question')}
            legendHidden
            choices={offered.map((value) => ({ value, label: say(`account.alerts.channel.${value}`), ...(value === 'letter' ? { detail: say('account.alerts.channel.letter_detail') } : {}) }))}
            value={channel}
            onChange={setChannel}
          />
          <div className="buttons">
            <Button submit busy={busy}>
              {say('account.alerts.save')}
            </Button>
          </div>
          <BusyNote busy={busy} />
        </Form>
      </Page>
    );
  return (
    <Page title={say('account.alerts.title')} failed={mistakes.length > 0} above={<Back />} width="form" tall>
      <p>{say('account.alerts.means')}</p>
      <Form mistakes={mistakes} onSubmit={() => (choice === 'none' ? save() : void go('moyen'))}>
        <Choices
          id="alerts"
          legend={say('account.alerts.question')}
          choices={choices.map((value) => ({ value, label: say(`account.alerts.choice.${value}`), ...(detailed.has(value) ? { detail: say(`account.alerts.choice.${value}_detail`) } : {}) }))}
          value={choice}
          onChange={setChoice}
        />
        <div className="buttons">
          <Button submit busy={busy}>
            {say(choice === 'none' ? 'account.alerts.save' : 'app.continue')}
          </Button>
        </div>
        <BusyNote busy={busy} />
      </Form>
    </Page>
  );
}
