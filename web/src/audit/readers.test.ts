import { readFileSync } from 'node:fs';
import path from 'node:path';
import { IntlMessageFormat } from 'intl-messageformat';
import { describe, expect, it } from 'vitest';
import { formatTime } from '../app/dates';
import type { Trace } from './calls';
import { dayOf, gather } from './readers';
import { actionWords, actorWords, hourWords, isMe, mayBeUnknown, reasonWords, type SentenceWords } from './sentences';

function wordsOf(language: 'fr' | 'en'): SentenceWords {
  const folder = path.join(import.meta.dirname, '../../messages', language);
  const words = JSON.parse(readFileSync(path.join(folder, 'audit.json'), 'utf8')) as Record<string, string>;
  const say = (id: string, values: Record<string, string | number> = {}) => {
    const text = words[id.slice('audit.'.length)];
    if (text === undefined) throw new Error(`no words for ${id}`);
    return String(new IntlMessageFormat(text, language).format(values)).replaceAll('\u00a0', ' ');
  };
  return Object.assign(say, { time: (value: string) => formatTime(value, language).replaceAll('\u00a0', ' ') });
}
const say = wordsOf('fr');

const benali: Trace['actor'] = { kind: 'professional', name: 'Dr Benali', profession: '10', structure: 'Cabinet des Lilas' };
let sequence = 1000;
function trace(at: string, action: string, actor: Trace['actor'], more: Partial<Trace> = {}): Trace {
  sequence -= 1;
  return { sequence, at, action, actor, mode: 'normal', reason: '', ...more };
}
const item = (id: string) => ({ item: { id, title: `Document ${id}` } });

