import { type ReactNode, useState } from 'react';
import { Page } from '../app/page';
import { asProblem, type Problem } from '../app/problem';
import { useProblemText } from '../app/problem_words';
import { useSay } from '../app/words';
import { type Channel, contactWords, type Sent, ways } from '../identity/contact';
import { OneTimeCodeForm } from '../identity/one_time_code';
import { oneTimeCodeWords } from '../identity/words';
import { BusyNote, useBusy } from '../ui/busy';
import { Button } from '../ui/button';
import { mistakeAt, type Mistake } from '../ui/errors';
import { Choices, TextField } from '../ui/field';
import { Form } from '../ui/form';
import { Note } from '../ui/notes';
import { activation, type Flow } from './calls';

interface ContactStepProps {
  above: ReactNode;
  stepWords: string;
  flow: Flow;
  onSent: (sent: Sent) => void;
  /** True when the problem is that the activation is over: the page has already changed. */
  onGone: (problem: Problem) => boolean;
  links: ReactNode;
  refused?: readonly Mistake[];
}

/** A telephone or an e-mail typed by a person whose fund knows neither: what is plainly not one is said here. */
export function addressMistake(channel: string, address: string): 'phone' | 'email' | null {
  if (channel === 'email') return /^\S+@\S+\.\S{2,}$/u.test(address.trim()) ? null : 'email';
  const digits = address.replace(/[\s\u00a0.\-()]/gu, '');
  return /^(0\d{9}|\+\d{9,14}|00\d{9,14})$/u.test(digits) ? null : 'phone';
}

export function ContactStep({ above, stepWords, flow, onSent, onGone, links, refused }: ContactStepProps) {
  const say = useSay();
  const words = useProblemText(oneTimeCodeWords);
  const known = ways(flow.contacts).length > 0;
  const [channel, setChannel] = useState<string>(ways(flow.contacts)[0]?.channel ?? '');
  const [address, setAddress] = useState('');
  const [mistakes, setMistakes] = useState<readonly Mistake[]>(refused ?? []);
  const [busy, run] = useBusy();
  const submit = () => {
    if (channel === '') {
      setMistakes([{ field: 'channel', text: say('enrollment.contact.choose') }]);
      return;
    }
    const wrong = known ? null : addressMistake(channel, address);
    if (wrong) {
      setMistakes([{ field: 'address', text: say(`enrollment.contact.${wrong}_wrong`) }]);
      return;
    }
    void run(async () => {
      try {
        onSent(await activation.contact({ channel: channel as Channel, ...(known ? {} : { address: address.trim() }) }));
      } catch (thrown) {
        const problem = asProblem(thrown);
        if (onGone(problem)) return;
        const unfit = !known && problem.issues.some((issue) => issue.path === '/address');
        setMistakes([unfit ? { field: 'address', text: say(`enrollment.contact.${channel === 'email' ? 'email' : 'phone'}_wrong`) } : { text: words(problem) }]);
      }
    });
  };
  return (
    <Page title={say('enrollment.contact.title')} step={stepWords} failed={mistakes.length > 0} above={above} width="form">
      {!known && (
        <Note kind="warn">
          <p>{say('enrollment.contact.none')}</p>
        </Note>
      )}
      <Form mistakes={mistakes} onSubmit={submit}>
        <ChannelChoices flow={flow} channel={channel} onChange={setChannel} error={mistakeAt(mistakes, 'channel')} />
        {!known && channel !== '' && (
          <TextField
            id="address"
            label={say(channel === 'email' ? 'enrollment.contact.email_label' : 'enrollment.contact.phone_label')}
            error={mistakeAt(mistakes, 'address')}
            value={address}
            onChange={setAddress}
            type={channel === 'email' ? 'email' : 'tel'}
            inputMode={channel === 'email' ? 'email' : 'tel'}
            autoComplete={channel === 'email' ? 'email' : 'tel'}
          />
        )}
        <div className="buttons">
          <Button submit busy={busy}>
            {say('enrollment.contact.send')}
          </Button>
        </div>
        <BusyNote busy={busy} />
      </Form>
      {links}
    </Page>
  );
}

function ChannelChoices({ flow, channel, onChange, error }: { flow: Flow; channel: string; onChange: (channel: string) => void; error: string | undefined }) {
  const say = useSay();
  const known = ways(flow.contacts).map((contact) => ({ value: contact.channel as string, label: contactWords(contact, say) }));
  const any = (['sms', 'voice', 'email'] as const).map((value) => ({
    value: value as string,
    label: say(`enrollment.contact.${value}`),
    ...(value === 'voice' ? { detail: say('enrollment.contact.voice_detail') } : {}),
  }));
  return (
    <Choices
      id="channel"
      legend={say('enrollment.contact.legend')}
      help={known.length > 0 ? say('enrollment.contact.help') : undefined}
      error={error}
      choices={known.length > 0 ? known : any}
      value={channel}
      onChange={onChange}
    />
  );
}

interface ContactCodeStepProps extends Omit<ContactStepProps, 'onSent'> {
  sent: Sent;
  onConfirmed: (flow: Flow) => void;
}

/** The same step, once the code has left. */
export function ContactCodeStep({ above, stepWords, flow, sent, onConfirmed, onGone, links }: ContactCodeStepProps) {
  const say = useSay();
  const [failed, setFailed] = useState(false);
  const guarded = async <T,>(act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (thrown) {
      onGone(asProblem(thrown));
      throw thrown;
    }
  };
  return (
    <Page title={say('identity.one_time.title')} step={stepWords} failed={failed} above={above} width="form">
      <OneTimeCodeForm
        sent={sent}
        contacts={flow.contacts}
        submitWords={say('app.continue')}
        onCode={(code) => guarded(async () => onConfirmed(await activation.confirm(code)))}
        onResend={(channel) => guarded(() => activation.contact({ channel }))}
        onMistakes={setFailed}
      />
      {links}
    </Page>
  );
}
