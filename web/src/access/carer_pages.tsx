import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Page } from '../app/page';
import { sessionQuery } from '../app/service';
import { useSay } from '../app/words';
import { useSpace, useStep, useWhose } from '../record/space';
import { SpaceLink } from '../record/space_link';
import { BusyNote } from '../ui/busy';
import { Button } from '../ui/button';
import { mistakeAt } from '../ui/errors';
import { TextField } from '../ui/field';
import { Form } from '../ui/form';
import { StepBar } from '../ui/progress';
import { acceptInvitation, type Carer, endCarer, forgetAccess } from './calls';
import { CarerInvite } from './carer_invite';
import { ChildSetting } from './child_setting';
import { DecisionPage, DonePage, useAct } from './decision';
import { invitationSigns } from './delegation';

/** The pages behind « Mes enfants, mes aidants », by step. */
export default function CarerPages({ ending }: { ending: Carer | null }) {
  const [step] = useStep();
  if (ending && (step === 'arreter' || step === 'arrete')) return <EndPage carer={ending} />;
  if (step === 'code-recu' || step === 'accepte') return <AcceptPage />;
  if (step === 'acces' || step === 'acces-fait') return <ChildSetting setting="own" />;
  if (step === 'discretion' || step === 'discretion-fait') return <ChildSetting setting="discretion" />;
  return <CarerInvite />;
}

const endWords = { 'access.carer': 'carers.errors.carer' };

function EndPage({ carer }: { carer: Carer }) {
  const say = useSay();
  const { who } = useSpace();
  const whose = useWhose();
  const client = useQueryClient();
  const [step, go] = useStep();
  if (step === 'arrete')
    return (
      <DonePage title={say('carers.end.done_title')} page="aidants" back={say('carers.back', whose)}>
        <p>{say('carers.end.done', { name: carer.name })}</p>
      </DonePage>
    );
  return (
    <DecisionPage
      title={say('carers.end.title')}
      act={say('carers.end.do')}
      keep={say('carers.end.keep')}
      words={endWords}
      onKeep={() => void go('', { replace: true })}
      onAct={async () => {
        await endCarer(who, carer.person);
        await go('arrete', { replace: true });
        await forgetAccess(client, who);
      }}
    >
      <p>
        <strong>{say('carers.end.who', { name: carer.name })}</strong>
      </p>
      <p>{say('carers.end.means')}</p>
    </DecisionPage>
  );
}

const acceptWords = { 'access.invitation_refused': 'carers.accept.refused', 'access.carer_minor': 'carers.accept.minor', 'access.scope': 'carers.accept.refused', 'access.until': 'carers.accept.refused', 'access.end_before_start': 'carers.accept.refused' };
const signs = 12;

/** « J'ai reçu un code d'aidant »: by the carer, in their own space, which is the proof of who they are. */
function AcceptPage() {
  const say = useSay();
  const client = useQueryClient();
  const [step, go] = useStep();
  const [typed, setTyped] = useState('');
  const [helped, setHelped] = useState('');
  const { mistakes, setMistakes, busy, act } = useAct(acceptWords, (problem) => (problem.code in acceptWords ? 'invitation' : undefined));
  if (step === 'accepte' && helped !== '')
    return (
      <Page title={say('carers.accept.done_title')} width="form">
        <p>{say('carers.accept.done')}</p>
        <p>
          <SpaceLink who={helped} page="" className="button">
            {say('carers.accept.enter')}
          </SpaceLink>
        </p>
      </Page>
    );
  const submit = () => {
    const code = invitationSigns(typed);
    if (code === '') setMistakes([{ field: 'invitation', text: say('carers.accept.empty') }]);
    else if (code.length !== signs) setMistakes([{ field: 'invitation', text: say('carers.accept.short', { count: code.length }) }]);
    else
      act(async () => {
        setHelped(await acceptInvitation(code));
        await client.fetchQuery({ ...sessionQuery, staleTime: 0 });
        await go('accepte', { replace: true });
      });
  };
  return (
    <Page title={say('carers.accept.title')} failed={mistakes.length > 0} above={<StepBar onBack={() => void go('')} />} width="form">
      <p>{say('carers.accept.means')}</p>
      <Form mistakes={mistakes} onSubmit={submit}>
        <TextField id="invitation" label={say('carers.accept.label')} help={say('carers.accept.code_help')} error={mistakeAt(mistakes, 'invitation')} value={typed} onChange={setTyped} shape="digits" />
        <div className="buttons">
          <Button submit busy={busy}>
            {say('carers.accept.do')}
          </Button>
        </div>
        <BusyNote busy={busy} />
      </Form>
    </Page>
  );
}
