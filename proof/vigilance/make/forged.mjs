// Our own messages changed by someone else, in one way each: none of them may ever be called official.
import { chanceOf } from './rng.mjs';
import { fictionLandline, fictionMobile, premiumNumber } from './slots.mjs';
import { hostileHost } from './hosts.mjs';
import { signed, split } from './dkim.mjs';
import { encodedWord } from './mail.mjs';
import { isoDay } from './render.mjs';
import { bodyOf, folded, noticeOf, senders, shapes, templates, unsigned } from './official.mjs';

const alike = { a: 'а', e: 'е', o: 'о', p: 'р', s: 'ѕ', c: 'с', i: 'і' };
const asks = {
  fr: ['Pour confirmer votre identité, réglez 0,99 € par carte bancaire sur {lien}.', 'Répondez à ce message avec votre numéro de Sécurité sociale et une photo de votre carte bancaire.', 'Des frais de dossier de 4,90 € sont à payer avant demain : {lien}', 'Communiquez ce code à notre conseiller au {tel}.', 'Connectez-vous avec FranceConnect ici : {lien}', 'Pour recevoir votre remboursement de 236,40 €, indiquez votre RIB sur {lien}.'],
  en: ['To confirm your identity, pay 0.99 € by card at {lien}.', 'Answer this message with your social security number and a picture of your bank card.', 'A fee of 4.90 € is due by tomorrow: {lien}', 'Give this code to our agent on {tel}.', 'Sign in with FranceConnect here: {lien}', 'To receive your refund of 236.40 €, give your bank details at {lien}.'],
};
const number = (r) => r.pick([fictionLandline, fictionMobile, premiumNumber])(r);
const fill = (text, r) => text.replaceAll('{lien}', `https://${hostileHost('sante', r)}/`).replaceAll('{tel}', number(r));
const homoglyphs = (text, r) => [...text].map((sign) => (alike[sign] && r.maybe(0.12) ? alike[sign] : sign)).join('');

// Changes of the words. Each answers a text different from the one given.
const words = {
  host: (t, r) => {
    const other = hostileHost('sante', r);
    return t.includes('monespacesante.fr') ? t.replaceAll('monespacesante.fr', other) : `${t} https://${other}`;
  },
  phone: (t, r) => {
    const other = number(r);
    return t.includes('3422') ? t.replaceAll('3422', other) : `${t} ${other}`;
  },
  ask: (t, r, language) => `${t}\n\n${fill(r.pick(asks[language]), r)}`,
  ask_first: (t, r, language) => `${fill(r.pick(asks[language]), r)}\n\n${t}`,
  homoglyph: (t, r) => { const out = homoglyphs(t, r); return out === t ? t.replace('a', alike.a) : out; },
  link: (t, r) => `${t}\nhttps://${hostileHost('sante', r)}/?ref=${r.letters(6)}`,
  site_path: (t, r) => `${t}\nhttps://${hostileHost('sante', r)}/monespacesante.fr/activer`,
};

const damaged = (eml, r) => eml.replace(/(\tb=[^\r]{20})(.)/u, (_, before, sign) => before + (sign === 'A' ? 'B' : 'A'));
const withBody = (eml, text) => `${eml.slice(0, eml.indexOf('\r\n\r\n') + 4)}${folded(bodyOf(text))}`;
const replaceHeader = (eml, name, line) => {
  const { headers, body } = split(eml);
  return `${headers.map((h) => (h.toLowerCase().startsWith(`${name}:`) ? line : h)).join('\r\n')}\r\n\r\n${body}`;
};

