// The ways a text is worn in life: accents lost on the phone, letters forgotten, capitals, emojis, a message cut short.
const plain = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').normalize('NFC').replaceAll('œ', 'oe');
const outsideLinks = (text, change) => text.split(/(\S*[./@]\S*\.\S*|\S+:\/\/\S+|\S+\.[a-z]{2,}\S*)/u).map((part, i) => (i % 2 ? part : change(part))).join('');

export const withoutAccents = (text) => outsideLinks(text, plain);
export const lowered = (text) => outsideLinks(text, (part) => part.toLowerCase());
const typos = [[/\bvotre\b/u, 'votres'], [/\bvotre\b/u, 'vôtre'], [/mettre à jour/u, 'mettre a jours'], [/\bété\b/u, 'étais'], [/\bcolis\b/u, 'colie'], [/\bà\b/u, 'a'], [/([a-z])\1/u, '$1'], [/\bveuillez\b/iu, 'Veuiller'], [/'/u, ' '],
  [/\bà régler\b/u, 'a reglé'], [/\bcliquez\b/iu, 'cliqué'], [/é\b/u, 'er'], [/\bvous\b/u, 'vs'], [/, /u, ' , '], [/\. (?=\S)/u, '.'], [/ê/u, 'e'], [/\bpour\b/u, 'pr']];

export function misspelt(text, r) {
  return outsideLinks(text, (part) => r.some(typos, 2).reduce((t, [from, to]) => t.replace(from, to), part));
}

const marks = ['⚠️ ', '📦 ', '🔔 ', '‼️', '🚨 ', '✅ '];

// For a swindler's text: `link` stays whole, as whoever sends it wants it opened.
export function worn(text, r) {
  const style = r.next();
  if (style < 0.3) return text;
  if (style < 0.55) return withoutAccents(text);
  if (style < 0.7) return misspelt(text, r);
  if (style < 0.78) return withoutAccents(misspelt(text, r));
  if (style < 0.84) return r.pick(marks) + text;
  if (style < 0.9) return lowered(withoutAccents(text));
  return text.replace(/^[^\s:]{3,}/u, (brand) => (brand.includes('/') ? brand : brand.toUpperCase()));
}

// For an honest text: what a telephone network or a hurried secretary does to it.
export function honestlyWorn(text, r) {
  const style = r.next();
  if (style < 0.55) return text;
  if (style < 0.85) return withoutAccents(text);
  if (style < 0.93) return text.replace(/^[^\s:]{3,}/u, (brand) => (brand.includes('/') ? brand : brand.toUpperCase()));
  return text.length > 160 && !/\.[a-z]{2}/u.test(text.slice(120)) ? `${text.slice(0, 157)}...` : text;
}
