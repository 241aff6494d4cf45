// Invented host names that imitate a protected name, in the manners seen in campaigns: words around the name, letters changed,
// the name as a sub-domain of another's, free lodgings, other alphabets.
import { createHash } from 'node:crypto';
import { domainToASCII } from 'node:url';
import { chanceOf } from './rng.mjs';

const names = ['ameli', 'ameli', 'ameli', 'ameli', 'ameli', 'vitale', 'carte-vitale', 'cartevitale', 'cartevitale', 'ma-carte-vitale', 'macartevitale', 'assurance-maladie', 'assurancemaladie', 'assurance-maladie', 'cpam', 'cnam', 'msa', 'monespacesante', 'mon-espace-sante', 'espacesante', 'monespace-sante', 'franceconnect', 'france-connect', 'dmp', 'cgss', 'cssm'];
const weak = new Set(['vitale', 'cpam', 'cnam', 'msa', 'dmp', 'cgss', 'cssm', 'espacesante']);
const around = ['renouvellement', 'renouv', 'formulaire', 'remboursement', 'assure', 'assures', 'client', 'clients', 'espace', 'compte', 'moncompte', 'mon-compte', 'info', 'infos', 'service', 'services', 'support', 'secure', 'securite', 'verif', 'verification', 'connexion', 'connect', 'login', 'auth', 'authentification', 'portail', 'demande', 'demarche', 'demarches', 'commande', 'livraison', 'expedition', 'suivi', 'envoi', 'dossier', 'droits', 'mesdroits', 'aide', 'assistance', 'contact', 'sms', 'message', 'messages', 'notification', 'alerte', 'maj', 'miseajour', 'mise-a-jour', 'actualisation', 'activation', 'validation', 'confirmation', 'regularisation', 'regul', 'paiement', 'facture', 'facturation', 'indemnite', 'indemnisation', 'virement', 'rib', 'sante', 'secu', 'gouv', 'gouv-fr', 'fr', 'france', 'officiel', 'web', 'net', 'app', 'appli', 'mobile', 'v3', 'v4', '2023', '2024', '2025', 'online', 'enligne', 'en-ligne', 'acces', 'accueil', 'identification', 'identite', 'inscription', 'gestion', 'traitement', 'operation', 'conseiller', 'relance', 'rappel', 'expiration', 'expire', 'colis', 'frais', 'prime', 'cheque', 'beneficiaire', 'ayantdroit', 'prestation', 'prestations', 'numerique', 'ecarte', 'biometrique', 'apcv', 'rdv', 'medecin', 'soins', 'covid', 'vaccin', 'complement', 'solidarite', 'css'];
const sante = around.filter((w) => !['sante', 'fr', 'net', 'web', 'app', 'france', '2023', '2024', '2025', 'prime', 'frais', 'medecin', 'soins', 'rdv', 'mobile', 'gestion', 'contact', 'envoi', 'accueil', 'facture', 'service', 'services', 'conseiller'].includes(w));
const telling = ['sante', 'cartevitale', 'carte-vitale', 'assure', 'assures', 'remboursement-sante', 'securite-sociale', 'vitale', 'dossier-sante', 'maladie', 'carte-sante', 'remboursement', 'ameli', 'indemnites-journalieres', 'droits-sante'];
const tops = ['com', 'com', 'com', 'com', 'fr', 'fr', 'fr', 'info', 'info', 'net', 'org', 'online', 'site', 'xyz', 'click', 'live', 'top', 'shop', 'app', 'help', 'life', 'pro', 'eu', 'services', 'digital', 'me', 're', 'icu', 'link', 'support', 'website', 'space'];
const lodgings = ['web.app', 'pages.dev', 'firebaseapp.com', 'netlify.app', 'vercel.app', 'myshopify.com', 'duckdns.org', 'weebly.com', 'workers.dev', 'herokuapp.com', 'glitch.me', 'wixsite.com', 'blogspot.com', 'github.io', 'azurewebsites.net', 'onrender.com', 'ddns.net', 'hopto.org', 'square.site', 'godaddysites.com'];
const neutral = ['dossier-assure', 'espace-client', 'portail-securise', 'formulaire-fr', 'service-usager', 'mon-dossier', 'verif-identite', 'acces-particulier', 'renouvellement-carte', 'connexion-fr', 'info-usagers', 'suivi-demande'];
const alike = { a: 'аα', e: 'е', i: 'іı', o: 'оο', c: 'с', p: 'р', s: 'ѕ', t: 'т', l: 'ӏ' };
const accents = { a: 'áàâä', e: 'éèêë', i: 'íîï', o: 'ôö', u: 'ùü' };

function misspelt(name, r) {
  const swaps = [(n) => n.replace('i', '1'), (n) => n.replace('l', '1'), (n) => n.replace('l', 'i'), (n) => n.replace('e', '3'), (n) => n.replace('m', 'rn'), (n) => n.replace('l', 'll'), (n) => n.replace('m', 'mm'),
    (n) => n.replace(/i$/u, 'ie'), (n) => n.replace(/i$/u, 'y'), (n) => n.replace('li', 'il'), (n) => n.replace(/e$/u, ''), (n) => n.replace(/e$/u, 'es'), (n) => n.replace('ss', 's'), (n) => n.replace('ance', 'ence'), (n) => n.replace('t', 'tt'), (n) => n.replace('a', 'aa'), (n) => n.replace('i', 'l'), (n) => n.replace('o', '0'), (n) => n.replace(/^(..)/u, '$1-'), (n) => n.replace('nn', 'n')];
  const long = name.length > 5 ? swaps : swaps.slice(0, 10);
  for (let i = 0; i < 20; i += 1) {
    const out = r.pick(long)(name);
    if (out !== name) return out;
  }
  return `${name}s`;
}

