// Messages and hosts written by hand after the engine stood, by someone who had not read it: what a stranger's set would give.
// They stand as written in words/fresh_*.txt; nothing is drawn, so a wording appears once.
import { readFileSync } from 'node:fs';
import { chanceOf } from './rng.mjs';
import { encodedWord } from './mail.mjs';

const innocent = ['official', 'unknown'];
const guilty = ['scam', 'suspicious'];
const quoting = ['suspicious', 'unknown'];
const day = '2025-03-04';
const lines = (file) => readFileSync(new URL(`words/${file}`, import.meta.url), 'utf8').split('\n');

// One row for each line; "= group" names the template of those below.
function* listed(file, set, kind, expect, as) {
  let group = '';
  let at = 0;
  for (const line of lines(file)) {
    if (line === '' || line.startsWith('#')) continue;
    if (line.startsWith('= ')) { group = line.slice(2); at = 0; continue; }
    const found = typeof expect === 'function' ? expect(group) : { expect, as };
    yield { id: `${set}:${group}:${at}`, kind, text: line.replaceAll('\\n', '\n'), expect: found.expect, class: found.as, date: day };
    at += 1;
  }
}

function* letters(file, set, expect, as) {
  const blocks = lines(file).join('\n').split(/^=== /mu).slice(1);
  for (const [i, block] of blocks.entries()) {
    const [key, ...rest] = block.trimEnd().split('\n');
    const empty = rest.indexOf('');
    const head = rest.slice(0, empty).map((line) => line.replace(/^(From|Subject): (.*)$/u, (_, name, value) => (/^[\x20-\x7e]*$/u.test(value) ? `${name}: ${value}` : name === 'From' ? `From: ${encodedWord(value.slice(0, value.lastIndexOf(' <')).replaceAll('"', ''))}${value.slice(value.lastIndexOf(' <'))}` : `Subject: ${encodedWord(value)}`)));
    const from = head.find((line) => line.startsWith('From: '));
    const domain = from.slice(from.lastIndexOf('@') + 1, -1);
    head.push('To: <nadia.martin@courriel.example>', 'Date: Tue, 04 Mar 2025 09:14:00 +0100', `Message-ID: <fresh.${i}@${domain}>`, 'MIME-Version: 1.0', 'Content-Transfer-Encoding: 8bit');
    yield { id: `${set}:${key}:0`, kind: 'email', eml: `${[...head, '', ...rest.slice(empty + 1)].join('\r\n')}\r\n`, expect, class: as, date: day };
  }
}

const quotes = { press: { expect: quoting, as: 'fresh:press' }, prevention: { expect: innocent, as: 'fresh:prevention' }, told: { expect: quoting, as: 'fresh:told' } };
export function* fresh() {
  yield* listed('fresh_lookalike_hosts.txt', 'fresh_host', 'host', (group) => ({ expect: guilty, as: `fresh:lookalike:${group}` }));
  yield* listed('fresh_clean_hosts.txt', 'fresh_clean', 'host', (group) => ({ expect: innocent, as: `fresh:clean:${group}` }));
  yield* listed('fresh_scam_sms.txt', 'fresh_scam', 'sms', guilty, 'fresh:scam_sms');
  yield* listed('fresh_legit_sms.txt', 'fresh_legit', 'sms', innocent, 'fresh:legit_sms');
  yield* listed('fresh_quotes.txt', 'fresh_quote', 'sms', (group) => quotes[group]);
  yield* letters('fresh_phish_mail.txt', 'fresh_phish', guilty, 'fresh:phish_email');
  yield* letters('fresh_legit_mail.txt', 'fresh_letter', innocent, 'fresh:legit_email');
}

// The same once more, after the misses of the first had been read and the engine changed for them.
export function* again() {
  yield* listed('again_lookalike_hosts.txt', 'again_host', 'host', (group) => ({ expect: guilty, as: `again:lookalike:${group}` }));
  yield* listed('again_clean_hosts.txt', 'again_clean', 'host', innocent, 'again:clean');
  yield* listed('again_scam_sms.txt', 'again_scam', 'sms', guilty, 'again:scam_sms');
  yield* listed('again_legit_sms.txt', 'again_legit', 'sms', innocent, 'again:legit_sms');
  yield* letters('again_phish_mail.txt', 'again_phish', guilty, 'again:phish_email');
}

