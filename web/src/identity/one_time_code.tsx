import { useState } from 'react';
import { useProblemText } from '../app/problem_words';
import { asProblem } from '../app/problem';
import { useSay } from '../app/words';
import { BusyNote, useBusy } from '../ui/busy';
import { Button } from '../ui/button';
import { mistakeAt, type Mistake } from '../ui/errors';
import { Choices, TextField } from '../ui/field';
import { Form } from '../ui/form';
import { type Channel, type Contact, contactWords, type Sent, sentWords, ways } from './contact';
import { oneTimeCodeWords } from './words';

interface OneTimeCodeFormProps {
  /** Nothing: the code is read on paper. */
  sent?: Sent | undefined;
  /** The other ways to receive it; none: no such link. */
  contacts: readonly Contact[];
  submitWords: string;
  help?: string;
  /** Sends the code; throws a Problem when it will not do. */
  onCode: (code: string) => Promise<void>;
  /** Asks for another one; returns what left. */
  onResend: (channel: Channel) => Promise<Sent>;
  onMistakes: (failed: boolean) => void;
}

/** Any digits in any grouping: what is read on a phone is typed as it is read. */
export function oneTimeDigits(typed: string): string {
  return typed.replace(/[\s\u00a0.\-]/gu, '');
}

type Sending = Pick<OneTimeCodeFormProps, 'sent' | 'onCode' | 'onResend' | 'onMistakes'>;

/** What the person typed, what left last, and what went wrong. Nothing is emptied by an error. */
function useOneTimeCode({ sent: first, onCode, onResend, onMistakes }: Sending) {
  const say = useSay();
  const words = useProblemText(oneTimeCodeWords);
  const [sent, setSent] = useState(first);
  const [resent, setResent] = useState(false);
  const [typed, setTyped] = useState('');
  const [mistakes, setMistakes] = useState<readonly Mistake[]>([]);
  const [busy, run] = useBusy();
  const fail = (list: readonly Mistake[]) => {
    setMistakes(list);
    onMistakes(list.length > 0);
  };
  const submit = () => {
    const code = oneTimeDigits(typed);
    if (code === '') {
      fail([{ field: 'one-time-code', text: say('identity.one_time.empty') }]);
      return;
    }
    void run(async () => {
      try {
        await onCode(code);
      } catch (thrown) {
        const problem = asProblem(thrown);
        const about = problem.code.startsWith('identity.one_time_code') ? { field: 'one-time-code' } : {};
        fail([{ ...about, text: words(problem) }]);
      }
    });
  };
  const resend = (channel: Channel) =>
    void run(async () => {
      try {
        setSent(await onResend(channel));
        setResent(true);
        fail([]);
      } catch (thrown) {
        fail([{ text: words(asProblem(thrown)) }]);
      }
    });
  return { sent, resent, typed, setTyped, mistakes, busy, submit, resend };
}

/** The code received by SMS, call or e-mail: one field, another sending, another way. */
export function OneTimeCodeForm({ contacts: known, submitWords, help, ...sending }: OneTimeCodeFormProps) {
  const say = useSay();
  const contacts = ways(known);
  const [choosing, setChoosing] = useState(false);
  const { sent, resent, typed, setTyped, mistakes, busy, submit, resend } = useOneTimeCode(sending);
  return (
    <>
      <Form mistakes={mistakes} onSubmit={submit}>
        <p role="status">
          {resent && <strong>{say('identity.one_time.resent')} </strong>}
          {sent && sentWords(sent, say)}
        </p>
        <TextField
          id="one-time-code"
          label={say('identity.one_time.label')}
          help={help}
          error={mistakeAt(mistakes, 'one-time-code')}
          value={typed}
          onChange={setTyped}
          autoComplete="one-time-code"
          inputMode="numeric"
          shape="digits"
        />
        <div className="buttons">
          <Button submit busy={busy}>
            {submitWords}
          </Button>
        </div>
        <BusyNote busy={busy} />
      </Form>
      <div className="link-row">
        {sent && (
          <Button look="link" onPress={() => resend(sent.channel)}>
            {say('identity.one_time.resend')}
          </Button>
        )}
        {sent && contacts.length > 1 && (
          <Button look="link" onPress={() => setChoosing(!choosing)} expanded={choosing}>
            {say('identity.one_time.otherwise')}
          </Button>
        )}
      </div>
      {choosing && sent && (
        <OtherWays
          contacts={contacts}
          now={sent.channel}
          onChoose={(channel) => {
            setChoosing(false);
            resend(channel);
          }}
        />
      )}
    </>
  );
}

function OtherWays({ contacts, now, onChoose }: { contacts: readonly Contact[]; now: Channel; onChoose: (channel: Channel) => void }) {
  const say = useSay();
  const [channel, setChannel] = useState<string>(contacts.find((contact) => contact.channel !== now)?.channel ?? now);
  return (
    <div className="card stack">
      <Choices
        id="other-way"
        legend={say('identity.one_time.otherwise')}
        choices={contacts.map((contact) => ({ value: contact.channel, label: contactWords(contact, say) }))}
        value={channel}
        onChange={setChannel}
      />
      <Button look="plain" onPress={() => onChoose(channel as Channel)}>
        {say('identity.one_time.send_there')}
      </Button>
    </div>
  );
}