const styles = {
  wordAfter: (r, n, w) => `${n}${r.pick(['-', '-', ''])}${w}.${r.pick(tops)}`,
  wordBefore: (r, n, w) => `${w}${r.pick(['-', '-', ''])}${n}.${r.pick(tops)}`,
  both: (r, n, w) => `${w}-${n}${r.pick(['-', ''])}${r.pick(sante)}.${r.pick(tops)}`,
  two: (r, n, w) => `${n}-${w}-${r.pick(sante)}${r.pick(['', '', r.digits(2)])}.${r.pick(tops)}`,
  twoNames: (r, n, w) => `${n}${r.pick(['-', ''])}${r.pick(['ameli', 'cartevitale', 'carte-vitale', 'assurance-maladie', 'cpam'].filter((other) => other[0] !== n[0] && !n.includes('vitale')).concat('secu'))}${r.pick(['', `-${w}`])}.${r.pick(tops)}`,
  number: (r, n, w) => `${n}-${w}${r.digits(r.between(2, 4))}.${r.pick(tops)}`,
  subDomain: (r, n) => `${r.pick([`${n}.fr`, `www.${n}.fr`, `assure.${n}.fr`, `${n}-fr`, `${n}.gouv.fr`])}.${r.pick(neutral)}${r.pick(['', `-${r.digits(2)}`])}.${r.pick(tops)}`,
  glued: (r, n) => `${n}.fr-${r.pick(neutral)}${r.digits(2)}.${r.pick(tops)}`,
  lodged: (r, n, w) => `${n}-${w}${r.pick(['', r.digits(2)])}.${r.pick(lodgings)}`,
  wrong: (r, n, w) => `${misspelt(n, r)}${r.pick(['-', ''])}${w}.${r.pick(tops)}`,
  wrong2: (r, n, w) => `${w}-${misspelt(n, r)}.${r.pick(tops)}`,
  hyphens: (r, n, w) => `${[...n.replaceAll('-', '')].slice(0, 20).join(r.pick(['-']))}-${w}.${r.pick(tops)}`.replace(/^((?:.-){3}.)-/u, (_, start) => `${start}-`),
  alphabet: (r, n, w) => {
    const signs = [...n];
    const at = r.pick(signs.map((s, i) => (alike[s] ? i : -1)).filter((i) => i >= 0));
    signs[at] = r.pick([...alike[signs[at]]]);
    return domainToASCII(`${signs.join('')}${r.pick(['', `-${w}`])}.${r.pick(['com', 'fr', 'info', 'net'])}`);
  },
  accent: (r, n, w) => {
    const signs = [...n];
    const at = r.pick(signs.map((s, i) => (accents[s] ? i : -1)).filter((i) => i >= 0));
    signs[at] = r.pick([...accents[signs[at]]]);
    return domainToASCII(`${signs.join('')}-${w}.${r.pick(['com', 'fr', 'info', 'net'])}`);
  },
};
const shares = { wordAfter: 8, wordBefore: 8, both: 5, two: 6, twoNames: 4, number: 5, subDomain: 5, glued: 3, lodged: 5, wrong: 6, wrong2: 3, hyphens: 1, alphabet: 2, accent: 2 };
const drawn = Object.entries(shares).flatMap(([style, n]) => Array(n).fill(style));
const ownSites = new Set(['ameli.fr', 'monespacesante.fr', 'cnam.fr', 'msa.fr', 'dmp.fr']);
// Drawn by chance, and once used by a true campaign: left out (the start of their SHA-256), for whoever
// learnt from it would know them.
const trueOnes = new Set(['173435cc', '084ccb83', '5119d01f', 'b4af684c', '887b5426', '8c25fb44', 'c5d09307', '4bfe932c', '555299c6', 'a9014e22', 'e5cfa700']);
const short8 = (host) => createHash('sha256').update(host).digest('hex').slice(0, 8);

export function lookalikeHosts(count) {
  const r = chanceOf('look-alike hosts');
  const found = new Map();
  while (found.size < count) {
    const style = r.pick(drawn);
    const name = r.pick(names);
    // A short name is letters of many honest words: it imitates only beside a word that says which one is meant.
    if (weak.has(name) && ['wrong', 'wrong2', 'hyphens', 'alphabet', 'accent', 'subDomain', 'glued'].includes(style) && name !== 'vitale') continue;
    if (name.length > 8 && style === 'hyphens') continue;
    const short = name.length <= 4;
    const word = r.pick(short ? telling : weak.has(name) ? sante : around);
    const host = styles[style](r, name, word);
    if (!ownSites.has(host) && !trueOnes.has(short8(host)) && !found.has(host)) found.set(host, style);
  }
  return [...found].map(([text, style]) => ({ text, style }));
}
