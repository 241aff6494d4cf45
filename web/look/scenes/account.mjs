// The account's own safety: alerts, devices, contacts, codes by post, and stopping everything.
import { refusal } from '../api.mjs';
import { password, press, sent, type } from '../people.mjs';
import { own, session, space } from '../space_people.mjs';
import { secrets as ofSpace } from './space.mjs';

const secrets = [...ofSpace, '0611223344'];
const failing = { focus: '.summary', title: /^Erreur : / };
const devices = [
  { id: 's1', current: true, began_at: '2025-03-04T12:50:00Z', last_used_at: '2025-03-04T13:05:00Z', device: 'Firefox sur Android' },
  { id: 's2', current: false, began_at: '2025-03-01T08:10:00Z', last_used_at: '2025-03-03T19:42:00Z', device: 'Safari sur iPhone' },
  { id: 's3', current: false, began_at: '2025-02-27T08:10:00Z', last_used_at: '2025-02-28T19:42:00Z', device: '' },
];
const contacts = [
  { id: 'c1', channel: 'sms', hint: '42', confirmed: true },
  { id: 'c2', channel: 'email', hint: 'n…@exemple.fr', confirmed: true },
  { id: 'c3', channel: 'sms', hint: '17', confirmed: true, pending_until: '2025-03-07T13:05:00Z', replaces: 'c1' },
  { id: 'c4', channel: 'email', hint: 'm…@exemple.fr', confirmed: false, pending_until: '2025-03-07T13:05:00Z' },
];
const api = {
  'GET /api/session': session(own),
  'GET /api/spaces/moi': space(own),
  'GET /api/spaces/moi/access/alerts': { choice: 'unusual', channel: 'email', channels: ['email', 'sms', 'letter'] },
  'PUT /api/spaces/moi/access/alerts': { status: 204 },
  'POST /api/spaces/moi/access/freeze': { status: 204 },
  'GET /api/sessions': { sessions: devices },
  'POST /api/sessions/s2/end': { status: 204 },
  'POST /api/sessions/end-others': { status: 204 },
  'GET /api/contacts': { contacts },
  'POST /api/contacts': { status: 202, body: { id: 'c9', effective_at: '2025-03-07T13:05:00Z' } },
  'POST /api/contacts/c9/confirm': { status: 204 },
  'POST /api/contacts/c3/cancel': { status: 204 },
  'POST /api/code-sheet': { status: 202, body: { posted_on: '2025-03-05' } },
  'POST /api/reauthentication': { sent },
  'POST /api/reauthentication/code': { status: 204 },
};
const scene = (name, path, act, more = {}) => ({ name: `account-${name}`, path: `/espace/moi/parametres/${path}`, act, secrets, ...more, api: { ...api, ...more.api } });
const heading = (page, name) => page.getByRole('heading', { name, level: 1 }).waitFor();
const light = { scriptWeight: 150 };
function must(condition, words) {
  if (!condition) throw new Error(words);
}

async function toNew(page) {
  await press(page, 'Changer : SMS au numéro qui finit par 42');
  await heading(page, 'Nouveau contact');
}
async function toPassword(page) {
  await toNew(page);
  await page.getByRole('radio', { name: 'Téléphone mobile (SMS)' }).check();
  await type(page, 'Numéro ou adresse e-mail', '06 11 22 33 44');
  await press(page, 'Continuer');
  await heading(page, 'Changer de contact');
}
async function toAsked(page) {
  await toPassword(page);
  await type(page, 'Mot de passe', password);
  await press(page, 'Continuer');
  await page.getByLabel('Code reçu').waitFor();
  await type(page, 'Code reçu', '123456');
  await press(page, 'Demander le changement');
}

