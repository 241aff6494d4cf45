/** What the service answers about a message, and how it is told: one verdict, one action, one reason, the rest folded. */
export const verdicts = ['official', 'scam', 'suspicious', 'unknown'] as const;
export type Verdict = (typeof verdicts)[number];

export interface Reason {
  sign: string;
  name: string;
  subject: string;
  /** Places in `shown`, in UTF-16 code units. */
  marks: [number, number][];
}

export interface Checked {
  verdict: Verdict;
  says: { verdict: string; action: string; reason: string; deadline: string };
  reasons: Reason[];
  like_true_notice: boolean;
  shown: string;
  coarse: boolean;
}

type Fields = Record<string, unknown>;
const fields = (value: unknown): Fields => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {});
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

function readMark(value: unknown): [number, number][] {
  const [begin, end] = list(value);
  return typeof begin === 'number' && typeof end === 'number' && begin >= 0 && begin < end ? [[begin, end]] : [];
}

function readReason(value: unknown): Reason {
  const reason = fields(value);
  return { sign: text(reason['sign']), name: text(reason['name']), subject: text(reason['subject']), marks: list(reason['marks']).flatMap(readMark) };
}

/** By hand, not by zod: /verifier is a page of a few kilobytes. Without a known verdict it is no answer. */
export function readChecked(value: unknown): Checked {
  const body = fields(value);
  const says = fields(body['says']);
  const verdict = verdicts.find((known) => known === body['verdict']);
  if (!verdict) throw new Error('no verdict');
  return {
    verdict,
    says: { verdict: text(says['verdict']), action: text(says['action']), reason: text(says['reason']), deadline: text(says['deadline']) },
    reasons: list(body['reasons']).map(readReason),
    like_true_notice: body['like_true_notice'] === true,
    shown: text(body['shown']),
    coarse: body['coarse'] === true,
  };
}

export const checkedSchema = { parse: readChecked };

export type PlainSay = (id: string, values?: Record<string, string>) => string;

/** One sentence for a reason; "" for one this page has no words for. */
export function reasonText(reason: Reason, say: PlainSay): string {
  const id = `vigilance.reason.${reason.sign}`;
  const said = say(id, { name: reason.name || say('vigilance.answer.some_name'), subject: reason.subject });
  return said === id ? '' : said;
}

export interface Told {
  verdict: string;
  action: string;
  reason: string;
  deadline: string;
}

const toldAnyway = ['official_host', 'reference_printed', 'reference_unconfirmed'];

/** The reason that is told: of an answer that cannot be sure, only an official address or a reference is worth a word. */
function decisive({ verdict, reasons }: Checked): Reason | undefined {
  const first = reasons[0];
  return verdict === 'unknown' && !toldAnyway.includes(first?.sign ?? '') ? undefined : first;
}

/** In French the service's own sentences; in English the same, from the codes. What gives no detail says so instead of a reason. */
export function tell(checked: Checked, language: 'fr' | 'en', say: PlainSay): Told {
  const first = decisive(checked);
  const french = language === 'fr';
  const name = first?.name || say('vigilance.answer.some_name');
  const action = checked.verdict === 'scam' ? 'vigilance.answer.action.scam_alone' : `vigilance.action.${checked.verdict}`;
  const reason = (first && reasonText(first, say)) || say('vigilance.reason.none');
  return {
    verdict: (french && checked.says.verdict) || say(`vigilance.verdict.${checked.verdict}`, { name }),
    action: (french && checked.says.action) || say(action),
    reason: checked.coarse ? say('vigilance.answer.coarse') : (french && checked.says.reason) || reason,
    deadline: checked.like_true_notice ? (french && checked.says.deadline) || say('vigilance.deadline') : '',
  };
}

export interface Piece {
  text: string;
  marked: boolean;
}

/** The message in pieces, the deciding words marked: places that overlap or touch become one, those outside are left out. */
export function piecesOf(shown: string, reasons: readonly Reason[]): Piece[] {
  const places = reasons
    .flatMap((reason) => reason.marks)
    .map(([begin, end]): [number, number] => [begin, Math.min(end, shown.length)])
    .filter(([begin, end]) => begin < end)
    .sort(([a], [b]) => a - b);
  const pieces: Piece[] = [];
  let at = 0;
  for (const [begin, end] of places) {
    if (end <= at) continue;
    if (begin > at) pieces.push({ text: shown.slice(at, begin), marked: false });
    const last = pieces.at(-1);
    const words = shown.slice(Math.max(begin, at), end);
    if (last?.marked) last.text += words;
    else pieces.push({ text: words, marked: true });
    at = end;
  }
  if (at < shown.length) pieces.push({ text: shown.slice(at), marked: false });
  return pieces;
}

/** The words of the message behind a reason, as they stand there, without repeats nor parts of one another; a long stretch is shortened. */
export function wordsBehind(reason: Reason, shown: string): string[] {
  const found = reason.marks.map(([begin, end]) => shown.slice(begin, end).replace(/\s+/gu, ' ').trim()).filter(Boolean);
  const whole = [...new Set(found)].filter((words, _at, all) => !all.some((other) => other !== words && other.includes(words)));
  return whole.slice(0, 4).map((words) => (words.length > 80 ? `${words.slice(0, 79)}…` : words));
}
