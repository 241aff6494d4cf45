import { useState } from 'react';
import { Page } from '../../app/page';
import { useSay } from '../../app/words';
import { DecisionPage } from '../../access/decision';
import { Button, Link } from '../../ui/button';
import { ReceiptPanel } from '../receipt';
import { askChildCode, type Child, type CodeLeft, type Decided, refuseForChild } from './calls';
import { useRefreshSpaces } from './refresh';

const codeWords = { 'enrollment.posted_lately': 'children.new_code.posted_lately', 'enrollment.already_open': 'children.new_code.too_late', 'enrollment.not_now': 'children.new_code.too_late' };
const refusalWords = { 'enrollment.not_now': 'children.refuse.too_late' };
const channels = new Set(['email', 'sms', 'voice', 'letter']);

/** The letter is lost or its date is past: another code leaves, to what is on file for the parent who asks. */
export function NewCodePages({ child, onBack }: { child: Child; onBack: () => void }) {
  const say = useSay();
  const [left, setLeft] = useState<CodeLeft | null>(null);
  if (left)
    return (
      <Page title={say('children.new_code.done_title')} width="form">
        <p>{say('children.for', { name: child.name })}</p>
        <p>{say(`children.new_code.sent.${channels.has(left.channel) ? left.channel : 'letter'}`, { hint: left.hint ?? '' })}</p>
        {left.until && <p>{say('children.new_code.until', { date: say.date(left.until), time: say.time(left.until) })}</p>}
        {left.last_day && <p>{say('children.new_code.last_day', { date: say.date(left.last_day) })}</p>}
        <div className="buttons">
          <Button onPress={onBack}>{say('children.new_code.enter')}</Button>
        </div>
      </Page>
    );
  return (
    <DecisionPage title={say('children.new_code.title')} act={say('children.new_code.do')} keep={say('app.back')} words={codeWords} onAct={async () => setLeft(await askChildCode(child.who))} onKeep={onBack}>
      <p>{say('children.for', { name: child.name })}</p>
      <p>{say('children.new_code.means')}</p>
      <p>{say('children.new_code.serves')}</p>
    </DecisionPage>
  );
}

/** What the other parent decided may be refused for six weeks: all is then as it was. */
export function RefusalPages({ child, onBack }: { child: Child; onBack: () => void }) {
  const say = useSay();
  const refresh = useRefreshSpaces();
  const [done, setDone] = useState<Decided | null>(null);
  if (done)
    return (
      <Page title={say('children.refuse.done_title')} width="form">
        <p>{say('children.for', { name: child.name })}</p>
        <p>{say('children.refuse.done')}</p>
        <ReceiptPanel receipt={done.receipt} />
        <p className="no-print">
          <Link to="/espace/enfants" className="link">
            {say('space.children.title')}
          </Link>
        </p>
      </Page>
    );
  const refuse = async () => {
    setDone(await refuseForChild(child.who));
    await refresh();
  };
  return (
    <DecisionPage title={say('children.refuse.title')} act={say('children.refuse.title')} keep={say('children.unchanged')} words={refusalWords} onAct={refuse} onKeep={onBack}>
      <p>{say('children.for', { name: child.name })}</p>
      <p>{say('children.refuse.means')}</p>
      <p>{say('children.refuse.after')}</p>
    </DecisionPage>
  );
}
