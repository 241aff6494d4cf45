// Host names of invented campaigns: a subject's words and a few signs drawn at random. Nobody is known to own them, and
// nothing here ever resolves one.
const subjects = {
  colis: ['suivi-colis', 'livraison-fr', 'mon-colis', 'laposte-suivi', 'chrono-livraison', 'relais-colis-info', 'reprogrammer-livraison', 'colis-depot', 'mondialrelay-point', 'espace-livraison'],
  amende: ['antai-amende', 'amendes-gouv', 'paiement-infraction', 'amende-stationnement', 'dossier-antai', 'telepaiement-amende', 'gouv-contravention', 'pv-regularisation'],
  critair: ['vignette-critair', 'certificat-air-gouv', 'critair-commande', 'zfe-vignette', 'macritair'],
  peage: ['peage-impaye', 'ulys-paiement', 'fluxlibre-a13', 'telepeage-badge', 'sanef-regul', 'vinci-peage'],
  impots: ['impots-remboursement', 'dgfip-gouv', 'finances-publiques', 'impot-espace', 'remboursement-fiscal'],
  caf: ['caf-aide', 'macaf-prime', 'caf-allocataire', 'aide-solidarite', 'mon-compte-caf'],
  cpf: ['moncompte-formation', 'cpf-solde', 'formation-droits', 'cpf-2350'],
  banque: ['certicode-plus', 'securipass-activation', 'banque-verification', 'espace-bancaire', 'annulation-virement', 'dsp2-securite', 'cle-digitale', 'ma-banque-secure'],
  netflix: ['netflix-abonnement', 'nflx-paiement', 'renouvellement-stream', 'compte-netflx', 'abonnement-suspendu'],
  vinted: ['vinted-paiement', 'leboncoin-livraison', 'vntd-portefeuille', 'paiement-securise-lbc', 'vinted-verif'],
  crypto: ['bitcoin-profit', 'ledger-secure', 'trader-fr', 'gain-crypto', 'wallet-verif'],
  job: ['emploi-teletravail', 'rh-recrutement', 'job-rapide', 'mission-domicile'],
  edf: ['edf-facture', 'engie-remboursement', 'cheque-energie-demande', 'edf-regularisation', 'energie-aide'],
  fc: ['franceconnect-identite', 'identite-numerique-fr', 'connect-france', 'laposte-identite'],
  ants: ['ants-titres', 'carte-grise-conforme', 'permis-format', 'ants-paiement'],
  tel: ['orange-facture', 'sfr-reglement', 'free-remboursement', 'points-fidelite', 'messagerie-vocale', 'esim-activation'],
  gain: ['grand-jeu', 'cadeau-anniversaire', 'tirage-iphone', 'lidl-robot', 'gagnant-fr'],
  rencontre: ['photos-privees', 'kikou-chat', 'rencontre-voisine'],
  police: ['convocation-justice', 'gendarmerie-dossier', 'huissier-reglement'],
  apple: ['icloud-localiser', 'find-iphone', 'apple-stockage'],
  paypal: ['paypal-limite', 'pp-compte', 'paypal-resolution'],
  amazon: ['amazon-prime-annuler', 'amz-commande', 'prime-remboursement'],
  don: ['dons-solidarite', 'aide-sinistres'],
  retraite: ['info-retraite-valid', 'agirc-certificat', 'retraite-revalorisation'],
  ft: ['francetravail-alloc', 'pole-emploi-trop-percu', 'ft-identite'],
  sante: ['ameli-remboursement', 'carte-vitale-demande', 'assurance-maladie-espace', 'monespacesante-acces', 'cpam-dossier', 'ameli-assure'],
};
const endings = ['com', 'com', 'com', 'info', 'fr', 'fr', 'net', 'org', 'top', 'online', 'site', 'xyz', 'click', 'live', 'shop', 'app', 'help', 'me'];
const lodgings = ['web.app', 'pages.dev', 'firebaseapp.com', 'netlify.app', 'vercel.app', 'myshopify.com', 'duckdns.org', 'weebly.com', 'workers.dev', 'ngrok.io', 'glitch.me'];
const shorteners = ['bit.ly', 'tinyurl.com', 'cutt.ly', 'is.gd', 't.ly', 'rb.gy', 'shorturl.at', 's.id', 'urlz.fr', 'qrco.de', 'tiny.cc'];
const paths = ['', '', '', '/fr', '/suivi', '/login', '/paiement', '/index.php', '/app', '/?id=', '/s/', '/dossier/'];

export const hostileKinds = Object.keys(subjects);

export function hostileHost(kind, r) {
  const base = `${r.pick(subjects[kind])}${r.pick(['', '', '-'])}${r.pick([r.letters(3, 'bcdfghkmnpqrstvwxz23456789'), r.digits(3), r.digits(2) + r.letters(2)])}`;
  const style = r.next();
  if (style < 0.7) return `${base}.${r.pick(endings)}`;
  if (style < 0.82) return `${base}.${r.pick(lodgings)}`;
  if (style < 0.92) return `${r.pick(subjects[kind])}.${r.letters(r.between(4, 6), 'abcdefghklmnoprstuv')}${r.digits(2)}.${r.pick(endings)}`;
  return `www.${base}.${r.pick(endings)}`;
}

export function hostileLink(kind, r) {
  if (r.maybe(0.1)) return `${r.pick(['', 'https://'])}${r.pick(shorteners)}/${r.letters(7, 'abcdefghkmnpqrstuvwxyzABCDEFGHKMNPQ23456789')}`;
  const path = r.pick(paths);
  const tail = /[=/]$/u.test(path) ? r.letters(6) : '';
  return `${r.pick(['https://', 'https://', 'http://', '', '', 'www.'])}${hostileHost(kind, r)}${path}${tail}`.replace('www.www.', 'www.').replace('//www.www', '//www');
}
