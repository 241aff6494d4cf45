// « Mes enfants, mes aidants »: the list, an invitation step by step, accepting one, and what a parent decides.
import { refusal } from '../api.mjs';
import { access, nobody } from '../access_people.mjs';
import { press } from '../people.mjs';
import { child, own, session, space } from '../space_people.mjs';
import { secrets as ofSpace } from './space.mjs';

const secrets = [...ofSpace, 'Zoé', 'Hugo', 'K7QM'];
const failing = { focus: '.summary', title: /^Erreur : / };
const helped = { who: 'h4', name: 'Rose Tournier', relation: 'carer', state: 'opened_by_holder', may: ['traces'] };
const api = {
  'GET /api/session': session(own, child, helped),
  'GET /api/spaces/moi': space(own),
  'GET /api/spaces/h4': space(helped),
  'GET /api/spaces/moi/access': access,
  'GET /api/children': { children: [{ who: child.who, name: child.name, birth_date: '2008-05-12', state: 'opened_by_holder' }] },
  [`GET /api/spaces/${child.who}/access`]: { ...nobody, parents: [{ person: 'me', name: 'Nadia Martin', ended_by_judge: false }] },
  [`PUT /api/spaces/${child.who}/access/own-access`]: { status: 204 },
  [`PUT /api/spaces/${child.who}/access/discretion`]: { status: 204 },
  'POST /api/spaces/moi/access/carers': { status: 201, body: { code: 'k7qm-2w9f-4txa', valid_until: '2025-03-11T13:05:00Z' } },
  'POST /api/spaces/moi/access/carers/end': { status: 204 },
  'POST /api/carer-invitations': { status: 201, body: { who: 'h4' } },
};
const scene = (name, act, more = {}) => ({ name: `carers-${name}`, path: '/espace/moi/aidants', act, secrets, ...more, api: { ...api, ...more.api } });
const forChild = (name, act, more = {}) => ({ ...scene(name, act, more), path: `/espace/${child.who}/aidants` });
const heading = (page, name) => page.getByRole('heading', { name, level: 1 }).waitFor();
const link = (page, name) => page.getByRole('link', { name, exact: true }).first().click();
const tick = (page, name) => page.getByLabel(name, { exact: true }).check();
function must(condition, words) {
  if (!condition) throw new Error(words);
}

async function toWhat(page) {
  await link(page, 'Inviter un aidant');
  await heading(page, "Qu'est-ce que votre aidant pourra voir ?");
}
async function toPowers(page) {
  await toWhat(page);
  await tick(page, 'Ordonnances');
  await tick(page, 'Comptes rendus');
  await press(page, 'Continuer');
  await heading(page, "Qu'est-ce que votre aidant pourra faire ?");
}
async function toEnd(page) {
  await toPowers(page);
  await tick(page, 'Ajouter des documents');
  await press(page, 'Continuer');
  await heading(page, "Jusqu'à quand ?");
}
async function toCheck(page) {
  await toEnd(page);
  await page.getByRole('radio', { name: /^6 mois/u }).check();
  await press(page, 'Continuer');
  await heading(page, 'Vérifiez, puis invitez');
}
async function toAccept(page) {
  await link(page, "J'ai reçu un code d'aidant");
  await heading(page, "Code d'aidant");
}