describe('gathering', () => {
  it('puts what one person did in one day in one block, newest day first', () => {
    const days = gather([
      trace('2025-03-04T08:31:00Z', 'document_read', benali, item('b')),
      trace('2025-03-04T08:12:00Z', 'document_read', benali, item('a')),
      trace('2025-03-04T08:11:00Z', 'documents_listed', benali, { count: 12 }),
      trace('2025-03-03T10:00:00Z', 'document_read', benali, item('a')),
    ]);
    expect(days.map((day) => [day.day, day.blocks.length])).toEqual([
      ['2025-03-04', 1],
      ['2025-03-03', 1],
    ]);
    const [read, listed] = days[0]?.blocks[0]?.lines ?? [];
    expect(read).toMatchObject({ action: 'document_read', from: '2025-03-04T08:12:00Z', to: '2025-03-04T08:31:00Z', count: 2, times: 2 });
    expect(read?.items.map((one) => one.id)).toEqual(['b', 'a']);
    expect(listed).toMatchObject({ action: 'documents_listed', times: 1 });
  });

  it('goes by the instant, not by the page or the order in the log', () => {
    const lab = { kind: 'producer', name: 'Laboratoire des Tilleuls' };
    const days = gather([
      trace('2025-03-04T23:00:00.200Z', 'document_read', benali, item('b')),
      trace('2025-03-04T22:59:59.900Z', 'document_deposited', lab, item('b')),
      trace('2025-03-04T23:00:00.100Z', 'document_read', benali, item('a')),
      trace('2025-03-04T08:00:00.000Z', 'document_read', benali, item('a')),
    ]);
    expect(days.map((day) => [day.day, day.blocks.map((block) => block.actor.name)])).toEqual([
      ['2025-03-05', ['Dr Benali']],
      ['2025-03-04', ['Laboratoire des Tilleuls', 'Dr Benali']],
    ]);
    expect(days[0]?.blocks[0]?.lines[0]?.items.map((one) => one.id)).toEqual(['b', 'a']);
  });

  it('tells a look at one title from a look at the list', () => {
    const [day] = gather([trace('2025-03-04T08:02:00Z', 'documents_listed', benali, item('a')), trace('2025-03-04T08:01:00Z', 'documents_listed', benali, { count: 12 })]);
    expect(day?.blocks[0]?.lines.map((line) => [line.action, line.count])).toEqual([
      ['document_noted', 1],
      ['documents_listed', 12],
    ]);
  });

  it('counts a document once, however often it was read', () => {
    const [day] = gather([1, 2, 3].map((minute) => trace(`2025-03-04T08:0${minute}:00Z`, 'document_read', benali, item('a'))));
    expect(day?.blocks[0]?.lines[0]).toMatchObject({ count: 1, times: 3 });
  });

  it('keeps an emergency apart from the same person at other hours', () => {
    const [day] = gather([
      trace('2025-03-04T14:00:00Z', 'document_read', benali, { mode: 'bris_de_glace', reason: 'inconscient', ...item('a') }),
      trace('2025-03-04T13:59:00Z', 'documents_listed', benali, { mode: 'bris_de_glace', reason: 'access.bris_de_glace' }),
      trace('2025-03-04T08:00:00Z', 'document_read', benali, { reason: 'access.care_team', ...item('a') }),
    ]);
    expect(day?.blocks.map((block) => [block.mode, block.given, block.rules])).toEqual([
      ['bris_de_glace', ['inconscient'], ['access.bris_de_glace']],
      ['normal', [], ['access.care_team']],
    ]);
  });

  it('folds what the machine did', () => {
    const [day] = gather([
      trace('2025-03-04T08:00:00Z', 'document_read', { kind: 'machine', name: 'extractor' }, item('a')),
      trace('2025-03-04T07:00:00Z', 'space_notified', { kind: 'operator' }, { machine: true }),
      trace('2025-03-04T06:00:00Z', 'document_read', benali, item('a')),
    ]);
    expect(day?.machineCount).toBe(2);
    expect(day?.machine.map((line) => line.action)).toEqual(['document_read', 'space_notified']);
    expect(day?.blocks).toHaveLength(1);
  });

  it('cuts days on the clock of Paris, summer and winter', () => {
    expect(dayOf('2025-03-04T22:59:59Z')).toBe('2025-03-04');
    expect(dayOf('2025-03-04T23:00:00Z')).toBe('2025-03-05');
    expect(dayOf('2025-07-04T22:00:00Z')).toBe('2025-07-05');
    expect(dayOf('2025-10-26T00:30:00Z')).toBe('2025-10-26');
  });

  it('leaves nothing out', () => {
    const all = Array.from({ length: 300 }, (_none, index) => trace(new Date(Date.UTC(2025, 2, 4) - index * 3_600_000).toISOString(), 'document_read', index % 5 === 0 ? { kind: 'machine' } : benali, item(`d${index}`)));
    const days = gather(all);
    const counted = days.flatMap((day) => [...day.machine, ...day.blocks.flatMap((block) => block.lines)]).reduce((sum, line) => sum + line.times, 0);
    expect(counted).toBe(300);
  });
});

