import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { DecisionPage, DonePage } from '../access/decision';
import { loadMessages } from '../app/messages';
import { asProblem } from '../app/problem';
import { useService } from '../app/service';
import { PagePending } from '../app/states';
import { useSay } from '../app/words';
import { confirmReauthentication } from '../enrollment/space/calls';
import { useSpace, useStep } from '../record/space';
import { spacePath } from '../record/space_link';
import { askCodeSheet } from './account_calls';

const Confirm = lazy(async () => {
  const [{ Confirm: Pages }] = await Promise.all([import('../enrollment/space/confirm'), loadMessages(['identity'])]);
  return { default: Pages };
});

const refusals = { 'identity.no_postal_address': 'account.codes.no_address' };

/** Ten single-use codes by post, for who has neither telephone nor e-mail at hand. The password is asked again when the service wants it. */
export default function CodeSheetPage() {
  const say = useSay();
  const { who } = useSpace();
  const { phone } = useService();
  const navigate = useNavigate();
  const [step, go] = useStep();
  const [posted, setPosted] = useState('');
  const ask = async () => {
    setPosted((await askCodeSheet()).posted_on);
    await go('fait', { replace: true });
  };
  if (posted !== '')
    return (
      <DonePage title={say('account.codes.done_title')} page="parametres" back={say('space.settings.back')}>
        <p>{say('account.codes.done', { date: say.date(posted) })}</p>
        <p>{say('account.codes.keep')}</p>
        <p>{say('account.codes.arrives', { phone })}</p>
      </DonePage>
    );
  if (step === 'mot-de-passe' || step === 'code')
    return (
      <Suspense fallback={<PagePending />}>
        <Confirm
          title={say('account.codes.title')}
          meaning={<p>{say('account.codes.means')}</p>}
          act={say('account.codes.do')}
          onCode={async (code) => {
            await confirmReauthentication(code);
            await ask();
          }}
        />
      </Suspense>
    );
  return (
    <DecisionPage
      title={say('account.codes.title')}
      act={say('account.codes.do')}
      keep={say('account.unchanged')}
      words={refusals}
      onKeep={() => void navigate({ to: spacePath(who, 'parametres') })}
      onAct={async () => {
        try {
          await ask();
        } catch (thrown) {
          if (!asProblem(thrown).code.endsWith('reauthentication_needed')) throw thrown;
          await go('mot-de-passe');
        }
      }}
    >
      <p>{say('account.codes.means')}</p>
      <p>{say('account.codes.keep')}</p>
    </DecisionPage>
  );
}