// Changes of the mail. `raw` is not signed; `sign(raw, options)` signs it truly as the official sender.
const mails = {
  unsigned: (raw) => raw,
  broken_signature: (raw, c, r) => damaged(c.sign(raw), r),
  subject_changed: (raw, c) => replaceHeader(c.sign(raw), 'subject', `Subject: ${encodedWord('Votre carte Vitale doit être renouvelée')}`),
  expired: (raw, c) => c.sign(raw, { at: 1577836800, expires: 1580515200 }),
  unknown_key: (raw, c) => c.sign(raw).replace(/s=sets[a-z0-9]+/u, 's=autre'),
  two_from_above: (raw, c, r) => `From: ${encodedWord('Mon espace santé')} <info@${hostileHost('sante', r)}>\r\n${c.sign(raw)}`,
  two_from_below: (raw, c, r) => c.sign(raw).replace(/\r\nTo:/u, `\r\nFrom: <info@${hostileHost('sante', r)}>\r\nTo:`),
  two_addresses: (raw, c, r) => c.sign(replaceHeader(raw, 'from', `From: <${c.from}>, <info@${hostileHost('sante', r)}>`)),
  two_subjects: (raw, c) => `Subject: ${encodedWord('Remboursement de 236,40 € : confirmez votre carte')}\r\n${c.sign(raw)}`,
  two_types: (raw, c) => `Content-Type: text/html; charset=utf-8\r\n${c.sign(raw, { fields: ['from', 'to', 'subject', 'date', 'message-id'] })}`,
  length_added: (raw, c, r) => `${c.sign(replaceHeader(raw, 'content-transfer-encoding', 'Content-Transfer-Encoding: 8bit').replace(/\r\n\r\n[\s\S]*$/u, `\r\n\r\n${bodyOf(c.notice.text)}`), { length: 1e9 })}${bodyOf(fill(r.pick(asks[c.language]), r))}`,
  length_zero: (raw, c, r) => withBody(c.sign(raw, { length: 0 }), words.ask(c.notice.text, r, c.language)),
  from_not_signed: (raw, c, r) => replaceHeader(c.sign(raw, { fields: ['to', 'subject', 'date', 'message-id'] }), 'from', `From: ${encodedWord('Mon espace santé')} <${c.from}>`),
  stranger: (raw, c) => signed(raw, c.evil, { key: 'stranger' }),
  stranger_and_broken: (raw, c, r) => signed(damaged(c.sign(raw), r), c.evil, { key: 'stranger' }),
  own_domain: (raw, c) => signed(replaceHeader(raw, 'from', `From: ${encodedWord('Mon espace santé')} <assurance-maladie@${c.evil}>`), c.evil, { key: 'stranger' }),
  sub_domain: (raw, c) => signed(replaceHeader(raw, 'from', `From: ${encodedWord('Mon espace santé')} <assurance-maladie@info.ameli.fr.${c.evil}>`), c.evil, { key: 'stranger' }),
  name_is_address: (raw, c) => signed(replaceHeader(raw, 'from', `From: "${c.from}" <service@${c.evil}>`), c.evil, { key: 'stranger' }),
  name_is_address_encoded: (raw, c) => signed(replaceHeader(raw, 'from', `From: =?UTF-8?B?${Buffer.from(`Mon espace santé <${c.from}>`).toString('base64')}?= <service@${c.evil}>`), c.evil, { key: 'stranger' }),
  comment: (raw, c) => signed(replaceHeader(raw, 'from', `From: service@${c.evil} (Mon espace sante <${c.from}>)`), c.evil, { key: 'stranger' }),
  identity: (raw, c) => c.sign(raw, { identity: `@${c.evil}` }),
  claimed_domain: (raw, c) => signed(raw, c.from.slice(c.from.indexOf('@') + 1), { key: 'stranger' }),
  other_alphabet: (raw, c) => signed(replaceHeader(raw, 'from', `From: ${encodedWord('Mon espace santé')} <assurance-maladie@info.xn--meli-43d.fr>`), 'info.xn--meli-43d.fr', { key: 'stranger' }),
  inside_another: (raw, c, r) => `From: ${encodedWord('Mon espace santé')} <info@${c.evil}>\r\nTo: <nadia.martin@courriel.example>\r\nSubject: ${encodedWord(c.notice.subject)}\r\nDate: Tue, 4 Mar 2025 10:00:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="=_in"\r\n\r\n--=_in\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${fill(r.pick(asks[c.language]), r)}\r\n--=_in\r\nContent-Type: message/rfc822\r\n\r\n${c.sign(raw)}\r\n--=_in--\r\n`,
};

const never = ['scam', 'suspicious', 'unknown'];

export function* forgedMessages() {
  const copies = { mail: 9, words: 6, text: 4 };
  for (const template of templates)
    for (const language of ['fr', 'en']) {
      for (const [how, change] of Object.entries(mails))
        for (let i = 0; i < copies.mail; i += 1) {
          const r = chanceOf(`forged ${template} ${language} ${how} ${i}`);
          const c = contextOf(template, language, r);
          yield row(`${template}.${language}.${how}`, i, how, 'email', { eml: change(c.raw, c, r) }, c.notice);
        }
      for (const [how, change] of Object.entries(words)) {
        for (let i = 0; i < copies.words; i += 1) {
          const r = chanceOf(`forged ${template} ${language} body ${how} ${i}`);
          const c = contextOf(template, language, r);
          yield row(`${template}.${language}.body_${how}`, i, `body_${how}`, 'email', { eml: withBody(c.sign(c.raw), change(c.notice.text, r, language)) }, c.notice);
        }
        for (const channel of ['sms', 'pasted', 'letter', 'voice'])
          for (let i = 0; i < copies.text; i += 1) {
            const r = chanceOf(`forged ${template} ${language} ${channel} ${how} ${i}`);
            const notice = noticeOf(template, language, r);
            const { kind, text } = shapes[channel](notice, r);
            yield row(`${template}.${language}.${channel}_${how}`, i, `${channel}_${how}`, kind, { text: change(text, r, language) }, notice);
          }
      }
    }
}

const evils = ['ameli-assure-k4t.com', 'monespacesante-acces-77.info', 'info-ameli-9d2.fr', 'vps-203.example'];
export const evilDomains = [...evils, 'info.xn--meli-43d.fr'];

function contextOf(template, language, r) {
  const notice = noticeOf(template, language, r);
  const from = r.pick(senders);
  const raw = unsigned(notice, from, `${r.letters(6)}@courriel.example`, r);
  return { notice, language, from, raw, evil: r.pick(evils), sign: (mail, options) => signed(mail, from.slice(from.indexOf('@') + 1), options) };
}

function row(name, i, how, kind, content, notice) {
  return { id: `forged:${name}:${i}`, kind, ...content, expect: never, class: 'forged_official', how, lang: notice.language, date: isoDay(notice.on) };
}
