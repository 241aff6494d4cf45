// The service's own messages in every shape a person may hold them: the mail as it arrives, its text pasted, the letter read
// by a scanner, the SMS, the spoken call. Words from the catalogue of the notices, so that a change of wording is tried too.
import { readFileSync } from 'node:fs';
import { chanceOf } from './rng.mjs';
import { firstNames, lastNames } from './slots.mjs';
import { encodedWord, mailDate } from './mail.mjs';
import { signed } from './dkim.mjs';
import { dayOf, isoDay } from './render.mjs';

const root = new URL('../../../', import.meta.url);
const catalogue = Object.fromEntries(['fr', 'en'].map((language) => [language, JSON.parse(readFileSync(new URL(`web/messages/${language}/notices.json`, root), 'utf8'))]));
export const templates = Object.keys(catalogue.fr).filter((key) => key.endsWith('.subject')).map((key) => key.slice(0, -8));

const days = { fr: ['dimanche', 'lundi', 'mardi', 'mercredi', 'jeudi', 'vendredi', 'samedi'], en: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] };
const months = { fr: ['janvier', 'février', 'mars', 'avril', 'mai', 'juin', 'juillet', 'août', 'septembre', 'octobre', 'novembre', 'décembre'], en: ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'] };
const first = (d, language) => (language === 'fr' && d.getUTCDate() === 1 ? '1er' : d.getUTCDate());
const longDay = (d, language) => `${days[language][d.getUTCDay()]} ${first(d, language)} ${months[language][d.getUTCMonth()]} ${d.getUTCFullYear()}`;
const after = (d, n) => new Date(d.getTime() + n * 86400000);

const symbols = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
// The two last signs check the ten before (rules of the activation code).
function activationCode(r) {
  const data = r.letters(10, symbols);
  const sum = [...data].reduce((total, sign, i) => total + BigInt(symbols.indexOf(sign)) * 37n ** BigInt(10 - i), 0n) % 1021n;
  const code = data + symbols[Number(sum / 32n)] + symbols[Number(sum % 32n)];
  return code.match(/.{4}/gu).join('-');
}

const senders = ['assurance-maladie@info.ameli.fr', 'assurance-maladie@info.ameli.fr', 'assurance-maladie@info.ameli.fr', 'ne-pas-repondre@monespacesante.fr'];
const longNames = ['Marie-Amélie de la Tour du Pin Chambly de La Charce', "Jean-Baptiste N'Guessan d'Almeida", 'Li', 'Nadia Vitale', 'Anne Cpam-Rousseau', 'Zoë Æbelø', '王小明', 'نادية مرتين'];

function noticeOf(template, language, r) {
  const on = dayOf(r, 2022, 2025);
  const name = r.maybe(0.1) ? r.pick(longNames) : `${r.pick(firstNames)} ${r.pick(lastNames)}`;
  const values = {
    name, code: template === 'one_time_code' ? r.digits(6) : activationCode(r), reference: r.letters(8, symbols).match(/.{4}/gu).join('-'), service: 'Mon espace santé', site: 'monespacesante.fr', phone: '3422',
    last_day: longDay(after(on, 42), language), opens_day: longDay(after(on, 43), language), kept_day: longDay(after(on, 3652), language), object_day: longDay(after(on, 42), language),
    holder: `${r.pick(firstNames)} ${r.pick(lastNames)}`, by: `Dr ${r.pick(firstNames)} ${r.pick(lastNames)}`, carer: `${r.pick(firstNames)} ${r.pick(lastNames)}`, until_day: longDay(after(on, 183), language), opened_at: longDay(on, language),
    mode: catalogue[language][r.pick(['mode.bris_de_glace', 'mode.centre_15'])], hint: r.pick(['n…@courriel.example', '42']), effective_at: longDay(after(on, 3), language),
    lines: Array.from({ length: r.between(1, 4) }, () => `${longDay(on, language)}${language === 'fr' ? ' :' : ':'} Dr ${r.pick(firstNames)} ${r.pick(lastNames)}`).join('\n'),
    valid_at: `${longDay(after(on, 1), language)}, ${r.between(8, 20)}${language === 'fr' ? ' h ' : ':'}${String(r.int(60)).padStart(2, '0')}`, posted: `${first(on, language)} ${months[language][on.getUTCMonth()]} ${on.getUTCFullYear()}`,
  };
  const phrase = (key) => catalogue[language][key].replace(/\{([a-z_]+)\}/gu, (_, slot) => values[slot]);
  return { on, values, language, subject: phrase(`${template}.subject`), text: phrase(`${template}.text`), short: phrase(`${template}.short`), head: phrase('letter.head'), languages: phrase('letter.languages') };
}

const folded = (text) => `${Buffer.from(text).toString('base64').match(/.{1,76}/gu).join('\r\n')}\r\n`;
const bodyOf = (text) => text.split('\n\n').map((p) => `${p.replaceAll('\n', '\r\n')}\r\n\r\n`).join('');

// As the service writes a mail (capabilities/notices/mail.cpp), before its host signs it.
export function unsigned(notice, from, to, r) {
  return `From: ${encodedWord(notice.values.service)}\r\n <${from}>\r\nTo: ${encodedWord(notice.values.name)}\r\n <${to}>\r\nSubject: ${encodedWord(notice.subject)}\r\nDate: ${mailDate(notice.on, r).replace('+0200', '+0000')}\r\n`
    + `Message-ID: <${notice.values.reference}@${from.slice(from.indexOf('@') + 1)}>\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\nContent-Language: ${notice.language}\r\n\r\n${folded(bodyOf(notice.text))}`;
}

const hops = (to, on, r) => Array.from({ length: r.between(1, 3) }, () => `Received: from ${r.letters(5)}.example (${r.letters(5)}.example [203.0.113.${r.int(250)}])\r\n\tby mx${r.int(9)}.courriel.example with ESMTPS id ${r.letters(9)}\r\n\tfor <${to}>; ${mailDate(on, r)}\r\n`).join('');

const scanned = (text, width) => text.split('\n').map((line) => line.split(' ').reduce((lines, word) => {
  const last = lines.at(-1);
  if (`${last} ${word}`.length > width && last !== '') lines.push(word);
  else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  return lines;
}, ['']).join('\n')).join('\n');

const shapes = {
  email: (n, r) => {
    const from = r.pick(senders);
    const to = `${r.letters(6)}@courriel.example`;
    const domain = from.slice(from.indexOf('@') + 1);
    const eml = signed(unsigned(n, from, to, r), domain, { key: r.pick(['rsa', 'rsa', 'ed25519']), simple: r.maybe(0.2), oversign: r.maybe(0.3) ? ['from', 'subject'] : [] });
    return { kind: 'email', eml: `Return-Path: <${from}>\r\n${hops(to, n.on, r)}${eml}`, domain };
  },
  pasted: (n, r) => ({ kind: 'email', text: r.pick([`${n.subject}\n\n${n.text}`, n.text, `De : Mon espace santé <${senders[0]}>\nObjet : ${n.subject}\n\n${n.text}`, n.text.replaceAll('\n\n', '\n'), `---------- Message transféré ----------\nDe : Mon espace santé <${senders[0]}>\nÀ : <${r.letters(6)}@courriel.example>\nObjet : ${n.subject}\n\n${n.text}`, n.text.split('\n').map((line) => `> ${line}`).join('\n')]) }),
  letter: (n, r) => ({ kind: 'email', text: `${n.values.service}\n${n.head}\n${n.values.name}\n${n.subject}\n${scanned(n.text.replaceAll('\n\n', '\n'), r.between(48, 80))}${n.subject.includes('créé') || n.subject.includes('created') ? `\n${n.languages}` : ''}`.replaceAll('’', r.pick(['’', "'"])) }),
  sms: (n, r) => ({ kind: 'sms', text: r.pick([n.short, n.short, n.short.normalize('NFD').replace(/\p{M}/gu, '').normalize('NFC').replaceAll('’', "'"), `38663\n${n.short}`]) }),
  voice: (n) => ({ kind: 'call', text: n.short.replace(/[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}/u, (code) => [...code.replaceAll('-', '')].join(' ')) }),
};
const counts = { email: 40, pasted: 22, letter: 20, sms: 20, voice: 10 };

export function* officialMessages() {
  for (const template of templates)
    for (const language of ['fr', 'en'])
      for (const [channel, count] of Object.entries(counts))
        for (let i = 0; i < count; i += 1) {
          const r = chanceOf(`official ${template} ${language} ${channel} ${i}`);
          const notice = noticeOf(template, language, r);
          const { kind, domain, ...content } = shapes[channel](notice, r);
          yield { id: `official:${template}.${language}.${channel}:${i}`, kind, ...content, expect: ['official', 'unknown'], class: 'official', channel, lang: language, date: isoDay(notice.on), ...(domain ? { dkim: 'pass' } : {}) };
        }
}

export const officialDomains = [...new Set(senders.map((s) => s.slice(s.indexOf('@') + 1)))];
export { noticeOf, shapes, senders, bodyOf, folded };