// Other ways to break the link of a lure than those of evasion.mjs: each lure in clear, then once in each way.
const lures = [
  ['Ameli : votre carte Vitale expire, commandez la nouvelle : ', 'vitale-commande.com', 'carte', ''],
  ['Assurance Maladie : un remboursement vous attend. Formulaire ici : ', 'ameli-formulaire-remb.com', 'fr/dossier', '. Merci.'],
  ['Votre colis est en attente, réglez 1,95 € de frais : ', 'chrono-frais-douane.info', 'fr', ''],
  ['ANTAI : amende impayée de 35 €, payez avant majoration ', 'antai-reglement.site', 'dossier', ' sous 24h'],
];
const inHost = (host, sign) => `${host.slice(0, 5)}${sign}${host.slice(5)}`;
const lastDot = (host, make) => `${host.slice(0, host.lastIndexOf('.'))}${make(host.slice(host.lastIndexOf('.') + 1))}`;
const ways = {
  line_in_host: (h, p) => `https://${inHost(h, '\n')}/${p}`,
  line_in_host_bare: (h) => inHost(h, '\n'),
  crlf_in_host: (h, p) => `https://${inHost(h, '\r\n')}/${p}`,
  line_after_hyphen: (h, p) => `https://${h.replace('-', '-\n')}/${p}`,
  line_after_hyphen_bare: (h) => h.replace('-', '-\n'),
  line_before_hyphen: (h, p) => `https://${h.replace('-', '\n-')}/${p}`,
  line_in_ending: (h, p) => `https://${lastDot(h, (t) => `.${t[0]}\n${t.slice(1)}`)}/${p}`,
  line_before_dot: (h, p) => `https://${lastDot(h, (t) => `\n.${t}`)}/${p}`,
  line_after_dot: (h) => lastDot(h, (t) => `.\n${t}`),
  line_in_path: (h, p) => `https://${h}/${p.slice(0, 1)}\n${p.slice(1)}`,
  line_after_scheme: (h, p) => `https://\n${h}/${p}`,
  line_in_scheme: (h, p) => `https:\n//${h}/${p}`,
  blank_lines: (h) => lastDot(h, (t) => `\n\n.${t}`),
  soft_hyphen: (h, p) => `https://${inHost(h, '\u00ad')}/${p}`,
  soft_hyphen_line: (h, p) => `https://${inHost(h, '\u00ad\n')}/${p}`,
  zero_width_line: (h, p) => `https://${inHost(h, '\u200b\n')}/${p}`,
  zero_width_dot: (h) => lastDot(h, (t) => `\u200b.\u200b${t}`),
  spaces_around_dot: (h) => lastDot(h, (t) => ` . ${t}`),
  space_before_dot: (h) => lastDot(h, (t) => ` .${t}`),
  space_after_dot: (h) => lastDot(h, (t) => `. ${t}`),
  nbsp_around_dot: (h) => lastDot(h, (t) => `\u00a0.\u00a0${t}`),
  word_point: (h) => lastDot(h, (t) => ` point ${t}`),
  word_point_upper: (h) => lastDot(h, (t) => ` POINT ${t}`),
  word_dot: (h) => lastDot(h, (t) => ` dot ${t}`),
  word_point_round: (h) => lastDot(h, (t) => `(point)${t}`),
  word_point_square: (h) => lastDot(h, (t) => `[point]${t}`),
  braces: (h) => lastDot(h, (t) => `{.}${t}`),
  stars: (h) => lastDot(h, (t) => `*.*${t}`),
  comma: (h) => `https://${lastDot(h, (t) => `,${t}`)}`,
  leader_dot: (h) => lastDot(h, (t) => `\u2024${t}`),
  wide_dot: (h) => lastDot(h, (t) => `\uff0e${t}`),
  space_after_scheme: (h, p) => `https:// ${h}/${p}`,
  space_before_slashes: (h, p) => `https ://${h}/${p}`,
  no_colon: (h, p) => `https//${h}/${p}`,
  one_slash: (h, p) => `https:/${h}/${p}`,
  word_hyphen: (h) => h.replaceAll('-', ' tiret '),
  spaced_hyphen: (h) => h.replace('-', ' - '),
  spaced_letters: (h) => [...h].join(' '),
};
const inMail = {
  quoted_soft_break: (h, p) => ['plain', `https://${inHost(h, '=\r\n')}/${p}`],
  flowed: (h, p) => ['flowed', `https://${inHost(h, ' \r\n')}/${p}`],
  br: (h) => ['html', inHost(h, '<br>')],
  br_slash: (h, p) => ['html', `https://${inHost(h, '<br/>\r\n')}/${p}`],
  wbr: (h, p) => ['html', `https://${inHost(h, '<wbr>')}/${p}`],
  span: (h) => ['html', `${h.slice(0, 4)}<span>${h.slice(4, 9)}</span><b>${h.slice(9)}</b>`],
  shy: (h) => ['html', inHost(h, '&shy;')],
  zero: (h) => ['html', inHost(h, '&#8203;')],
  comment: (h) => ['html', inHost(h, '<!-- x -->')],
  entity_dot: (h) => ['html', lastDot(h, (t) => `&#46;${t}`)],
  href_line: (h, p) => ['html', `<a href="https://${inHost(h, '\r\n')}/${p}">Continuer</a>`],
  href_tab: (h, p) => ['html', `<a href="ht\ttps://${inHost(h, '\t')}/${p}">Continuer</a>`],
  href_entity: (h, p) => ['html', `<a href="https&#58;//${lastDot(h, (t) => `&period;${t}`)}/${p}">Continuer</a>`],
  cells: (h) => ['html', `<table><tr><td>${h.slice(0, 5)}</td><td>${h.slice(5)}</td></tr></table>`],
};
const types = { plain: ['text/plain; charset=utf-8', 'quoted-printable'], flowed: ['text/plain; charset=utf-8; format=flowed; delsp=yes', '8bit'], html: ['text/html; charset=utf-8', '8bit'] };
const letter = (form, text) => `From: Service <envoi@boite-libre.example>\r\nTo: <nadia.martin@courriel.example>\r\nSubject: Information\r\nDate: Tue, 04 Mar 2025 09:14:00 +0100\r\nMessage-ID: <split@boite-libre.example>\r\nMIME-Version: 1.0\r\nContent-Type: ${types[form][0]}\r\nContent-Transfer-Encoding: ${types[form][1]}\r\n\r\n${text}\r\n`;
const quotedWords = (text) => text.replace(/[^\x20-\x7e]/gu, (sign) => [...Buffer.from(sign)].map((byte) => `=${byte.toString(16).toUpperCase()}`).join(''));

