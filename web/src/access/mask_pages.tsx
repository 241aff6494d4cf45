import { useQueries, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Page } from '../app/page';
import { useSay } from '../app/words';
import { forgetLists, keepDocument, setVisibility } from '../record/calls';
import { authorWords, type HealthDocument } from '../record/documents';
import { useSpace, useStep, useWhose } from '../record/space';
import { useProfessionWords } from '../record/words';
import { Button } from '../ui/button';
import { BusyNote, useSlow } from '../ui/busy';
import { Check } from '../ui/checks';
import { mistakeAt } from '../ui/errors';
import { Choices } from '../ui/field';
import { Form } from '../ui/form';
import { StepBar } from '../ui/progress';
import { explainQuery, type Supposed } from './calls';
import { DonePage, useAct } from './decision';
import './access.css';

const words = { 'access.state_refuses_holder': 'explain.errors.refused', 'access.flags_not_together': 'explain.errors.refused', 'access.out_of_scope': 'explain.errors.refused' };

/** « Masquer aux professionnels »: what it does and does not do is said before; steps `masquer`, then `masque` or `visible`. */
export function MaskPages({ document }: { document: HealthDocument }) {
  const say = useSay();
  const { who } = useSpace();
  const [step, go] = useStep();
  const client = useQueryClient();
  const page = `documents/${encodeURIComponent(document.id)}`;
  const save = async (visibility: { masked: boolean; visible_in_emergency: boolean }) => {
    keepDocument(client, who, await setVisibility(who, document.id, visibility));
    client.removeQueries({ queryKey: ['access', who, 'explain'] });
    await go(visibility.masked ? 'masque' : 'visible', { replace: true });
    await forgetLists(client, who);
  };
  const back = say('explain.back_document');
  if (step === 'masque')
    return (
      <DonePage title={say('explain.mask.done_title')} page={page} back={back}>
        <p>{say('explain.mask.done')}</p>
        <p>{say(document.visible_in_emergency ? 'explain.mask.done_emergency' : 'explain.mask.done_no_emergency')}</p>
        <p>{say('explain.mask.undo')}</p>
      </DonePage>
    );
  if (step === 'visible')
    return (
      <DonePage title={say('explain.unmask.done_title')} page={page} back={back}>
        <p>{say('explain.unmask.done')}</p>
        <p>{say('explain.mask.undo')}</p>
      </DonePage>
    );
  return document.masked ? <Masked document={document} onSave={save} /> : <Mask document={document} onSave={save} />;
}

interface FormProps {
  document: HealthDocument;
  onSave: (visibility: { masked: boolean; visible_in_emergency: boolean }) => Promise<void>;
}

function Mask({ document, onSave }: FormProps) {
  const say = useSay();
  const whose = useWhose();
  const profession = useProfessionWords();
  const [, go] = useStep();
  const [emergency, setEmergency] = useState(false);
  const { mistakes, busy, act } = useAct(words);
  const author = authorWords(document, profession);
  const leave = () => void go('', { replace: true });
  return (
    <Page title={say('explain.mask.title')} failed={mistakes.length > 0} above={<StepBar onBack={leave} />} width="form" tall>
      <p>{say('explain.document_named', { title: document.title })}</p>
      <p>{say('explain.mask.means', whose)}</p>
      {document.source === 'professional' && (
        <>
          <p>{say('explain.mask.still')}</p>
          <ul className="plain-list">
            <li>{author === '' ? say('explain.mask.still_author_unknown') : say('explain.mask.still_author', { author })}</li>
            <li>{say('explain.mask.still_gp', whose)}</li>
          </ul>
        </>
      )}
      <p className="help">{say('explain.mask.told')}</p>
      <Form mistakes={mistakes} onSubmit={() => act(() => onSave({ masked: true, visible_in_emergency: emergency }))}>
        <Check id="visible-in-emergency" label={say('explain.mask.emergency')} detail={say('explain.mask.emergency_detail', whose)} checked={emergency} onChange={setEmergency} />
        <After document={document} settings={{ masked: true, visible_in_emergency: emergency }} />
        <div className="buttons buttons-equal">
          <Button submit busy={busy}>
            {say('explain.mask.do')}
          </Button>
          <Button onPress={leave}>{say('explain.mask.keep')}</Button>
        </div>
        <BusyNote busy={busy} />
      </Form>
    </Page>
  );
}

const afterwards = ['declared_gp', 'care_team', 'bris_de_glace', 'centre_15', 'self'] as const;

/** Who would see the document once this is saved: the very decision of the service, asked beforehand. */
function After({ document, settings }: { document: HealthDocument; settings: Supposed }) {
  const say = useSay();
  const { who } = useSpace();
  const whose = useWhose();
  const results = useQueries({ queries: afterwards.map((kind) => explainQuery(who, { document: document.id, viewer: { kind }, settings })) });
  const slow = useSlow(results.some((one) => one.isPending));
  // Nobody is declared as the general practitioner: then nothing is said of them.
  const said = afterwards.map((kind, index) => ({ kind, decision: results[index]?.data, failed: results[index]?.isError ?? false })).filter((one) => whose.whose === 'self' || one.kind !== 'self');
  const failed = said.every((one) => one.failed);
  return (
    <section className="stack-s" aria-live="polite">
      <h2 className="supposed-title">{say('explain.mask.after')}</h2>
      {failed && <p>{say('explain.mask.after_failed')}</p>}
      {slow && <p role="status">{say('explain.mask.after_loading')}</p>}
      <ul className="bare rows after-rows">
        {said
          .filter((one) => !one.failed)
          .map(({ kind, decision }) => (
            <li key={kind}>
              <span>{say(`explain.subject.${kind}`, whose)}</span>
              <strong>{decision ? say(`explain.${decision.answer}`) : '\u00a0'}</strong>
            </li>
          ))}
      </ul>
    </section>
  );
}

/** What is masked already: shown again, or kept hidden with or without emergencies. */
function Masked({ document, onSave }: FormProps) {
  const say = useSay();
  const [, go] = useStep();
  const now = document.visible_in_emergency ? 'emergency' : 'hidden';
  const [value, setValue] = useState<string>(now);
  const { mistakes, busy, act } = useAct(words);
  const leave = () => void go('', { replace: true });
  return (
    <Page title={say('explain.unmask.title')} failed={mistakes.length > 0} above={<StepBar onBack={leave} />} width="form" tall>
      <p>{say('explain.document_named', { title: document.title })}</p>
      <p>{say('explain.unmask.now')}</p>
      <Form mistakes={mistakes} onSubmit={() => (value === now ? leave() : act(() => onSave({ masked: value !== 'shown', visible_in_emergency: value === 'emergency' })))}>
        <Choices
          id="visibility"
          legend={say('explain.unmask.question')}
          error={mistakeAt(mistakes, 'visibility')}
          choices={[
            { value: 'shown', label: say('explain.unmask.show'), detail: say('explain.unmask.show_detail') },
            { value: 'emergency', label: say('explain.unmask.emergency') },
            { value: 'hidden', label: say('explain.unmask.hidden') },
          ]}
          value={value}
          onChange={setValue}
        />
        <div className="buttons">
          <Button submit busy={busy}>
            {say('explain.unmask.save')}
          </Button>
        </div>
        <BusyNote busy={busy} />
      </Form>
    </Page>
  );
}
