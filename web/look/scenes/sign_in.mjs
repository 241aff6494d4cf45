// Signing in, and finding one's way back in.
import { refusal } from '../api.mjs';
import { identifier, number, password, press, secrets, sent, serial, type } from '../people.mjs';

const challenge = { channels: [{ channel: 'sms', hint: '42' }, { channel: 'email', hint: 'n…@exemple.fr' }], sent };
const api = {
  'POST /api/sign-in': challenge,
  'POST /api/sign-in/resend': { status: 202, body: { ...sent, channel: 'email', hint: 'n…@exemple.fr' } },
  'POST /api/sign-in/code': { home: '/aide' },
  'POST /api/recovery': { status: 202, body: { requested_on: '2025-03-04' } },
  'POST /api/recovery/confirm': { identifier },
};
const scene = (name, path, act, more = {}) => ({ name, path, api, act, secrets, ...more });
const failing = { focus: '.summary', title: /^Erreur : / };

async function first(page) {
  await type(page, 'Identifiant', identifier);
  await type(page, 'Mot de passe', password);
  await press(page, 'Continuer');
}

async function second(page) {
  await first(page);
  await page.getByRole('heading', { name: 'Code à usage unique' }).waitFor();
}

async function recover(page, until) {
  await press(page, 'Commencer');
  await type(page, 'Votre numéro', number);
  await press(page, 'Continuer');
  await type(page, 'Numéro de série', serial);
  await press(page, 'Continuer');
  await page.getByRole('heading', { name: 'Code à usage unique' }).waitFor();
  if (until === 'code') return;
  await type(page, 'Code reçu', '123456');
  await press(page, 'Continuer');
  await type(page, 'Votre mot de passe', password);
  if (until === 'password') return;
  await press(page, 'Changer mon mot de passe');
}

export default [
  scene('sign-in', '/connexion', null, { weight: 200, slow: true, title: /^Me connecter - Carnet$/u, forced: true }),
  scene('sign-in-empty', '/connexion', (page) => press(page, 'Continuer'), failing),
  scene('sign-in-refused', '/connexion', async (page) => {
    await first(page);
    await page.locator('.summary').waitFor();
    if ((await page.getByLabel('Mot de passe', { exact: true }).inputValue()) !== password) throw new Error('an error emptied the password');
  }, { ...failing, api: { 'POST /api/sign-in': refusal(401, 'identity.sign_in_refused') }, says: ['Identifiant ou mot de passe incorrect. Vérifiez les majuscules.'] }),
  scene('sign-in-code', '/connexion', second, { focus: 'h1', says: ["Un mot de passe volé ne suffit pas à entrer."] }),
  scene('sign-in-code-other', '/connexion', async (page) => {
    await second(page);
    await press(page, 'Recevoir autrement');
    await press(page, 'Recevoir le code');
    await page.getByText('Un autre code est parti.').waitFor();
  }, { says: ['Envoyé à n…@exemple.fr'] }),
  scene('sign-in-code-old', '/connexion', async (page) => {
    await second(page);
    await type(page, 'Code reçu', '123456');
    await press(page, 'Me connecter');
    await page.locator('.summary').waitFor();
  }, { ...failing, api: { ...api, 'POST /api/sign-in/code': refusal(422, 'identity.one_time_code_expired') }, says: ['Code dépassé. Demandez-en un autre.'] }),
  scene('sign-in-needed', '/espace/moi', null, { says: ['Connectez-vous pour voir cette page.'], title: /^Me connecter/u }),
  scene('stop-0', '/arreter-changement', null, { weight: 200, title: /^Arrêter un changement de contact - Carnet$/u }),
  scene('stop-short', '/arreter-changement', async (page) => {
    await type(page, "Code d'arrêt", 'K7QM');
    await press(page, 'Arrêter ce changement');
    await page.locator('.summary').waitFor();
  }, { ...failing, says: ['Ce code compte 4 signes. Il en faut 8.'] }),
  scene('stop-done', '/arreter-changement', async (page, { sent: calls }) => {
    await type(page, "Code d'arrêt", 'k7qm o2lf');
    await press(page, 'Arrêter ce changement');
    await page.getByRole('heading', { name: 'Demande enregistrée' }).waitFor();
    if (calls.find((call) => call.path === '/api/contacts/cancel')?.body?.code !== 'K7QM-021F') throw new Error('another code was sent');
  }, { focus: 'h1', api: { ...api, 'POST /api/contacts/cancel': { status: 202, body: { received_on: '2025-03-04' } } } }),
  scene('recovery-0', '/connexion/oubli', null),
  scene('recovery-code', '/connexion/oubli', (page) => recover(page, 'code'), { focus: 'h1' }),
  scene('recovery-wrong', '/connexion/oubli', async (page) => {
    await recover(page);
    await page.locator('.summary').waitFor();
  }, { ...failing, api: { ...api, 'POST /api/recovery/confirm': refusal(422, 'identity.one_time_code_wrong') } }),
  scene('recovery-post', '/connexion/oubli', async (page, { sent: calls }) => {
    await recover(page, 'code');
    await press(page, 'Recevoir un code par la poste');
    await page.getByRole('heading', { name: 'Code sur papier' }).waitFor();
    if (calls.filter((call) => call.path === '/api/recovery').at(-1)?.body?.by_post !== true) throw new Error('no letter was asked for');
  }, { focus: 'h1', says: ['une lettre part'] }),
  scene('recovery-paper', '/connexion/oubli', async (page, { sent: calls }) => {
    await recover(page, 'code');
    await press(page, "J'ai un code sur papier");
    await type(page, 'Code de la lettre, ou remis au guichet', 'ab12-cd34');
    await press(page, 'Continuer');
    await type(page, 'Votre mot de passe', password);
    await press(page, 'Changer mon mot de passe');
    await page.getByRole('heading', { name: 'Votre mot de passe est changé' }).waitFor();
    if (calls.find((call) => call.path === '/api/recovery/confirm')?.body?.one_time_code !== 'ab12cd34') throw new Error('another code was sent');
  }),
  scene('recovery-password', '/connexion/oubli', (page) => recover(page, 'password')),
  scene('recovery-done', '/connexion/oubli', async (page) => {
    await recover(page);
    await page.getByRole('heading', { name: 'Votre mot de passe est changé' }).waitFor();
  }),
];
