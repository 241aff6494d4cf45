import { useQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useAct, ReadFailed } from '../access/decision';
import { Page } from '../app/page';
import { useService } from '../app/service';
import { useSay } from '../app/words';
import { useSpace, useStep, useWhose } from '../record/space';
import { SpaceLink } from '../record/space_link';
import { getFile } from '../record/transfer';
import { BusyNote } from '../ui/busy';
import { Button } from '../ui/button';
import { ErrorSummary } from '../ui/errors';
import { Icon } from '../ui/icons';
import { Note } from '../ui/notes';
import { StepBar } from '../ui/progress';

const refusals = { 'audit.not_sealed': 'proof.not_sealed', 'access.extract_withheld': 'proof.withheld' };

/** « Garder la preuve de ce journal »: the access log with its proofs, as one file that anyone can check without the service (docs/formats/seal.md). */
export default function ProofPage() {
  const say = useSay();
  const { who } = useSpace();
  const whose = useWhose();
  const { today } = useService();
  const [, go] = useStep();
  const { mistakes, setMistakes, busy, act } = useAct(refusals);
  const [saved, setSaved] = useState('');
  const name = `consultations-${today}.json`;
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    if (saved === '') return undefined;
    link.current?.click();
    return () => URL.revokeObjectURL(saved);
  }, [saved]);
  const fetchFile = () =>
    act(async () => {
      setMistakes([]);
      setSaved(URL.createObjectURL(await getFile(`/api/spaces/${encodeURIComponent(who)}/traces/extract`)));
    });
  return (
    <Page title={say('proof.title')} failed={mistakes.length > 0} above={<StepBar onBack={() => void go('', { replace: true })} />} width="form">
      <ErrorSummary mistakes={mistakes} />
      <p>{say('proof.lead')}</p>
      <p>{say('proof.why')}</p>
      <div className="buttons">
        <Button busy={busy} onPress={fetchFile}>
          <Icon of={Download} />
          {say('proof.do')}
        </Button>
      </div>
      <BusyNote busy={busy} text={say('proof.preparing')} />
      {saved !== '' && (
        <p role="status">
          {say('proof.ready')}{' '}
          <a className="link" href={saved} download={name} ref={link}>
            {say('proof.save')}
          </a>
        </p>
      )}
      <Note>
        <p>{say('proof.private')}</p>
        <p>{say('app.print.law')}</p>
      </Note>
      <HowToCheck file={name} />
      <p>
        <SpaceLink who={who} page="qui-a-consulte" className="link">
          {say('proof.back', whose)}
        </SpaceLink>
      </p>
    </Page>
  );
}

/** The log's public key, read only when somebody unfolds how the file is checked. */
function HowToCheck({ file }: { file: string }) {
  const say = useSay();
  const [asked, setAsked] = useState(false);
  const key = useQuery({ queryKey: ['audit', 'log', 'key'], queryFn: async () => (await (await getFile('/log/key')).text()).trim(), enabled: asked, staleTime: Infinity });
  return (
    <details className="how-to-check" onToggle={(event) => setAsked(event.currentTarget.open)}>
      <summary>{say('proof.how')}</summary>
      <div className="stack">
        <p>{say('proof.how_who')}</p>
        <ol className="plain-list stack-s">
          <li>
            {say('proof.how_1')} {key.isError ? <ReadFailed text={say('proof.key_failed')} onRetry={() => void key.refetch()} /> : <code className="as-typed">{key.data ?? say('proof.loading')}</code>}
          </li>
          <li>
            {say('proof.how_2')} <code className="as-typed">{`carnet audit verify ${file} --log '${key.data ?? '…'}'`}</code>
          </li>
          <li>
            {say.rich('proof.how_4', { option: <code>--witness</code> })}
          </li>
          <li>{say('proof.how_3')}</li>
        </ol>
      </div>
    </details>
  );
}