export default [
  scene('alerts', 'alertes', (page) => page.getByRole('radio').first().waitFor(), { ...light, slow: true, title: /^M'avertir des consultations - Carnet$/u, says: ["Seulement si c'est inhabituel", 'Une fois par semaine'] }),
  scene('alerts-channel', 'alertes', async (page) => {
    await press(page, 'Continuer');
    await heading(page, 'Par quel moyen ?');
  }, { focus: 'h1', says: ['Une par mois au plus.'] }),
  scene('alerts-saved', 'alertes', async (page, { sent: calls }) => {
    await page.getByRole('radio', { name: 'Une fois par semaine' }).check();
    await press(page, 'Continuer');
    await page.getByRole('radio', { name: /^Lettre/u }).check();
    await press(page, 'Enregistrer');
    await heading(page, 'Choix enregistré');
    must(JSON.stringify(calls.find((call) => call.method === 'PUT')?.body) === '{"choice":"weekly","channel":"letter"}', 'another choice was sent');
  }, { focus: 'h1' }),
  scene('alerts-failed', 'alertes', async (page) => {
    await page.getByRole('radio', { name: /^Jamais/u }).check();
    await press(page, 'Enregistrer');
    await page.locator('.summary').waitFor();
  }, { ...failing, api: { 'PUT /api/spaces/moi/access/alerts': 'unreachable' } }),
  scene('alerts-error', 'alertes', (page) => page.getByText("Cette page ne s'affiche pas.").waitFor(), { api: { 'GET /api/spaces/moi/access/alerts': refusal(500, 'fault') } }),
  scene('devices', 'appareils', (page) => page.getByText('Safari sur iPhone').waitFor(), { ...light, slow: true, says: ['Firefox sur Android', 'Cet appareil', 'Appareil non reconnu'] }),
  scene('devices-one', 'appareils', (page) => page.getByText('Aucun autre appareil à afficher.').waitFor(), { api: { 'GET /api/sessions': { sessions: devices.slice(0, 1) } } }),
  scene('devices-loading', 'appareils', (page) => page.getByText('Chargement de la page.').waitFor(), { api: { 'GET /api/sessions': 'never' } }),
  scene('devices-error', 'appareils', (page) => page.getByText("Cette page ne s'affiche pas.").waitFor(), { api: { 'GET /api/sessions': refusal(500, 'fault') } }),
  scene('devices-ended', 'appareils', async (page) => {
    await press(page, 'Déconnecter cet appareil : Safari sur iPhone, entrée le 1er mars 2025');
    await heading(page, 'Appareil déconnecté');
  }, { focus: 'h1' }),
  scene('devices-all', 'appareils', async (page) => {
    await page.getByRole('link', { name: 'Déconnecter partout' }).click();
    await heading(page, 'Déconnecter partout');
  }, { focus: 'h1' }),
  scene('devices-all-ended', 'appareils', async (page) => {
    await page.getByRole('link', { name: 'Déconnecter partout' }).click();
    await heading(page, 'Déconnecter partout');
    await press(page, 'Déconnecter partout');
    await heading(page, 'Autres appareils déconnectés');
  }, { focus: 'h1' }),
  scene('contacts', 'contacts', (page) => page.getByRole('heading', { name: 'SMS au numéro qui finit par 42' }).waitFor(), { ...light, slow: true, says: ['Rien à faire : il servira à partir du 7 mars 2025 à 14 h 05.', 'À faire : entrez le code reçu à ce contact.'] }),
  scene('contacts-empty', 'contacts', null, { api: { 'GET /api/contacts': { contacts: [] } }, says: ['Aucun contact à afficher.'] }),
  scene('contact-new', 'contacts', toNew, { focus: 'h1', says: ['Remplace : SMS au numéro qui finit par 42'] }),
  scene('contact-none', 'contacts', async (page) => {
    await toNew(page);
    await press(page, 'Continuer');
    await page.locator('.summary').waitFor();
  }, failing),
  scene('contact-password', 'contacts', toPassword, { focus: 'h1' }),
  scene('contact-refused', 'contacts', async (page) => {
    await toAsked(page);
    await page.locator('.summary').waitFor();
    must((await page.getByLabel('Numéro ou adresse e-mail').inputValue()) === '06 11 22 33 44', 'an error emptied the address');
  }, { ...failing, api: { 'POST /api/contacts': refusal(422, 'identity.contact') } }),
  scene('contact-code', 'contacts', async (page) => {
    await toAsked(page);
    await heading(page, 'Code reçu au nouveau contact');
  }, { focus: 'h1' }),
  scene('contact-done', 'contacts', async (page) => {
    await toAsked(page);
    await heading(page, 'Code reçu au nouveau contact');
    await type(page, 'Code reçu', '654321');
    await press(page, 'Confirmer ce contact');
    await heading(page, 'Changement enregistré');
  }, { focus: 'h1', says: ['Ce contact servira à partir du 7 mars 2025 à 14 h 05.'] }),
  scene('contact-cancel', 'contacts', async (page) => {
    await press(page, 'Annuler ce changement : SMS au numéro qui finit par 17');
    await heading(page, 'Annuler ce changement');
    await press(page, 'Annuler ce changement');
    await heading(page, 'Changement annulé');
  }, { focus: 'h1' }),
  scene('codes', 'codes', null, { ...light }),
  scene('codes-done', 'codes', async (page) => {
    await press(page, 'Recevoir la lettre');
    await heading(page, 'Lettre demandée');
  }, { focus: 'h1', says: ['La lettre part le 5 mars 2025.'] }),
  scene('codes-password', 'codes', async (page) => {
    await press(page, 'Recevoir la lettre');
    await page.getByLabel('Mot de passe', { exact: true }).waitFor();
  }, { focus: 'h1', api: { 'POST /api/code-sheet': refusal(403, 'identity.reauthentication_needed') } }),
  scene('freeze', 'tout-arreter', null, { ...light, says: ["Personne ne peut rouvrir en ligne, pas même vous."] }),
  scene('freeze-done', 'tout-arreter', async (page) => {
    await press(page, 'Tout arrêter');
    await heading(page, 'Tout est arrêté');
  }, { focus: 'h1' }),
];
