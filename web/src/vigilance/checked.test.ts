import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import english from '../../messages/en/vigilance.json';
import french from '../../messages/fr/vigilance.json';
import { piecesOf, readChecked, reasonText, tell, verdicts, wordsBehind, type Checked, type PlainSay, type Reason } from './checked';

const from =
  (catalogue: Record<string, string>): PlainSay =>
  (id, values = {}) => {
    const words = catalogue[id.replace(/^vigilance\./u, '')];
    return words === undefined ? id : words.replace(/\{(\w+)\}/gu, (_all, name: string) => values[name] ?? '');
  };
const fr = from(french);
const en = from(english);
const reason = (sign: string, more: Partial<Reason> = {}): Reason => ({ sign, name: '', subject: '', marks: [], ...more });
const checked = (more: Partial<Checked> = {}): Checked => ({ verdict: 'scam', says: { verdict: '', action: '', reason: '', deadline: '' }, reasons: [], like_true_notice: false, shown: '', coarse: false, ...more });
const plain = (text: string) => text.replaceAll('\u00a0', ' ');

describe('reading an answer', () => {
  it('takes what is there and leaves out what it does not know', () => {
    const read = readChecked({ verdict: 'scam', says: { verdict: 'V', action: 'A', reason: 'R' }, reasons: [{ sign: 'threat', marks: [[0, 3], [5, 5], [4, 2], ['a', 1], 7] }], like_true_notice: true, shown: 'abc', coarse: false, more: 1 });
    expect(read).toEqual(checked({ says: { verdict: 'V', action: 'A', reason: 'R', deadline: '' }, reasons: [reason('threat', { marks: [[0, 3]] })], like_true_notice: true, shown: 'abc' }));
  });

  it.each([null, 'scam', {}, { verdict: 'safe' }, []])('is no answer without a known verdict: %j', (body) => expect(() => readChecked(body)).toThrow());
});

describe('the words of an answer', () => {
  it('says the service\'s own sentences in French', () => {
    const told = tell(checked({ says: { verdict: 'V', action: 'A', reason: 'R', deadline: 'D' }, like_true_notice: true }), 'fr', fr);
    expect(told).toEqual({ verdict: 'V', action: 'A', reason: 'R', deadline: 'D' });
  });

  it('makes them from the codes in English', () => {
    const told = tell(checked({ says: { verdict: 'V', action: 'A', reason: 'R', deadline: 'D' }, reasons: [reason('look_alike_host', { subject: 'arneli.example', name: 'ameli' })], like_true_notice: true }), 'en', en);
    expect(told.verdict).toBe('It is a scam. Do not answer.');
    expect(told.reason).toBe('The link leads to arneli.example, which imitates ameli.');
    expect(told.deadline).toContain('3422');
  });

  it('gives no detail of a coarse answer', () => {
    const told = tell(checked({ coarse: true, says: { verdict: 'V', action: 'A', reason: 'Ce message ressemble à une arnaque confirmée.', deadline: '' }, reasons: [reason('confirmed_campaign')] }), 'fr', fr);
    expect(told.reason).toContain('trop de vérifications');
  });

  it('says that nothing proves the sender when it is not sure, whatever it noticed; but says of an address that it is official', () => {
    expect(plain(tell(checked({ verdict: 'unknown', reasons: [reason('lure')] }), 'fr', fr).reason)).toBe("Rien ne prouve qui l'a envoyé.");
    expect(plain(tell(checked({ verdict: 'unknown', reasons: [reason('official_host')] }), 'fr', fr).reason)).toContain("L'adresse est officielle");
  });

  it.each(verdicts.flatMap((verdict) => (['fr', 'en'] as const).map((language) => ({ verdict, language }))))('is at most 60 words for any reason: $verdict in $language', ({ verdict, language }) => {
    const say = language === 'fr' ? fr : en;
    const signs = Object.keys(french).flatMap((key) => (key.startsWith('reason.') ? [key.slice(7)] : []));
    expect(signs.length).toBeGreaterThan(40);
    for (const sign of signs) {
      const told = tell(checked({ verdict, reasons: [reason(sign, { subject: 'service-assurance-maladie.example', name: 'Caisse primaire d\'assurance maladie' })] }), language, say);
      const count = [told.verdict, told.action, told.reason].join(' ').split(/\s+/u).filter(Boolean).length;
      expect([sign, count <= 60]).toEqual([sign, true]);
      expect([told.verdict, told.action, told.reason].join(' ')).not.toMatch(/\d\s?%|vigilance\./u);
    }
  });

  it('has words for every sign of the engine, the same as the facts in French', () => {
    const facts = readFileSync(path.join(import.meta.dirname, '../../../rules/vigilance/answers.tsv'), 'utf8').split('\n').filter((line) => line.startsWith('reason.'));
    expect(facts.length).toBeGreaterThan(40);
    for (const line of facts) {
      const [code = '', words] = line.split('\t');
      expect([code, plain((french as Record<string, string>)[code] ?? '')]).toEqual([code, words]);
      expect((english as Record<string, string>)[code]).toBeTruthy();
    }
    expect(reasonText(reason('of_another_age'), fr)).toBe('');
  });
});

