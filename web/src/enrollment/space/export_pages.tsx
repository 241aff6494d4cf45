import { Download } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Page } from '../../app/page';
import { asProblem, type Problem } from '../../app/problem';
import { useProblemText } from '../../app/problem_words';
import { useService } from '../../app/service';
import { useSay } from '../../app/words';
import { useSpace, useStep, useWhose } from '../../record/space';
import { SpaceLink } from '../../record/space_link';
import { getFile } from '../../record/transfer';
import { BusyNote, useBusy } from '../../ui/busy';
import { Button } from '../../ui/button';
import { ErrorSummary, type Mistake } from '../../ui/errors';
import { Icon } from '../../ui/icons';
import { Note } from '../../ui/notes';
import { confirmReauthentication, exportAddress } from './calls';
import { Confirm } from './confirm';

/** "Récupérer tous mes documents": the password, a code, then one file, or several when there is much. */
export default function ExportPages() {
  const say = useSay();
  const whose = useWhose();
  const [step, go] = useStep();
  const [confirmed, setConfirmed] = useState(false);
  if (step === 'recuperer')
    return (
      <Page title={say('space.export.title', whose)} width="form" tall>
        <p>{say('space.export.what')}</p>
        <p>{say('app.print.law')}</p>
        <div className="buttons">
          <Button onPress={() => void go('mot-de-passe')}>{say('app.continue')}</Button>
        </div>
      </Page>
    );
  if (step === 'pret' && confirmed) return <Ready />;
  return (
    <Confirm
      title={say('space.export.title', whose)}
      meaning={null}
      act={say('app.continue')}
      onCode={async (code) => {
        await confirmReauthentication(code);
        setConfirmed(true);
        await go('pret', { replace: true });
      }}
    />
  );
}

/** How many files it takes, as the service says when one would be too large. */
export function partsOf(problem: Problem): number | null {
  const [digits] = /\d+/u.exec(problem.issues[0]?.says ?? '') ?? [];
  return problem.code === 'record.export_parts' && digits !== undefined ? Math.min(1000, Number(digits)) : null;
}

function Ready() {
  const say = useSay();
  const { who } = useSpace();
  const whose = useWhose();
  const { today } = useService();
  const words = useProblemText({ 'record.reauthentication_needed': 'space.export.again' });
  const [parts, setParts] = useState(0);
  const [saved, setSaved] = useState<{ address: string; name: string } | null>(null);
  const [mistakes, setMistakes] = useState<readonly Mistake[]>([]);
  const [busy, run] = useBusy();
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    if (!saved) return undefined;
    link.current?.click();
    return () => URL.revokeObjectURL(saved.address);
  }, [saved]);
  const fetchPart = (part: number) =>
    void run(async () => {
      setMistakes([]);
      try {
        const file = await getFile(exportAddress(who, part));
        setSaved({ address: URL.createObjectURL(file), name: `documents-${today}${part > 0 ? `-${part}` : ''}.zip` });
      } catch (thrown) {
        const problem = asProblem(thrown);
        const several = partsOf(problem);
        if (several) setParts(several);
        else setMistakes([{ text: words(problem), more: problem.status === 403 ? <AgainLink /> : null }]);
      }
    });
  return (
    <Page title={say('space.export.title', whose)} step={say('space.export.ready_step')} failed={mistakes.length > 0} width="form">
      <ErrorSummary mistakes={mistakes} />
      <p>{say(parts > 0 ? 'space.export.parts' : 'space.export.what', { parts })}</p>
      <div className="buttons">
        {parts === 0 ? (
          <Button busy={busy} onPress={() => fetchPart(0)}>
            <Icon of={Download} />
            {say('space.export.do')}
          </Button>
        ) : (
          Array.from({ length: parts }, (_none, index) => (
            <Button key={index} look="plain" busy={busy} onPress={() => fetchPart(index + 1)}>
              <Icon of={Download} />
              {say('space.export.part', { part: index + 1, parts })}
            </Button>
          ))
        )}
      </div>
      <BusyNote busy={busy} text={say('space.export.preparing')} />
      {saved && (
        <p role="status">
          {say('space.export.ready')}{' '}
          <a className="link" href={saved.address} download={saved.name} ref={link}>
            {say('space.export.save')}
          </a>
        </p>
      )}
      <Note>
        <p>{say('space.export.keep')}</p>
        <p>{say('app.print.law')}</p>
      </Note>
      <p>
        <SpaceLink who={who} page="parametres" className="link">
          {say('space.settings.back')}
        </SpaceLink>
      </p>
    </Page>
  );
}

function AgainLink() {
  const say = useSay();
  const { who } = useSpace();
  return (
    <SpaceLink who={who} page="parametres" step="mot-de-passe" className="link">
      {say('app.continue')}
    </SpaceLink>
  );
}
