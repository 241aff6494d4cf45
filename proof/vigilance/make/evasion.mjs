// The same lure twice: in clear (the base), and dressed so that a machine sees less than a person does. Each pair is two rows;
// the second names its base, and its verdict must be at least the base's.
import { chanceOf } from './rng.mjs';
import { dayOf, isoDay, readWords, render } from './render.mjs';
import { hostileHost } from './hosts.mjs';
import { asHtml, asText, encodedWord, mailDate, message, multipart, part } from './mail.mjs';
import { signed } from './dkim.mjs';
import { qrPng } from './qr.mjs';
import { noticeOf, templates, unsigned } from './official.mjs';

const lures = [
  ['Assurance Maladie', 'Renouvellement de votre carte Vitale', 'Votre carte Vitale arrive à expiration. Commandez la nouvelle avant le {date} pour garder vos droits.'],
  ['Ameli', 'Remboursement en attente', 'Un remboursement de {montant} € vous attend. Confirmez vos coordonnées bancaires.'],
  ['Mon espace santé', 'Votre profil sera supprimé', 'Votre profil Mon espace santé est incomplet. Complétez-le sous 24 heures, sinon votre dossier médical sera supprimé.'],
  ['CPAM {ville}', 'Dossier incomplet', "Il manque une pièce à votre dossier {num8}. Vos indemnités sont suspendues tant que vous n'avez pas confirmé votre identité."],
  ['Assurance Maladie', 'Frais de livraison', 'Votre nouvelle carte Vitale est prête. Réglez {petit} € de frais de port par carte bancaire.'],
  ['FranceConnect', 'Connexion inhabituelle', 'Une connexion à votre compte ameli depuis {villee} a été détectée. Sécurisez votre compte avec vos identifiants FranceConnect.'],
];

function lureOf(r, on) {
  const [who, subject, words] = r.pick(lures).map((text) => render(text, r, on));
  return { who, subject, words, link: `https://${hostileHost('sante', r).replace(/^www\./u, '')}/${r.pick(['', 'fr', 'dossier', 'carte'])}` };
}

const mailHead = (l, from, on, r) => [['From', `${encodedWord(l.who)} <${from}>`], ['To', '<nadia.martin@courriel.example>'], ['Subject', encodedWord(l.subject)], ['Date', mailDate(on, r)], ['Message-ID', `<${r.letters(14)}@${from.slice(from.indexOf('@') + 1)}>`]];
const markupOf = (l) => `Bonjour,\n\n${l.words}\n\n((Continuer->${l.link}))\n\n${l.who}`;
const mailWith = (l, content, c) => message(mailHead(l, c.from, c.on, c.r), content);
const plainMail = (l, c) => mailWith(l, part('text/html', asHtml(markupOf(l)), 'quoted'), c);
const smsOf = (l) => `${l.who} : ${l.words} ${l.link}`;

const invisible = ['\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\u00ad'];
const sprinkled = (text, r, share) => [...text].map((sign) => (/\p{L}/u.test(sign) && r.maybe(share) ? sign + r.pick(invisible) : sign)).join('');
const alike = { a: 'аɑα', e: 'еé', i: 'іíı', o: 'оο0', c: 'с', p: 'р', s: 'ѕ', y: 'у', x: 'х', A: 'АΑ', B: 'ВΒ', C: 'С', E: 'ЕΕ', M: 'МΜ', V: 'Ѵ', l: 'ӏI', t: 'т', n: 'ո', u: 'υ' };
const changed = (text, r, share) => [...text].map((sign) => (alike[sign] && r.maybe(share) ? r.pick([...alike[sign]]) : sign)).join('');
const wideLetters = (text) => [...text].map((sign) => (/[a-zA-Z]/u.test(sign) ? String.fromCodePoint(sign.codePointAt(0) + 0xfee0) : sign)).join('');
const official = ['www.ameli.fr', 'assure.ameli.fr', 'monespacesante.fr', 'franceconnect.gouv.fr', 'www.service-public.fr'];
const hostOf = (link) => link.slice(8, link.indexOf('/', 8));
const neutralLink = (r) => `https://${r.pick(['dossier', 'portail', 'espace', 'secure', 'formulaire'])}-${r.letters(5)}${r.digits(2)}.${r.pick(['com', 'info', 'site', 'net'])}/`;