describe('the labels of the design', () => {
  const all = Object.values(french).map(plain);
  it.each([
    'Vérifier un message',
    'Signaler une arnaque',
    'Ni nom, ni numéro, ni connexion. Gardé quelques heures.',
    'Avez-vous cliqué, payé ou donné quelque chose ?',
    'Je suis au téléphone avec eux',
    'Raccrochez. Rappelez vous-même le 3646.',
    'Collez le message',
    'Je ne peux pas le copier',
    "Il parle de la carte Vitale ou de l'Assurance Maladie",
    'Il demande de payer',
    'Il contient un lien',
    'Cela arrive à tout le monde.',
    'Pourquoi ?',
    "C'est une arnaque. Ne répondez pas.",
    'Ce message est suspect. Ne répondez pas.',
    "Nous ne pouvons pas vous l'assurer.",
    "Faites comme si c'était une arnaque : passez par l'adresse que vous tapez vous-même.",
    'Un vrai courrier existe peut-être : votre date limite est sur le site officiel, tapé par vous, ou au 3422.',
  ])('%s', (label) => expect(all).toContain(label));

  it('never says that a message is safe, and blames nobody', () => {
    for (const words of all) expect(words).not.toMatch(/\bsûre?\b|sans risque|vous auriez dû|votre faute|imprudent|naïf/iu);
    for (const words of Object.values(english)) expect(words).not.toMatch(/\bis safe\b|no risk|your fault|careless/iu);
  });
});

describe('the deciding words', () => {
  const pieces = (shown: string, ...marks: [number, number][]) => piecesOf(shown, [reason('lure', { marks })]);

  it('are marked where they stand', () => {
    expect(pieces('abcdef', [1, 3])).toEqual([{ text: 'a', marked: false }, { text: 'bc', marked: true }, { text: 'def', marked: false }]);
  });

  it('lose and add nothing, whatever the places', () => {
    for (const marks of [[], [[0, 6]], [[2, 4], [1, 3]], [[1, 3], [3, 5]], [[4, 99]], [[7, 9]], [[0, 5], [1, 2]], [[3, 4], [0, 1]]] as [number, number][][]) {
      expect(pieces('abcdef', ...marks).map(({ text }) => text).join('')).toBe('abcdef');
    }
    expect(pieces('abcdef', [2, 4], [1, 3])).toEqual([{ text: 'a', marked: false }, { text: 'bcd', marked: true }, { text: 'ef', marked: false }]);
  });

  it('are said once each beside their reason', () => {
    const shown = 'Payez  vite. Payez vite, ici.';
    expect(wordsBehind(reason('threat', { marks: [[0, 11], [13, 23], [25, 28]] }), shown)).toEqual(['Payez vite', 'ici']);
    expect(wordsBehind(reason('threat', { marks: [[0, 11], [7, 11]] }), shown)).toEqual(['Payez vite']);
    expect(wordsBehind(reason('lure', { marks: [[0, 500]] }), 'x'.repeat(500))[0]).toHaveLength(80);
  });
});
