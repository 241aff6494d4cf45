// DKIM signatures (RFC 6376, RFC 8463) written from the standard, for the evaluation's own mails, with the zone in which
// their keys stand.
import { createHash, createPublicKey, sign } from 'node:crypto';
import { ed25519Key, rsaKey } from './rsa.mjs';

const keys = { rsa: rsaKey('carnet sets, rsa'), ed25519: ed25519Key('carnet sets, ed25519'), stranger: rsaKey('carnet sets, stranger', 1024) };

const relaxedHeader = (line) => {
  const colon = line.indexOf(':');
  return `${line.slice(0, colon).toLowerCase().trim()}:${line.slice(colon + 1).replace(/\r\n/gu, '').replace(/[ \t]+/gu, ' ').trim()}`;
};
const relaxedBody = (body) => {
  const text = body.split('\r\n').map((line) => line.replace(/[ \t]+/gu, ' ').replace(/ $/u, '')).join('\r\n').replace(/(\r\n)*$/u, '');
  return text === '' ? '' : `${text}\r\n`;
};
const simpleBody = (body) => `${body.replace(/(\r\n)*$/u, '')}\r\n`;

export function split(raw) {
  const gap = raw.indexOf('\r\n\r\n');
  return { headers: raw.slice(0, gap).split(/\r\n(?![ \t])/u), body: raw.slice(gap + 4) };
}

const fold = (text) => text.match(/.{1,64}/gu).join('\r\n\t');

// Signs `raw` (CRLF, UTF-8) as `domain`. Options: key (rsa, ed25519, stranger), headers signed, canonicalisation of the body,
// how many bytes of it (l=), a time of signing and of expiry, an identity i=.
export function signed(raw, domain, { key = 'rsa', fields = ['from', 'to', 'subject', 'date', 'message-id', 'mime-version', 'content-type'], simple = false, length, at, expires, identity, oversign = [] } = {}) {
  const { headers, body } = split(raw);
  const canonical = Buffer.from(simple ? simpleBody(body) : relaxedBody(body), 'utf8');
  const hashed = length === undefined ? canonical : canonical.subarray(0, Math.min(length, canonical.length));
  const bh = createHash('sha256').update(hashed).digest('base64');
  const rest = headers.map((line) => ({ name: line.slice(0, line.indexOf(':')).toLowerCase().trim(), line }));
  const names = fields.filter((name) => rest.some((h) => h.name === name));
  const tags = [`v=1; a=${key === 'ed25519' ? 'ed25519' : 'rsa'}-sha256; c=relaxed/${simple ? 'simple' : 'relaxed'}; d=${domain}; s=${selectorOf(key)}`,
    identity && `i=${identity}`, at && `t=${at}`, expires && `x=${expires}`, length !== undefined && `l=${hashed.length}`].filter(Boolean).join('; ');
  const head = `DKIM-Signature: ${tags};\r\n\th=${[...names, ...oversign].join(':')};\r\n\tbh=${bh};\r\n\tb=`;
  const data = [...names.map((name) => {
    const found = rest.findLastIndex((h) => h.name === name);
    return `${relaxedHeader(rest.splice(found, 1)[0].line)}\r\n`;
  }), relaxedHeader(head)].join('');
  const value = key === 'ed25519'
    ? sign(null, createHash('sha256').update(data, 'utf8').digest(), keys.ed25519)
    : sign('sha256', Buffer.from(data, 'utf8'), keys[key]);
  return `${head}${fold(value.toString('base64'))}\r\n${raw}`;
}

export const selectorOf = (key) => ({ rsa: 'sets2025', ed25519: 'setsed', stranger: 'own' })[key];

// One line a record, as in a zone file: name, "IN TXT", quoted strings of at most 255 bytes.
export function zoneOf(domains, strangers) {
  const text = (key) => {
    const pem = createPublicKey(keys[key]).export({ format: 'der', type: 'spki' });
    return key === 'ed25519' ? `v=DKIM1; k=ed25519; p=${pem.subarray(-32).toString('base64')}` : `v=DKIM1; k=rsa; p=${pem.toString('base64')}`;
  };
  const record = (key, domain) => `${selectorOf(key)}._domainkey.${domain}. 3600 IN TXT ${text(key).match(/.{1,250}/gu).map((part) => `"${part}"`).join(' ')}`;
  return [...[...domains].sort().flatMap((d) => [record('rsa', d), record('ed25519', d)]), ...[...strangers].sort().map((d) => record('stranger', d))].join('\n') + '\n';
}
