// Mails from templates of words/*_mail.txt, with the headers that a mail has when it arrives.
import { readFileSync } from 'node:fs';
import { addressed, contentOf, encodedWord, mailDate, message } from './mail.mjs';
import { signed } from './dkim.mjs';
import { chanceOf } from './rng.mjs';
import { dayOf, isoDay, render } from './render.mjs';
import { hostileHost } from './hosts.mjs';

export function readMails(name) {
  return readFileSync(new URL(`words/${name}`, import.meta.url), 'utf8').split(/^=== /mu).slice(1).map((block) => {
    const [head, ...rest] = block.split('\n---\n');
    const [title, ...fields] = head.split('\n');
    const [key, years] = title.split('@');
    const found = Object.fromEntries(fields.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]));
    return { key, years: years?.split('-').map(Number) ?? [2022, 2025], ...found, body: rest.join('\n---\n').trimEnd() };
  });
}

const slug = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/\s+/gu, '-').replace(/[^a-z0-9@._-]/gu, '');
export const domainOf = (address) => address.slice(address.indexOf('@') + 1).replace(/>$/u, '');

const freeMails = ['outlook.example', 'courriel.example', 'boite-libre.example', 'messagerie-web.example'];
const victims = ['plomberie-duval', 'hotel-belvedere', 'ecole-danse', 'garage-moderne', 'cabinet-conseil', 'boutique-fleurs', 'traiteur-lebon'];

// {adresse.x}: an address of the swindler's: a host of that subject, a free mailbox, or a small firm's stolen account.
function hostileAddress(kind, r) {
  if (kind.startsWith('gratuite')) return `${r.pick(['service', 'direction', 'contact', 'bureau', 'dossier'])}.${r.letters(4)}${r.digits(2)}@${r.pick(freeMails)}`;
  if (kind === 'compromise') return `${r.pick(['info', 'contact', 'no-reply', 'admin', 'compta'])}@${r.pick(victims)}-${r.letters(3)}.${r.pick(['fr', 'com', 'it', 'de', 'com.br', 'pl'])}`;
  return `${r.pick(['noreply', 'ne-pas-repondre', 'service', 'contact', 'support', 'notification', 'info'])}@${hostileHost(kind, r).replace(/^www\./u, '')}`;
}

const withAddresses = (text, r, drawn) => text.replace(/\{adresse\.([a-z]+\d?)\}/gu, (_, kind) => {
  if (!drawn.has(kind)) drawn.set(kind, hostileAddress(kind, r));
  return drawn.get(kind);
});

const people = ['nadia.martin@courriel.example', 'j.perrin@boite.example', 'famille.rey@messagerie.example', 'c.lacroix84@courriel.example'];

// One mail of a template: {eml, date, from domain}. Without a shape of its own, a template is worn as text, HTML or both.
export function mailOf(template, seed, { sign = 0, hostile = false } = {}) {
  const r = chanceOf(seed);
  const on = dayOf(r, ...template.years);
  const drawn = new Map();
  // Rendered in one piece: a slot has the same value in the head and in the body.
  const whole = withAddresses([template.from, template['reply-to'] ?? '', template.subject, template.body].join('\n\u0000\n'), r, drawn);
  const [from, replyTo, subject, body] = render(whole, r, on).split('\n\u0000\n');
  const name = from.slice(0, from.indexOf(' <'));
  const address = slug(from.slice(from.indexOf('<') + 1, -1));
  const domain = domainOf(address);
  const to = r.pick(people);
  const mark = r.letters(12);
  const fields = [['From', addressed(name, address)], ['To', hostile && r.maybe(0.2) ? 'undisclosed-recipients:;' : `<${to}>`]];
  if (replyTo) fields.push(['Reply-To', `<${slug(replyTo)}>`]);
  fields.push(['Subject', encodedWord(subject)], ['Date', mailDate(on, r)], ['Message-ID', `<${r.letters(16)}@${domain}>`]);
  if (!hostile && r.maybe(0.3)) fields.push(['List-Unsubscribe', `<mailto:desabonnement@${domain}>`]);
  if (hostile && r.maybe(0.3)) fields.push(['X-Mailer', r.pick(['PHPMailer 6.5.1 (https://github.com/PHPMailer/PHPMailer)', 'Microsoft Outlook 16.0', 'Leaf PHPMailer 2.8'])], ['X-Priority', '1']);
  const shape = template.shape ?? r.pick(hostile ? ['html', 'html', 'both', 'text'] : ['both', 'both', 'html', 'text']);
  let eml = message(fields, contentOf(body, shape, r, mark));
  const byOther = hostile && !domain.endsWith('.example') && r.maybe(0.4);
  if (r.maybe(sign)) eml = signed(eml, domain, { key: r.pick(['rsa', 'rsa', 'ed25519']) });
  else if (byOther && drawn.size > 0 && [...drawn.values()].some((a) => a === address)) eml = signed(eml, domain, { key: 'stranger' });
  const hop = hostile ? `${r.letters(6)}.${r.pick(['vps', 'host', 'srv'])}-${r.digits(3)}.example` : `mail${r.int(9)}.${domain}`;
  const received = `Received: from ${hop} (${hop} [203.0.113.${r.int(250)}])\r\n\tby mx.courriel.example with ESMTPS id ${r.letters(10)}\r\n\tfor <${to}>; ${mailDate(on, r)}\r\n`;
  return { text: eml, eml: `Return-Path: <${r.maybe(0.5) ? address : `bounce-${r.digits(6)}@${domain}`}>\r\n${received}${eml}`, date: isoDay(on), domain };
}
