import type { Whose } from '../record/space';
import type { Trace } from './calls';
import type { Block, Line } from './readers';

/** Only what a sentence needs of app/words: a message, an hour. */
export interface SentenceWords {
  (id: string, values?: Record<string, string | number>): string;
  time(value: string): string;
}

export type { Whose } from '../record/space';

const actions = new Set(
  (
    'space_notified space_opened space_objected space_opened_by_default space_closed space_reopened space_archived_read space_erased space_suspended ' +
    'code_requested code_refused signed_in sign_in_refused signed_out contact_changed account_recovered ' +
    'documents_listed document_noted document_read document_deposited document_replaced document_added_by_holder document_contested document_refused ' +
    'traces_read access_listed relation_declared relation_ended setting_changed exported ' +
    'resource_read resource_written resource_deleted history_read record_searched'
  ).split(' '),
);

/** "9 h 12", or "Entre 9 h 12 et 9 h 40" for what was done several times. */
export function hourWords(line: Line, say: SentenceWords): string {
  const [from, to] = [say.time(line.from), say.time(line.to)];
  return from === to ? from : say('audit.between', { from, to });
}

/** "a lu 2 documents", "a vu la liste des documents (3 fois)". */
export function actionWords(line: Line, me: boolean, say: SentenceWords): string {
  const mine = me ? 'yes' : 'no';
  const done = line.action.startsWith('change.') ? say(`audit.${line.action}`, { me: mine }) : say(`audit.action.${actions.has(line.action) ? line.action : 'unknown'}`, { count: line.count, me: mine });
  const words = line.about.length > 0 ? say('audit.about', { words: done, about: line.about.join(', ') }) : done;
  const counted = line.items.length > 0 || /^document_|^resource_|^exported$/u.test(line.action);
  return line.times > 1 && !counted ? say('audit.times', { words, times: line.times }) : words;
}

const rules = new Set('representative guardian carer consented occupational_grant care_team declared_gp author matrix own_structure own_acts bris_de_glace centre_15 producer archive_copy'.split(' ').map((rule) => `access.${rule}`));

/** "fait partie de votre équipe de soins", for each rule there are words for. One's own right needs none. */
export function reasonWords(block: Block, whose: Whose, say: SentenceWords): string[] {
  return block.rules.filter((rule) => rules.has(rule)).map((rule) => say(`audit.reason.${rule.slice('access.'.length)}`, { whose }));
}

/** In one's own space the holder; in another's, the parent, guardian or carer who bears the name of the person signed in (`me`). */
export function isMe(actor: Trace['actor'], whose: Whose, me: string): boolean {
  return whose === 'self' ? actor.kind === 'holder' : ['representative', 'carer', 'guardian'].includes(actor.kind) && actor.name === me && me !== '';
}

/** Who it was: the name as it was that day, what they do, where. `me`: the name of the person signed in. */
export function actorWords(actor: Trace['actor'], whose: Whose, me: string, professionWords: (profession: string) => string, say: SentenceWords): string {
  const { kind, name = '', profession = '', structure = '' } = actor;
  const join = (...parts: string[]) => [...new Set(parts.filter((part) => part !== ''))].join(', ');
  if (isMe(actor, whose, me)) return say('audit.actor.me');
  switch (kind) {
    case 'holder':
      return whose === 'child' ? join(name, say('audit.actor.child')) : name;
    case 'representative':
      return join(name, say('audit.actor.representative', { whose }));
    case 'carer':
      return join(name, say('audit.actor.carer', { whose }));
    case 'guardian':
      return join(name, say('audit.actor.guardian'));
    case 'professional':
      return join(name === '' ? say('audit.actor.professional') : name, profession === '' ? '' : professionWords(profession), structure);
    case 'producer':
      return join(structure, name) || say('audit.actor.producer');
    case 'agent':
    case 'mediator':
    case 'operator':
      return join(say(`audit.actor.${kind}`), name, structure);
    default:
      return name === '' ? say('audit.actor.unknown') : join(name, structure);
  }
}

/** Someone the reader may not know: a professional, never oneself, a relative or the service. */
export function mayBeUnknown(actor: Trace['actor']): boolean {
  return actor.kind === 'professional' || actor.kind === 'unknown';
}