describe('sentences', () => {
  const one = (...traces: Trace[]) => {
    const line = gather(traces)[0]?.blocks[0]?.lines[0];
    if (!line) throw new Error('no line');
    return line;
  };
  const said = (me: boolean, ...traces: Trace[]) => `${hourWords(one(...traces), say)} : ${actionWords(one(...traces), me, say)}`;

  it('say who did what, when', () => {
    expect(said(false, trace('2025-03-04T08:12:00Z', 'document_read', benali, item('a')), trace('2025-03-04T08:12:30Z', 'document_read', benali, item('b')))).toBe('9 h 12 : a lu 2 documents');
    expect(said(false, trace('2025-03-04T08:40:00Z', 'document_read', benali, item('a')), trace('2025-03-04T08:12:30Z', 'document_read', benali, item('b')))).toBe('Entre 9 h 12 et 9 h 40 : a lu 2 documents');
    expect(said(true, trace('2025-03-04T08:12:00Z', 'document_read', { kind: 'holder' }, item('a')))).toBe('9 h 12 : vous avez lu 1 document');
    expect(said(false, trace('2025-03-04T08:12:00Z', 'documents_listed', benali, { count: 12 }), trace('2025-03-04T08:12:00Z', 'documents_listed', benali, { count: 12 }))).toBe('9 h 12 : a vu la liste des documents (2 fois)');
    expect(said(false, trace('2025-03-04T08:12:00Z', 'quelque_chose', benali))).toBe('9 h 12 : opération');
  });

  it('exist for every action of the journal, in both languages', () => {
    const codes = readFileSync(path.join(import.meta.dirname, '../../../capabilities/audit/codes.cpp'), 'utf8');
    const actions = [...codes.matchAll(/case Action::\w+:\s*return "(\w+)"/gu)].map((found) => found[1] ?? '');
    expect(actions.length).toBeGreaterThan(20);
    for (const speak of [say, wordsOf('en')])
      for (const action of actions) {
        const line = one(trace('2025-03-04T08:12:00Z', action, benali, item('a')));
        expect([action, actionWords(line, false, speak)]).not.toEqual([action, speak('audit.action.unknown', {})]);
      }
  });

  it('name people as they are known, without a mistake of gender', () => {
    const profession = (code: string) => (code === '10' ? 'médecin' : code);
    const name = (actor: Trace['actor'], whose: 'self' | 'child' = 'self') => actorWords(actor, whose, 'Nadia Martin', profession, say);
    expect(name(benali)).toBe('Dr Benali, médecin, Cabinet des Lilas');
    expect(name({ kind: 'holder', name: 'Nadia Martin' })).toBe('Vous');
    expect(name({ kind: 'holder', name: 'Léa Martin' }, 'child')).toBe('Léa Martin, votre enfant');
    expect(name({ kind: 'representative', name: 'Nadia Martin' }, 'child')).toBe('Vous');
    expect(name({ kind: 'representative', name: 'Paul Martin' }, 'child')).toBe('Paul Martin, parent ou tuteur');
    expect(name({ kind: 'producer', name: 'LaboSoft', structure: 'Labo des Lilas' })).toBe('Labo des Lilas, LaboSoft');
    expect(name({ kind: 'producer' })).toBe("Logiciel d'un lieu de soins");
    expect(name({ kind: 'agent' })).toBe('Service téléphonique 3422');
    expect(name({ kind: 'nouveau' })).toBe('Personne non reconnue');
  });

  it('say what was changed, of whom, without taking it for a reason to read', () => {
    const blocked = trace('2025-03-04T08:12:00Z', 'setting_changed', { kind: 'holder' }, { reason: 'access.blocked', about: 'Dr Roy' });
    expect(said(true, blocked)).toBe('9 h 12 : vous avez bloqué un professionnel : Dr Roy');
    expect(said(true, trace('2025-03-04T08:12:00Z', 'setting_changed', { kind: 'holder' }, { reason: 'record.masked', ...item('a') }))).toBe('9 h 12 : vous avez masqué un document aux professionnels');
    expect(said(false, trace('2025-03-04T08:12:00Z', 'setting_changed', benali, { reason: 'access.from_tomorrow' }))).toBe('9 h 12 : a changé un réglage');
    expect(gather([blocked])[0]?.blocks[0]?.rules).toEqual([]);
    expect(said(true, trace('2025-03-04T08:12:00Z', 'traces_read', { kind: 'holder' }, { about: 'access' }))).toBe('9 h 12 : vous avez regardé qui peut voir le dossier');
    const relations = readFileSync(path.join(import.meta.dirname, '../../../capabilities/access/relations.cpp'), 'utf8') + readFileSync(path.join(import.meta.dirname, '../../../capabilities/access/http_holder.cpp'), 'utf8');
    const changed = [...relations.matchAll(/Action::setting_changed,([^;]*?)[{}]/gu)].flatMap((found) => [...(found[1] ?? '').matchAll(/"access\.(\w+)"/gu)].map((code) => code[1] ?? ''));
    expect(changed.length).toBeGreaterThan(8);
    // Discretion is traced where the other parent does not read.
    for (const code of changed.filter((one) => one !== 'discretion'))
      for (const speak of [say, wordsOf('en')]) {
        const line = one(trace('2025-03-04T08:12:00Z', 'setting_changed', benali, { reason: `access.${code}` }));
        expect([code, actionWords(line, false, speak)]).not.toEqual([code, speak('audit.action.setting_changed', { me: 'no' })]);
      }
  });

  it('say which link of care or family began or ended', () => {
    expect(said(true, trace('2025-03-04T08:12:00Z', 'relation_ended', { kind: 'holder' }, { reason: 'access.refused_by_holder', about: 'Dr Roy' }))).toBe("9 h 12 : vous avez retiré un professionnel de l'équipe de soins : Dr Roy");
    const relations = readFileSync(path.join(import.meta.dirname, '../../../capabilities/access/relations.cpp'), 'utf8');
    const changed = [...relations.matchAll(/Action::relation_(?:declared|ended),([^;]*?)[{}]/gu)].flatMap((found) => [...(found[1] ?? '').matchAll(/"access\.(\w+)"/gu)].map((code) => code[1] ?? ''));
    expect(changed.length).toBeGreaterThan(5);
    for (const code of changed)
      for (const action of code === 'refused_by_holder' ? ['relation_ended'] : ['relation_declared', 'relation_ended'])
        for (const speak of [say, wordsOf('en')]) {
          const line = one(trace('2025-03-04T08:12:00Z', action, benali, { reason: `access.${code}` }));
          const words = actionWords(line, false, speak);
          expect([code, action, words]).not.toEqual([code, action, speak(`audit.action.${action}`, { me: 'no' })]);
          expect(words).not.toContain('audit.change');
        }
  });

  it('tell a carer from a guardian and from a parent', () => {
    const carer = trace('2025-03-04T08:12:00Z', 'document_read', { kind: 'carer', name: 'Zoé Martin' }, { reason: 'access.carer', ...item('a') });
    const block = gather([carer])[0]?.blocks[0];
    const name = (whose: 'self' | 'child' | 'person', kind: string) => actorWords({ kind, name: 'Zoé Martin' }, whose, 'Nadia Martin', String, say);
    expect(name('self', 'carer')).toBe('Zoé Martin, votre aidant');
    expect(block && reasonWords(block, 'self', say)).toEqual(['aide à qui vous avez confié cela']);
    expect(name('self', 'guardian')).toBe('Zoé Martin, tutelle ou curatelle');
    expect(name('child', 'representative')).toBe('Zoé Martin, parent ou tuteur');
    expect(name('person', 'carer')).toBe('Zoé Martin, aidant');
    expect(isMe({ kind: 'carer', name: 'Nadia Martin' }, 'person', 'Nadia Martin')).toBe(true);
  });

  it('give the reasons there are words for', () => {
    const why = (reason: string, whose: 'self' | 'child' = 'self') => {
      const block = gather([trace('2025-03-04T08:12:00Z', 'document_read', benali, { reason, ...item('a') })])[0]?.blocks[0];
      return block ? reasonWords(block, whose, say).join() : '';
    };
    expect(why('access.care_team')).toBe('fait partie de votre équipe de soins');
    expect(why('access.care_team', 'child')).toBe('fait partie de son équipe de soins');
    for (const rule of ['representative', 'declared_gp', 'author', 'matrix', 'own_structure', 'bris_de_glace', 'centre_15', 'producer', 'archive_copy']) expect([rule, why(`access.${rule}`)]).not.toEqual([rule, '']);
    expect(why('access.self')).toBe('');
    expect(why('access.nouveau')).toBe('');
    expect(why('')).toBe('');
  });

  it('ask about strangers only', () => {
    expect(mayBeUnknown(benali)).toBe(true);
    expect(mayBeUnknown({ kind: 'holder' })).toBe(false);
    expect(mayBeUnknown({ kind: 'producer' })).toBe(false);
    expect(isMe({ kind: 'holder', name: 'Léa' }, 'child', 'Nadia')).toBe(false);
    expect(isMe({ kind: 'representative', name: '' }, 'child', '')).toBe(false);
  });
});
