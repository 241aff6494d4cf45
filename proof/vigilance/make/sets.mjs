// The sets, one generator each: rows in the form that sets/README.md describes.
import { readFileSync } from 'node:fs';
import { chanceOf } from './rng.mjs';
import { dayOf, different, isoDay, readWords, render } from './render.mjs';
import { honestlyWorn, worn } from './noise.mjs';
import { mailOf, readMails } from './mails.mjs';
import { lookalikeHosts } from './hosts_lookalike.mjs';
import { cleanHosts, known } from './hosts_clean.mjs';
import { officialDomains, officialMessages } from './official.mjs';
import { evilDomains, forgedMessages } from './forged.mjs';
import { evasionPairs, evilSenders, families, heavy, wornTexts } from './evasion.mjs';
import { zoneOf } from './dkim.mjs';
import { again, fresh, splitMore } from './fresh.mjs';

const innocent = ['official', 'unknown'];
const guilty = ['scam', 'suspicious'];
const quoting = ['suspicious', 'unknown'];

function* texts(set, file, count, kind, expect, as, wear) {
  for (const { key, words, years } of readWords(file)) {
    const rows = different(count, (i) => {
      const r = chanceOf(`${set} ${key} ${i}`);
      const on = dayOf(r, ...years);
      const text = wear(render(words, r, on), r);
      return { text, date: isoDay(on) };
    });
    yield* rows.map((row, i) => ({ id: `${set}:${key}:${i}`, kind, ...row, expect, class: as }));
  }
}

const signers = { honest: new Set(), hostile: new Set() };
function* mails(set, file, count, expect, as, options) {
  for (const template of readMails(file))
    for (let i = 0; i < count; i += 1) {
      const { eml, date, domain } = mailOf(template, `${set} ${template.key} ${i}`, options);
      if (eml.includes('\nDKIM-Signature') || eml.startsWith('DKIM-Signature')) (options.hostile ? signers.hostile : signers.honest).add(domain);
      yield { id: `${set}:${template.key}:${i}`, kind: 'email', eml, expect, class: as, date };
    }
}

// What stands around an article when a whole page is pasted, and the paragraph of advice that ends most of them.
const advice = readWords('press_advice.txt');
function page(text, r, on) {
  const [title, ...body] = text.split('\n\n');
  const by = render('[Par {prenom} {nom}|La rédaction|{prenom} {nom}, avec agences] - Publié le {datelongue} à {heure} - Temps de lecture : {petitnombre} min', r, on);
  const ends = r.some(advice, 2).map(({ words }) => render(words, r, on));
  return [r.pick(['Accueil > Société > Consommation', 'ACTUALITÉS | FAITS DIVERS', 'Mon journal - Se connecter - S\'abonner']), title, by, ...body, ...ends, r.pick(['Lire aussi : Comment porter plainte en ligne ? - Tous nos articles sur les escroqueries', 'Partager : Facebook X WhatsApp E-mail - Imprimer - Signaler une erreur', 'Vous avez un témoignage ? Écrivez à redaction@journal.example'])].join('\n\n');
}

function* articles() {
  const all = readFileSync(new URL('words/press.txt', import.meta.url), 'utf8').split(/^=== /mu).slice(1);
  for (const block of all) {
    const [key, ...lines] = block.trimEnd().split('\n');
    const r = chanceOf(`press ${key}`);
    const on = dayOf(r);
    yield { id: `press:${key}:0`, kind: 'email', text: page(render(lines.join('\n'), r, on), r, on), expect: quoting, class: 'press', date: isoDay(on) };
  }
}

function* questions() {
  const frames = readWords('question_frames.txt');
  const sources = { legit: [...readWords('legit_sms_public.txt'), ...readWords('legit_sms_health.txt'), ...readWords('legit_sms_life.txt').slice(0, 80)].filter(({ words }) => /carte|ameli|mutuelle|payer|lien|code|\.fr/iu.test(words)), scam: [...readWords('scam_sms_health.txt'), ...readWords('scam_sms.txt')] };
  for (const [which, list] of Object.entries(sources))
    for (const frame of frames)
      for (let i = 0; i < 4; i += 1) {
        const r = chanceOf(`question ${which} ${frame.key} ${i}`);
        const on = dayOf(r);
        const message = render(r.pick(list).words, r, on);
        const text = render(frame.words.replaceAll('{message}', '\u0001'), r, on).replaceAll('\u0001', () => message);
        yield { id: `question_${which}:${frame.key}:${i}`, kind: i % 2 ? 'email' : 'sms', text, expect: which === 'legit' ? innocent : guilty, class: `question_forward:${which}`, date: isoDay(on) };
      }
  for (const { key, words } of readWords('question_told.txt')) yield { id: `question_told:${key}:0`, kind: 'sms', text: words, expect: quoting, class: 'question_forward:told', date: '2025-03-04' };
}

function* hosts() {
  for (const [i, { text, style }] of lookalikeHosts(2400).entries()) yield { id: `lookalike:${style}:${i}`, kind: 'host', text, expect: guilty, class: 'lookalike_host', date: '2025-03-04' };
  for (const [i, text] of cleanHosts(1300).entries()) yield { id: `clean:${i < known.length ? 'known' : 'made'}:${i}`, kind: 'host', text, expect: innocent, class: 'clean_host', date: '2025-03-04' };
}

const asIs = (text) => text;
// Kept in sets/: read by people and by the measures as they stand.
export const kept = {
  legit_sms: function* () {
    for (const part of ['public', 'health', 'life']) yield* texts(`legit_${part}`, `legit_sms_${part}.txt`, 6, 'sms', innocent, 'legit_org', honestlyWorn);
  },
  legit_mail: () => mails('legit_mail', 'legit_mail.txt', 6, innocent, 'legit_org', { sign: 0.7 }),
  scam_sms_health: () => texts('scam_health', 'scam_sms_health.txt', 2, 'sms', guilty, 'health_scam_sms', worn),
  scam_sms: () => texts('scam', 'scam_sms.txt', 6, 'sms', guilty, 'scam_sms', worn),
  phish_mail: () => mails('phish_mail', 'phish_mail.txt', 6, guilty, 'phish_email', { hostile: true }),
  press: articles,
  prevention: () => texts('prevention', 'prevention.txt', 1, 'sms', innocent, 'prevention', asIs),
  questions,
  hosts,
  fresh,
  again,
};

// Made when measured: too many, or too large, to keep.
export const made = {
  official: officialMessages,
  forged: forgedMessages,
  ...Object.fromEntries(families.map((family) => [`evasion_${family}`, () => evasionPairs(family, heavy.has(family) ? 30 : 48)])),
  evasion_own: wornTexts,
  evasion_split_more: splitMore,
};

// The keys of every domain that signs in the sets, after all of them were made.
export const zone = () => {
  for (const make of [kept.legit_mail, kept.phish_mail]) for (const row of make()) void row;
  return zoneOf([...officialDomains, ...signers.honest].filter((d, i, all) => all.indexOf(d) === i), [...new Set([...evilDomains, ...evilSenders, ...signers.hostile])]);
};