const hiddenStyles = ['display:none', 'font-size:0', 'color:#fff;background:#fff', 'visibility:hidden', 'opacity:0', 'position:absolute;left:-9999px', 'max-height:0;overflow:hidden', 'mso-hide:all;display:none'];
const honest = "L'Assurance Maladie ne vous demandera jamais vos coordonnées bancaires par e-mail. En cas de doute, ne cliquez pas et tapez vous-même l'adresse ameli.fr. Compte rendu de la réunion de copropriété du mardi, présents et excusés, ordre du jour, travaux de toiture.";

const pairsOf = {
  zero_width: (l, c) => c.either({ text: smsOf(l) }, { text: `${sprinkled(`${l.who} : ${l.words}`, c.r, 0.4)} ${c.r.maybe(0.3) ? sprinkled(l.link, c.r, 0.2) : l.link}` },
    () => ({ base: plainMail(l, c), evaded: mailWith(l, part('text/html', asHtml(markupOf({ ...l, who: sprinkled(l.who, c.r, 0.5), words: sprinkled(l.words, c.r, 0.5) })), 'quoted'), c) })),
  homoglyph: (l, c) => c.either({ text: smsOf(l) }, { text: `${(c.r.maybe(0.2) ? wideLetters : (t) => changed(t, c.r, 0.35))(`${l.who} : ${l.words}`)} ${l.link}` },
    () => ({ base: plainMail(l, c), evaded: plainMail({ ...l, who: changed(l.who, c.r, 0.4), words: changed(l.words, c.r, 0.3), subject: changed(l.subject, c.r, 0.3) }, c) })),
  lookalike_path: (l, c) => {
    const link = neutralLink(c.r);
    const dressed = c.r.pick([`${link}${c.r.pick(official)}/assure/login`, link.replace('https://', `https://${c.r.pick(official)}@`), `${link}?url=https://${c.r.pick(official)}/`, `${link}#${c.r.pick(official)}`, link.replace('https://', `https://${c.r.pick(official)}%2fcompte@`), link.replace('https://', `https://${c.r.pick(official)}:443@`), link.replace('https://', `https://${c.r.pick(official)}.`)]);
    return c.either({ text: smsOf({ ...l, link }) }, { text: smsOf({ ...l, link: dressed }) }, () => ({ base: plainMail({ ...l, link }, c), evaded: plainMail({ ...l, link: dressed }, c) }));
  },
  split_link: (l, c) => {
    const host = hostOf(l.link);
    const at = host.lastIndexOf('.');
    const split = c.r.pick([l.link.replace('https', 'hxxps'), l.link.replace(/\./gu, '[.]'), l.link.replace(/\./gu, ' . '), `${l.link.slice(0, 8 + at)}\n${l.link.slice(8 + at)}`, `${host.slice(0, at)} point ${host.slice(at + 1)}`, l.link.replace(/\./gu, '(.)'), `${host.slice(0, at)}.\r\n${host.slice(at + 1)}`, `h t t p s : / / ${host}`, l.link.replace(/\./gu, '。'), l.link.replace('://', ':\\\\')]);
    return { base: { kind: 'sms', text: smsOf(l) }, evaded: { kind: 'sms', text: smsOf({ ...l, link: split }) } };
  },
  qr_only: (l, c) => {
    const image = qrPng(l.link);
    const words = `<p>${l.words}</p><p>Scannez ce code avec votre téléphone :</p>`;
    const dataUri = c.r.maybe(0.5);
    const page = part('text/html', `<html><body>${words}<img alt="" src="${dataUri ? `data:image/png;base64,${image}` : 'cid:code'}"><p>${l.who}</p></body></html>`, 'quoted');
    const file = { head: 'Content-Type: image/png; name="code.png"\r\nContent-Transfer-Encoding: base64\r\nContent-ID: <code>\r\nContent-Disposition: inline; filename="code.png"\r\n', body: image.match(/.{1,76}/gu).join('\r\n') };
    return mails(plainMail(l, c), mailWith(l, dataUri ? page : multipart('related', [page, file], c.r.letters(8)), c));
  },
  nested_mime: (l, c) => {
    let inner = part('text/html', asHtml(markupOf(l)), 'base64');
    const depth = c.r.between(4, 9);
    for (let i = 0; i < depth; i += 1) inner = c.r.maybe(0.3)
      ? multipart('mixed', [part('text/plain', 'Voir ci-dessous.'), { head: 'Content-Type: message/rfc822\r\n', body: message([['From', '<a@courriel.example>'], ['Subject', 'Tr:']], inner) }], `n${i}${c.r.letters(6)}`)
      : multipart(c.r.pick(['mixed', 'related', 'alternative']), [part('text/plain', ' '), inner], `n${i}${c.r.letters(6)}`);
    return mails(plainMail(l, c), mailWith(l, inner, c));
  },
  hidden_text: (l, c) => {
    const style = c.r.pick(hiddenStyles);
    const cut = (text) => [...text].map((sign) => (/\p{L}/u.test(sign) && c.r.maybe(0.25) ? `${sign}<span style="${style}">${c.r.letters(3, 'abcdefghijklmno')}</span>` : sign)).join('');
    const block = `<div style="${style}">${honest} <a href="https://www.ameli.fr">ameli.fr</a></div>`;
    const body = c.r.maybe(0.5) ? `${block}<p>${l.words}</p>${block}` : `<p>${cut(l.words)}</p><p>${cut(l.who)}</p>`;
    return mails(plainMail(l, c), mailWith(l, part('text/html', `<html><body>${body}<p><a href="${l.link}">Continuer</a></p></body></html>`, 'quoted'), c));
  },
  two_from: (l, c) => {
    const base = message(mailHead(l, 'assurance-maladie@info.ameli.fr', c.on, c.r), part('text/html', asHtml(markupOf(l)), 'quoted'));
    const other = signed(plainMail(l, c), c.from.slice(c.from.indexOf('@') + 1), { key: 'stranger' });
    const fake = 'From: "Mon espace sante" <assurance-maladie@info.ameli.fr>\r\n';
    return mails(base, c.r.maybe(0.5) ? fake + other : other.replace(/\r\nSubject:/u, `\r\n${fake}Subject:`));
  },
  dkim_length: (l, c) => {
    const notice = noticeOf(c.r.pick(templates), 'fr', c.r);
    const own = unsigned(notice, 'assurance-maladie@info.ameli.fr', 'nadia.martin@courriel.example', c.r);
    const clear = own.replace('Content-Transfer-Encoding: base64', 'Content-Transfer-Encoding: 8bit').replace(/\r\n\r\n[\s\S]*$/u, '\r\n\r\nBonjour,\r\n');
    const whole = signed(clear, 'info.ameli.fr', { length: 1e9 });
    const base = message(mailHead(l, 'assurance-maladie@info.ameli.fr', c.on, c.r), part('text/plain', asText(markupOf(l)), 'eight'));
    return mails(base, `${whole}\r\n${asText(markupOf(l)).replaceAll('\n', '\r\n')}\r\n`);
  },
  replay: (l, c) => {
    const base = plainMail(l, c);
    // A mailbox anyone may open signs the swindler's own letter; then it is sent on to thousands, as it stands or with a stolen signature.
    const lodged = signed(message(mailHead(l, `contact@boite-${c.r.letters(3)}.example`, c.on, c.r), part('text/html', asHtml(markupOf(l)), 'quoted')), 'courriel.example', { key: 'stranger' });
    const stolen = signed(unsigned(noticeOf(c.r.pick(templates), 'fr', c.r), 'assurance-maladie@info.ameli.fr', 'nadia.martin@courriel.example', c.r), 'info.ameli.fr');
    const signature = stolen.slice(0, stolen.indexOf('From:'));
    return mails(base, c.r.maybe(0.5) ? `Delivered-To: <j.perrin@boite.example>\r\n${lodged}` : signature + base);
  },
  noise: (l, c) => {
    const size = 5 * 1024 * 1024;
    const filler = honest.repeat(Math.ceil(65536 / honest.length));
    const text = filler.repeat(Math.ceil(size / Buffer.byteLength(filler)));
    const wrapped = text.match(/.{1,900}/gu).join('\r\n');
    const html = asHtml(markupOf(l));
    const body = c.r.pick([() => html.replace('</body>', `<!-- ${wrapped} --></body>`), () => html.replace('<body>', `<body><div style="display:none">${wrapped}</div>`), () => html.replace('</body>', `${'<br>'.repeat(400)}${wrapped}</body>`), () => html.replace('<body>', `<body><!-- ${wrapped} -->`)])();
    return mails(plainMail(l, c), mailWith(l, part('text/html', body, 'eight'), c));
  },
  many_links: (l, c) => {
    const many = Array.from({ length: 10000 }, (_, i) => `<a href="https://www.ameli.fr/article/${i}">${i}</a>`).join('\r\n');
    const html = asHtml(markupOf(l));
    return mails(plainMail(l, c), mailWith(l, part('text/html', c.r.maybe(0.5) ? html.replace('<body>', `<body>${many}`) : html.replace('</body>', `${many}</body>`), 'eight'), c));
  },
};
export const families = Object.keys(pairsOf);
export const heavy = new Set(['noise', 'many_links']);

