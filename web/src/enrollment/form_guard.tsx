import { useQueryClient } from '@tanstack/react-query';
import { IdleGuard } from '../app/idle';
import { Page } from '../app/page';
import { useSay } from '../app/words';
import { Button } from '../ui/button';
import { forgetAnswers, keepAnswers } from './answers';
import { activation, flowQuery } from './calls';

const formMinutes = 30;

/** Forms live 30 idle minutes; then what was typed is forgotten, and the service's side of it too. */
export function FormGuard({ onExpired }: { onExpired: () => Promise<void> }) {
  const client = useQueryClient();
  return (
    <IdleGuard
      minutes={formMinutes}
      onAlive={() => {
        keepAnswers();
        if (client.getQueryData(flowQuery.queryKey)) void client.fetchQuery({ ...flowQuery, staleTime: 0 }).catch(() => undefined);
      }}
      onExpire={() => {
        void activation.drop().catch(() => undefined);
        void onExpired().then(() => {
          forgetAnswers();
          client.removeQueries({ queryKey: flowQuery.queryKey });
        });
      }}
    />
  );
}

export function FormExpired({ onRestart }: { onRestart: () => void }) {
  const say = useSay();
  return (
    <Page title={say('enrollment.activate.expired_title')} width="form">
      <p>{say('enrollment.activate.expired')}</p>
      <div className="buttons">
        <Button onPress={onRestart}>{say('enrollment.activate.restart')}</Button>
      </div>
    </Page>
  );
}
