// Who looked: in every state, for oneself and for a child.
import { refusal } from '../api.mjs';
import { press } from '../people.mjs';
import { child, own, session, space, tracer, traces } from '../space_people.mjs';
import { secrets } from './space.mjs';

const light = { scriptWeight: 150 };
const api = {
  'GET /api/session': session(own, child),
  'GET /api/spaces/moi': space(own),
  'GET /api/spaces/moi/traces': tracer(traces(300)),
};
const scene = (name, act, more = {}) => ({ name: `readers-${name}`, path: '/espace/moi/qui-a-consulte', act, secrets, ...more, api: { ...api, ...more.api } });

async function toProof(page) {
  await page.getByRole('link', { name: 'Garder la preuve de ce journal' }).click();
  await page.getByRole('heading', { name: 'Garder la preuve de ce journal', level: 1 }).waitFor();
}

export default [
  scene('0', (page) => page.getByText('Aucune consultation').waitFor(), { ...light, slow: true, api: { 'GET /api/spaces/moi/traces': { traces: [] } }, says: ['Aucune consultation à afficher.'], title: /^Qui a consulté mon dossier - Carnet$/u }),
  scene('3', null, { api: { 'GET /api/spaces/moi/traces': tracer(traces(3)) }, says: ["En cas d'urgence, Dr Paul Roy", 'Raison écrite : « Patiente inconsciente aux urgences »'] }),
  scene('300', (page) => page.getByText('Lesquels ?').first().waitFor(), { ...light, slow: true, print: true, forced: true, says: ['Dr Lina Benali, médecin, Cabinet des Lilas', 'Entre 9 h 12 et 9 h 31 : a lu 2 documents', 'Pourquoi : fait partie de votre équipe de soins.', '3 opérations automatiques', 'Mardi 4 mars 2025'] }),
  scene('open', async (page) => {
    await page.getByText('Lesquels ?').first().click();
    await page.getByRole('link', { name: 'Compte rendu de biologie médicale' }).first().waitFor();
    await page.getByText('3 opérations automatiques').first().click();
  }),
  scene('emergency', async (page) => {
    await press(page, "En cas d'urgence");
    await page.getByText('Dr Lina Benali').first().waitFor({ state: 'detached' });
  }, { says: ["En cas d'urgence, Dr Paul Roy"] }),
  scene('more', async (page) => {
    await press(page, 'Afficher des dates plus anciennes');
    await page.getByRole('heading', { name: /13 février 2025/u }).waitFor();
  }, { story: true }),
  scene('own', async (page) => {
    await page.getByText(/^Vous\s:\s\d+ opérations?$/u).first().click();
    await page.getByText(/vous avez regardé qui a consulté/u).first().waitFor();
  }),
  scene('proof', async (page) => {
    await toProof(page);
    await page.getByText('Comment vérifier ce fichier ?').click();
    await page.getByText(/^carnet audit verify consultations-2025-03-04\.json --log 'carnet\.example\/log\+43f1d149/u).waitFor();
  }, { title: /^Garder la preuve de ce journal - Carnet$/u, api: { 'GET /log/key': { status: 200, body: Buffer.from('carnet.example/log+43f1d149+Ac7v95Np/jPjvGKU89i05dyjVnZNC1wOsYY5Nh74Li4B\n'), headers: { 'content-type': 'text/plain' } } } }),
  scene('proof-ready', async (page) => {
    await toProof(page);
    await press(page, 'Télécharger le journal (fichier)');
    await page.getByText('Fichier prêt.').waitFor();
  }, { api: { 'GET /api/spaces/moi/traces/extract': { format: 'carnet-extract/1' } } }),
  scene('proof-not-sealed', async (page) => {
    await toProof(page);
    await press(page, 'Télécharger le journal (fichier)');
    await page.locator('.summary').waitFor();
  }, { focus: '.summary', title: /^Erreur : /, says: ['Les premières consultations ne sont pas encore scellées.'], api: { 'GET /api/spaces/moi/traces/extract': refusal(404, 'audit.not_sealed') } }),
  scene('unknown', async (page) => {
    await page.getByRole('link', { name: /^Je ne connais pas cette personne/u }).first().click();
    await page.getByRole('heading', { name: 'Je ne connais pas cette personne' }).waitFor();
  }, { focus: 'h1' }),
  scene('loading', (page) => page.getByText('Chargement des consultations.').waitFor(), { api: { 'GET /api/spaces/moi/traces': 'never' } }),
  scene('error', (page) => page.getByText('Les consultations sont conservées').waitFor(), { api: { 'GET /api/spaces/moi/traces': refusal(500, 'fault') } }),
  { ...scene('child', null, { says: ['Qui a consulté son dossier'] }), path: `/espace/${child.who}/qui-a-consulte`, api: { ...api, [`GET /api/spaces/${child.who}/traces`]: tracer(traces(12).map((one) => (one.actor.kind === 'holder' ? { ...one, actor: { kind: 'representative', name: 'Nadia Martin' }, reason: 'access.representative' } : one))) } },
];