function mails(base, evaded) {
  return { base: { kind: 'email', eml: base }, evaded: { kind: 'email', eml: evaded } };
}

export const evilSenders = ['vps-417.example', 'boite-libre.example', 'courriel.example'];

export function* evasionPairs(family, count) {
  for (let i = 0; i < count; i += 1) {
    const r = chanceOf(`evasion ${family} ${i}`);
    const on = dayOf(r);
    const l = lureOf(r, on);
    const c = { r, on, from: `service.${r.letters(3)}@${r.pick(evilSenders.slice(0, 2))}` };
    c.either = (base, evaded, mail) => {
      if (i % 3 !== 2) return { base: { kind: 'sms', ...base }, evaded: { kind: 'sms', ...evaded } };
      const both = mail();
      return mails(both.base, both.evaded);
    };
    const { base, evaded } = pairsOf[family](l, c);
    const common = { expect: ['scam', 'suspicious'], date: isoDay(on) };
    yield { id: `evasion:${family}.base:${i}`, ...base, ...common, class: `evasion_base:${family}` };
    yield { id: `evasion:${family}:${i}`, ...evaded, ...common, class: `evasion:${family}`, base: `evasion:${family}.base:${i}` };
  }
}

// Health lures in their own words, in clear and with each dress that a text can wear.
export function* wornTexts() {
  for (const { key, words } of readWords('scam_sms_health.txt').slice(0, 40)) {
    const r = chanceOf(`worn ${key}`);
    const on = dayOf(r);
    const text = render(words, r, on);
    const [head, tail] = [text.slice(0, text.search(/\S*\.\S+\/?\S*$|$/u)), text.slice(text.search(/\S*\.\S+\/?\S*$|$/u))];
    const family = r.pick(['zero_width', 'homoglyph']);
    const dressed = family === 'zero_width' ? sprinkled(head, r, 0.4) : changed(head, r, 0.3);
    if (dressed === text) continue;
    const common = { kind: 'sms', expect: ['scam', 'suspicious'], date: isoDay(on) };
    yield { id: `evasion:${family}_own.base:${key}`, text, ...common, class: `evasion_base:${family}` };
    yield { id: `evasion:${family}_own:${key}`, text: dressed + tail, ...common, class: `evasion:${family}`, base: `evasion:${family}_own.base:${key}` };
  }
}
