import type { Trace } from './calls';

/** Traces gathered for reading: one block per person and day, what was done said once with its hours. */
export interface Line {
  action: string;
  /** First and last instants, in the order of time. */
  from: string;
  to: string;
  times: number;
  items: { id: string; title: string }[];
  /** Whom it was about, when it was about a person: who was blocked. */
  about: string[];
  /** Documents concerned: distinct ones when they are named, else the sum of the counts. */
  count: number;
}

export interface Block {
  key: string;
  actor: Trace['actor'];
  /** `normal`, or the emergency in which it was done: kept apart from the same person's other acts. */
  mode: string;
  lines: Line[];
  /** Codes of rules ("access.care_team") that allowed it, each once. */
  rules: string[];
  /** What was written in an emergency, each once. */
  given: string[];
}

export interface Day {
  /** 2025-03-04, on the service's clock. */
  day: string;
  blocks: Block[];
  /** The service's own operations of that day, folded. */
  machine: Line[];
  machineCount: number;
}

const inParis = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Paris', year: 'numeric', month: '2-digit', day: '2-digit' });

export function dayOf(instant: string): string {
  const date = new Date(instant);
  return Number.isNaN(date.getTime()) ? instant.slice(0, 10) : inParis.format(date);
}

export function isMachine(trace: Trace): boolean {
  return trace.machine === true || trace.actor.kind === 'machine';
}

function keyOf(trace: Trace): string {
  const { kind, name = '', profession = '', structure = '' } = trace.actor;
  return JSON.stringify([kind, name, profession, structure, trace.mode]);
}

/** What was changed, by the code it was traced with: "change.blocked". */
const settings = new Set('blocked unblocked emergency_refused emergency_allowed emergency_contested own_access_agreed own_access_ended frozen thawed alerts masked unmasked'.split(' '));
/** Which link of care or family began or ended. */
const relations = new Set('care_team refused_by_holder occupational_grant consented_code consented_card consented_declaration carer guardian judge_decided'.split(' '));

/** A listing of one document is a look at its title and date, not at the list; a change says what it changed. */
function actionOf(trace: Trace): string {
  const code = (trace.reason ?? '').replace(/^(access|record)\./u, '');
  if (trace.action === 'setting_changed' && settings.has(code)) return `change.${code}`;
  if (trace.action === 'relation_declared' && relations.has(code)) return `change.${code}`;
  if (trace.action === 'relation_ended' && relations.has(code)) return code === 'refused_by_holder' ? 'change.refused_by_holder' : `change.${code}_ended`;
  // Looking at who has access is traced among the looks at the traces, with its subject.
  if (trace.action === 'traces_read' && trace.about === 'access') return 'access_listed';
  return trace.action === 'documents_listed' && trace.item ? 'document_noted' : trace.action;
}

function addTo(lines: Line[], trace: Trace): void {
  const action = actionOf(trace);
  let line = lines.find((one) => one.action === action);
  if (!line) {
    line = { action, from: trace.at, to: trace.at, times: 0, items: [], about: [], count: 0 };
    lines.push(line);
  }
  line.times += 1;
  if (trace.at < line.from) line.from = trace.at;
  if (trace.at > line.to) line.to = trace.at;
  addOnce(line.about, trace.action === 'traces_read' ? '' : (trace.about ?? ''));
  const item = trace.item;
  if (!item) line.count += trace.count ?? 1;
  else if (!line.items.some((one) => one.id === item.id)) {
    line.items.push({ id: item.id, title: item.title ?? '' });
    line.count += 1;
  }
}

function addOnce(list: string[], value: string): void {
  if (value !== '' && !list.includes(value)) list.push(value);
}

/** A rule's code has a dot and no space; anything else was written by someone. */
function isRule(reason: string): boolean {
  return /^[a-z_]+(\.[a-z0-9_]+)+$/u.test(reason);
}

function blockFor(day: Day, trace: Trace): Block {
  const key = keyOf(trace);
  let block = day.blocks.find((one) => one.key === key);
  if (!block) {
    block = { key, actor: trace.actor, mode: trace.mode, lines: [], rules: [], given: [] };
    day.blocks.push(block);
  }
  return block;
}

/** The latest first, whatever page each came on: a deposit's trace joins the log a moment after the deposit. */
function byInstant(a: Trace, b: Trace): number {
  if (a.at === b.at) return b.sequence - a.sequence;
  return a.at < b.at ? 1 : -1;
}

/** Days, blocks and lines, each the latest first. */
export function gather(traces: readonly Trace[]): Day[] {
  const days: Day[] = [];
  for (const trace of [...traces].sort(byInstant)) {
    const name = dayOf(trace.at);
    let day = days.find((one) => one.day === name);
    if (!day) {
      day = { day: name, blocks: [], machine: [], machineCount: 0 };
      days.push(day);
    }
    if (isMachine(trace)) {
      day.machineCount += 1;
      addTo(day.machine, trace);
      continue;
    }
    const block = blockFor(day, trace);
    addTo(block.lines, trace);
    const reason = trace.reason ?? '';
    // Of what was changed, the code says what, not why.
    if (!/^(setting_changed|relation_\w+)$/u.test(trace.action)) addOnce(isRule(reason) ? block.rules : block.given, reason);
  }
  return days;
}
