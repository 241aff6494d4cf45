/** What someone has to do, in its order, as the service says it. */
export interface Step {
  code: string;
  send: { to: string; text: string }[];
  call: string;
  open: string;
}

/** The steps this page has words for; another one is left out rather than shown bare. */
export const stepCodes: readonly string[] = [
  'do_not_answer',
  'forward_sms',
  'report_link',
  'report_france_connect',
  'tell_help',
  'complaint',
  'delete_message',
  'call_bank',
  'second_call',
  'change_passwords',
  'check_refund_account',
  'hang_up_remote',
  'watch_identity',
  'end_sessions',
  'read_traces',
  'ask_freeze',
  'report',
];

/** What one may have given, as asked: what is urgent first. */
export const given = ['card', 'bank_login', 'money', 'password', 'number', 'identity', 'remote', 'nothing'] as const;
export type Given = (typeof given)[number];

type Fields = Record<string, unknown>;
const fields = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

function readStep(value: unknown): Step[] {
  const step = fields(value);
  const code = text(step['code']);
  if (!stepCodes.includes(code)) return [];
  const send = list(step['send']).map((one) => ({ to: text(fields(one)['to']), text: text(fields(one)['text']) }));
  return [{ code, send: send.filter((one) => one.to && one.text), call: text(step['call']), open: typed(text(step['open'])) }];
}

/** An address as one types it. */
function typed(address: string): string {
  return address.replace(/^https?:\/\//u, '').replace(/\/$/u, '');
}

export const stepsSchema = { parse: (value: unknown): Step[] => list(fields(value)['steps']).flatMap(readStep) };

export interface Reported {
  reference: string;
  steps: Step[];
}

export const reportedSchema = { parse: (value: unknown): Reported => ({ reference: text(fields(value)['reference']), steps: stepsSchema.parse(value) }) };

/** The one live address of these pages: an SMS to 33700, its words ready. The « & » is for phones that want it. */
export function smsLink(to: string, words: string): string | null {
  return to === '33700' ? `sms:33700?&body=${encodeURIComponent(words)}` : null;
}