export default [
  scene('list', (page) => page.getByRole('heading', { name: 'Zoé Martin' }).waitFor(), { scriptWeight: 150, slow: true, title: /^Mes enfants, mes aidants - Carnet$/u, says: ['Voit : comptes rendus, ordonnances.', "Jusqu'au 4 septembre 2025 inclus.", 'Aller à son espace : Rose Tournier'] }),
  scene('english', (page) => page.getByRole('heading', { name: 'Zoé Martin' }).waitFor(), { english: true, says: ['My children, my carers'] }),
  scene('empty', null, { api: { 'GET /api/session': session(own), 'GET /api/spaces/moi/access': nobody }, says: ['Aucun aidant à afficher.'] }),
  scene('loading', (page) => page.getByText('Chargement de la page.').waitFor(), { api: { 'GET /api/spaces/moi/access': 'never' } }),
  scene('error', (page) => page.getByText("La liste ne s'affiche pas.").waitFor(), { api: { 'GET /api/spaces/moi/access': refusal(500, 'fault') } }),
  scene('what', toWhat, { focus: 'h1' }),
  scene('what-none', async (page) => {
    await toWhat(page);
    await press(page, 'Continuer');
    await page.locator('.summary').waitFor();
  }, failing),
  scene('powers', toPowers, { focus: 'h1' }),
  scene('until', toEnd, { focus: 'h1', says: ["Jusqu'au 4 avril 2025 inclus"] }),
  scene('check', toCheck, { focus: 'h1', says: ['Comptes rendus, Ordonnances', 'Ajouter des documents', "Jusqu'au 4 septembre 2025 inclus."] }),
  scene('code', async (page, { sent }) => {
    await toCheck(page);
    await press(page, 'Créer le code pour mon aidant');
    await heading(page, 'Le code à donner à votre aidant');
    must(JSON.stringify(sent.find((call) => call.path.endsWith('/carers'))?.body) === '{"classes":["10","42"],"powers":["add"],"until":"2025-09-04"}', 'another delegation was sent');
  }, { focus: 'h1', says: ['K7QM 2W9F 4TXA', "Valable jusqu'au 11 mars 2025, une seule fois."] }),
  scene('end', async (page) => {
    await press(page, 'Arrêter cette aide : Zoé Martin');
    await heading(page, 'Arrêter cette aide');
  }, { focus: 'h1' }),
  scene('ended', async (page) => {
    await press(page, 'Arrêter cette aide : Zoé Martin');
    await heading(page, 'Arrêter cette aide');
    await press(page, 'Arrêter cette aide');
    await heading(page, 'Aide arrêtée');
  }, { focus: 'h1' }),
  scene('accept', toAccept, { focus: 'h1' }),
  scene('accept-refused', async (page) => {
    await toAccept(page);
    await page.getByLabel('Code reçu').fill('k7qm 2w9f 4txa');
    await press(page, 'Accepter cette aide');
    await page.locator('.summary').waitFor();
  }, { ...failing, api: { 'POST /api/carer-invitations': refusal(422, 'access.invitation_refused') } }),
  scene('accepted', async (page) => {
    await toAccept(page);
    await page.getByLabel('Code reçu').fill('k7qm 2w9f 4txa');
    await press(page, 'Accepter cette aide');
    await heading(page, 'Aide acceptée');
  }, { focus: 'h1' }),
  { ...scene('helped-home', async (page) => {
    await page.getByRole('link', { name: 'Qui a consulté son dossier' }).waitFor();
    for (const name of ['Ajouter un document', 'Ses aidants']) if ((await page.getByRole('link', { name, exact: true }).count()) > 0) throw new Error(`« ${name} » was not entrusted and is offered`);
  }, { says: ['Espace de Rose Tournier (que vous aidez)', "Vous êtes dans l'espace d'une autre personne."] }), path: '/espace/h4' },
  { ...scene('helped-scope', null, { api: { 'GET /api/spaces/h4/traces': refusal(403, 'access.out_of_scope') }, says: ['Cette page ne vous est pas confiée'] }), path: '/espace/h4/qui-a-consulte' },
  forChild('child', (page) => page.getByText('Un accès personnel, à partir de 16 ans').waitFor(), { says: ['Ses aidants', 'Demander la discrétion'] }),
  forChild('own', async (page) => {
    await link(page, 'Un accès personnel, à partir de 16 ans');
    await heading(page, 'Un accès personnel, à partir de 16 ans');
  }, { focus: 'h1' }),
  forChild('discretion', async (page) => {
    await link(page, 'Demander la discrétion');
    await heading(page, 'Demander la discrétion');
  }, { focus: 'h1' }),
  forChild('discretion-saved', async (page) => {
    await link(page, 'Demander la discrétion');
    await page.getByRole('radio', { name: 'Oui, cacher les lieux' }).check();
    await press(page, 'Enregistrer');
    await heading(page, 'Choix enregistré');
  }, { focus: 'h1' }),
];