export function* splitMore() {
  const common = { expect: guilty, date: day };
  for (const [i, [before, host, path, after]] of lures.entries()) {
    const base = `evasion:split_more.base:${i}`;
    yield { id: base, kind: 'sms', text: `${before}https://${host}/${path}${after}`, ...common, class: 'evasion_base:split_more' };
    for (const [way, dress] of Object.entries(ways)) yield { id: `evasion:split_more:${way}.${i}`, kind: 'sms', text: `${before}${dress(host, path)}${after}`, ...common, how: way, class: 'evasion:split_more', base };
    const mailBase = `evasion:split_more.mail:${i}`;
    const html = (link) => `<html><body><p>${before}</p><p>${link}</p><p>${after}</p></body></html>`;
    yield { id: mailBase, kind: 'email', eml: letter('html', html(`<a href="https://${host}/${path}">Continuer</a>`)), ...common, class: 'evasion_base:split_more' };
    for (const [way, dress] of Object.entries(inMail)) {
      const [form, link] = dress(host, path);
      const body = form === 'html' ? html(link) : form === 'plain' ? `${quotedWords(before)}=\r\n${link}${quotedWords(after)}` : `${before}${link}${after}`;
      yield { id: `evasion:split_more:${way}.${i}`, kind: 'email', eml: letter(form, body), ...common, how: way, class: 'evasion:split_more', base: mailBase };
    }
  }
}
