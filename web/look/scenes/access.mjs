// « Qui peut voir mon dossier », « Qui peut voir ce document ? », masking: in every state.
import { refusal } from '../api.mjs';
import { access, emergencies, explains, nobody } from '../access_people.mjs';
import { press } from '../people.mjs';
import { child, documents, lister, own, session, space } from '../space_people.mjs';
import { secrets as ofSpace } from './space.mjs';

export const secrets = [...ofSpace, 'Roy', 'Zoé', '10001234567', '8842'];
const failing = { focus: '.summary', title: /^Erreur : / };
const light = { scriptWeight: 150 };
const all = documents(12);
const masked = { ...all[1], masked: true, masked_by: 'holder', visible_in_emergency: false };
export const api = {
  'GET /api/session': session(own, child),
  'GET /api/spaces/moi': space(own),
  [`GET /api/spaces/${child.who}`]: space(child),
  'GET /api/spaces/moi/access': access,
  'GET /api/spaces/moi/access/emergencies': { emergencies },
  'POST /api/spaces/moi/explain': explains,
  'GET /api/spaces/moi/documents': lister(all),
  'GET /api/spaces/moi/documents/d1': all[1],
  'POST /api/spaces/moi/documents/d1/view': refusal(500, 'fault'),
  'POST /api/spaces/moi/documents/d1/visibility': ({ body }) => ({ ...all[1], ...body }),
  'POST /api/spaces/moi/access/block': { status: 204 },
  'POST /api/spaces/moi/access/unblock': { status: 204 },
  'POST /api/spaces/moi/access/refuse': { status: 204 },
  'PUT /api/spaces/moi/access/emergency': { status: 204 },
  'POST /api/spaces/moi/access/emergencies/2/contest': { status: 204 },
  'POST /api/spaces/moi/access/consultation-code': { status: 201, body: { code: '8842 1097', valid_until: '2025-03-04T13:15:00Z' } },
};
const scene = (name, path, act, more = {}) => ({ name: `access-${name}`, path, act, secrets, ...more, api: { ...api, ...more.api } });
const who = (name, act, more) => scene(name, '/espace/moi/qui-peut-voir', act, more);
const heading = (page, name) => page.getByRole('heading', { name, level: 1 }).waitFor();
const link = (page, name) => page.getByRole('link', { name, exact: true }).first().click();
const choose = (page, name) => page.getByRole('radio', { name }).check();
function must(condition, words) {
  if (!condition) throw new Error(words);
}

async function toBlock(page) {
  await press(page, 'Bloquer : Dr Paul Roy');
  await heading(page, 'Bloquer un professionnel');
}

async function toQuestion(page) {
  await link(page, 'Qui peut voir ce document ?');
  await heading(page, 'Qui peut voir ce document ?');
  await page.getByRole('radio').first().waitFor();
}

const answer = (label, expected) => async (page) => {
  await toQuestion(page);
  await choose(page, label);
  await press(page, 'Voir la réponse');
  await heading(page, expected);
};

async function toMask(page) {
  await link(page, 'Masquer aux professionnels');
  await heading(page, 'Masquer aux professionnels');
  await page.getByText('Non', { exact: true }).first().waitFor();
}

const onDocument = (name, act, more = {}) => scene(name, '/espace/moi/documents/d1', act, { ...more, api: { ...more.api } });

export default [
  who('list', (page) => page.getByText('Dr Lina Benali').first().waitFor(), { ...light, slow: true, forced: true, title: /^Qui peut voir mon dossier - Carnet$/u, says: ['Pourquoi : est votre médecin traitant, fait partie de votre équipe de soins depuis le 1er février 2024.', 'Accès bloqué par vous. Ne voit plus rien, sauf quand le 15 est appelé.', "Si je ne peux pas m'exprimer : autorisé"] }),
  who('list-english', (page) => page.getByText('Dr Lina Benali').first().waitFor(), { english: true, says: ['Who can see my record', 'If I cannot speak: allowed'] }),
  who('empty', null, { api: { 'GET /api/spaces/moi/access': nobody }, says: ['Aucun professionnel à afficher.'] }),
  who('loading', (page) => page.getByText('Chargement de la liste.').waitFor(), { api: { 'GET /api/spaces/moi/access': 'never' } }),
  who('error', (page) => page.getByText("La liste ne s'affiche pas.").waitFor(), { api: { 'GET /api/spaces/moi/access': refusal(500, 'fault') } }),
  who('block', toBlock, { focus: 'h1', says: ['Vous bloquez : Dr Paul Roy', 'Une seule exception : le médecin du 15'] }),
  who('blocked', async (page, { sent }) => {
    await toBlock(page);
    await press(page, 'Bloquer cette personne');
    await heading(page, 'Professionnel bloqué');
    must(sent.some((call) => call.path.endsWith('/access/block') && call.body.rpps === '10007654321'), 'the right person was not blocked');
  }, { focus: 'h1' }),
  who('block-failed', async (page) => {
    await toBlock(page);
    await press(page, 'Bloquer cette personne');
    await page.locator('.summary').waitFor();
  }, { ...failing, api: { 'POST /api/spaces/moi/access/block': 'unreachable' } }),
  who('unblock', async (page) => {
    await press(page, 'Débloquer : Dr Jean Mallet');
    await heading(page, 'Débloquer un professionnel');
  }, { focus: 'h1' }),
  who('refuse', async (page) => {
    await press(page, 'Retirer de mon équipe : Dr Paul Roy');
    await heading(page, 'Retirer de mon équipe');
  }, { focus: 'h1' }),
  who('number', async (page) => {
    await press(page, 'Bloquer avec son numéro RPPS');
    await page.getByLabel('Numéro RPPS').fill('1000 123');
    await press(page, 'Continuer');
    await page.locator('.summary').waitFor();
  }, { ...failing, says: ['Ce numéro compte 7 chiffres. Il en faut 11.'] }),
  who('emergency', (page) => link(page, "Changer : Si je ne peux pas m'exprimer"), { focus: 'h1', says: ['Autoriser', 'Refuser'] }),
  who('emergency-15', (page) => link(page, 'Changer : Quand le 15 est appelé'), { focus: 'h1' }),
  who('emergency-saved', async (page, { sent }) => {
    await link(page, "Changer : Si je ne peux pas m'exprimer");
    await choose(page, /^Refuser/u);
    await press(page, 'Enregistrer');
    await heading(page, 'Choix enregistré');
    const put = sent.find((call) => call.method === 'PUT');
    must(JSON.stringify(put?.body) === '{"bris_de_glace":false}', `one refusal carried another: ${JSON.stringify(put?.body)}`);
  }, { focus: 'h1', api: { 'GET /api/spaces/moi/access': [access, { ...access, emergency: { bris_de_glace: false, centre_15: true } }] }, says: ["Si je ne peux pas m'exprimer : refusé"] }),
  who('reviews', async (page) => {
    await link(page, 'Accès en urgence');
    await page.getByText('Dr Sofia Haddad').waitFor();
  }, { focus: 'h1', says: ['Vous avez signalé cet accès le 12 février 2025.'] }),
  who('reviews-empty', async (page) => {
    await link(page, 'Accès en urgence');
    await page.getByText("Aucun accès en urgence à afficher.").waitFor();
  }, { api: { 'GET /api/spaces/moi/access/emergencies': { emergencies: [] } } }),
  who('reviews-error', async (page) => {
    await link(page, 'Accès en urgence');
    await page.getByText('Les accès en urgence sont conservés').waitFor();
  }, { api: { 'GET /api/spaces/moi/access/emergencies': refusal(500, 'fault') } }),
  who('contest', async (page) => {
    await link(page, 'Accès en urgence');
    await page.getByRole('button', { name: /^Je ne comprends pas cet accès : Dr Paul Roy/u }).click();
    await heading(page, 'Je ne comprends pas cet accès');
  }, { focus: 'h1' }),
  who('contested', async (page) => {
    await link(page, 'Accès en urgence');
    await page.getByRole('button', { name: /^Je ne comprends pas cet accès : Dr Paul Roy/u }).click();
    await press(page, 'Signaler cet accès');
    await heading(page, 'Accès signalé');
  }, { focus: 'h1' }),
  who('consultation', (page) => link(page, 'Un code pour une consultation'), { focus: 'h1' }),
  who('consultation-code', async (page) => {
    await link(page, 'Un code pour une consultation');
    await press(page, 'Afficher un code');
    await heading(page, 'Votre code de consultation');
  }, { focus: 'h1', says: ['8842 1097', "Valable jusqu'à 14 h 15, une seule fois."] }),
  who('someone', async (page) => {
    await link(page, 'Qui peut ouvrir mon dossier ?');
    await choose(page, 'Une mutuelle, un assureur, un employeur');
    await press(page, 'Voir la réponse');
    await heading(page, 'Non');
  }, { focus: 'h1', title: /^Non - Qui peut ouvrir mon dossier/u, says: ["Jamais. La loi l'interdit, même avec votre accord."] }),
  { ...scene('child', `/espace/${child.who}/qui-peut-voir`, null, { says: ['Qui peut voir son dossier', 'Paul Martin : parent'] }), api: { ...api, [`GET /api/spaces/${child.who}/access`]: { ...access, carers: [], parents: [{ person: 'me', name: 'Nadia Martin', ended_by_judge: false }, { person: 'p', name: 'Paul Martin', ended_by_judge: false }] } } },
  onDocument('document', (page) => page.getByRole('link', { name: 'Qui peut voir ce document ?' }).waitFor(), { says: ['Masquer aux professionnels'] }),
  onDocument('document-masked', (page) => page.getByText('Changer ce qui est masqué').waitFor(), { api: { 'GET /api/spaces/moi/documents/d1': masked }, says: ['Masqué aux professionnels', 'par vous.'] }),
  onDocument('document-masked-by-author', (page) => page.getByText('Changer ce qui est masqué').waitFor(), { api: { 'GET /api/spaces/moi/documents/d1': { ...masked, masked_by: 'author' } }, says: ["par le professionnel qui l'a déposé."] }),
  onDocument('document-withheld', (page) => page.getByText('la discrétion a été demandée').waitFor(), { api: { 'GET /api/spaces/moi/documents/d1': { ...all[1], title: 'Compte rendu de biologie', author: { name: '' }, may_mask: false }, 'POST /api/spaces/moi/documents/d1/view': refusal(403, 'record.place_withheld') }, says: ['Déposé par un lieu de soins'] }),
  onDocument('explain', async (page) => {
    await toQuestion(page);
    await choose(page, /^Un professionnel inconnu/u);
  }, { says: ['Sa profession', 'Hugo Martin-Delacroix de la Villardière, aidant'] }),
  onDocument('explain-none', async (page) => {
    await toQuestion(page);
    await press(page, 'Voir la réponse');
    await page.locator('.summary').waitFor();
  }, failing),
  onDocument('explain-yes', answer('Mon médecin traitant', 'Oui'), { focus: 'h1', title: /^Oui - Qui peut voir ce document/u, says: ['Votre médecin traitant peut voir ce document.', "C'est votre médecin traitant, déclaré à l'Assurance Maladie."] }),
  onDocument('explain-no', answer(/^Un professionnel inconnu/u, 'Non'), { focus: 'h1', says: ['Un professionnel inconnu (chirurgie dentaire) ne peut pas voir ce document.'] }),
  onDocument('explain-suppose', async (page) => {
    await answer(/^Les urgences/u, 'Oui')(page);
    await press(page, 'Et si je masque ce document ?');
    await page.getByText("sans la case « Visible en cas d'urgence »").waitFor();
  }, { says: ['Si ce document est masqué', "Rien n'est changé pour l'instant."] }),
  onDocument('explain-nobody', async (page) => {
    await toQuestion(page);
    await choose(page, 'Mon médecin traitant');
    await press(page, 'Voir la réponse');
    await page.getByText("Aucun médecin traitant n'est déclaré pour vous.").waitFor();
  }, { api: { 'POST /api/spaces/moi/explain': refusal(422, 'access.viewer') } }),
  onDocument('explain-error', async (page) => {
    await toQuestion(page);
    await choose(page, 'Mon médecin traitant');
    await press(page, 'Voir la réponse');
    await page.getByText("La réponse ne s'affiche pas.").waitFor();
  }, { api: { 'POST /api/spaces/moi/explain': refusal(500, 'fault') } }),
  onDocument('mask', toMask, { focus: 'h1', says: ['Le verront encore :', "votre médecin traitant déclaré à l'Assurance Maladie."] }),
  onDocument('mask-emergency', async (page) => {
    await toMask(page);
    await page.getByLabel(/^Visible en cas d'urgence/u).check();
    await page.getByText('Oui', { exact: true }).nth(3).waitFor();
  }, {}),
  onDocument('mask-done', async (page, { sent }) => {
    await toMask(page);
    await press(page, 'Masquer ce document');
    await heading(page, 'Document masqué');
    must(JSON.stringify(sent.find((call) => call.path.endsWith('/visibility'))?.body) === '{"masked":true,"visible_in_emergency":false}', 'the visibility that was asked for was not sent');
  }, { focus: 'h1', says: ["En cas d'urgence, il reste masqué."] }),
  onDocument('mask-failed', async (page) => {
    await toMask(page);
    await press(page, 'Masquer ce document');
    await page.locator('.summary').waitFor();
  }, { ...failing, api: { 'POST /api/spaces/moi/documents/d1/visibility': refusal(403, 'access.flags_not_together') } }),
  onDocument('unmask', async (page) => {
    await link(page, 'Changer ce qui est masqué');
    await heading(page, 'Document masqué');
  }, { focus: 'h1', api: { 'GET /api/spaces/moi/documents/d1': masked }, says: ['Le rendre visible'] }),
  onDocument('unmask-done', async (page) => {
    await link(page, 'Changer ce qui est masqué');
    await choose(page, /^Le rendre visible/u);
    await press(page, 'Enregistrer');
    await heading(page, 'Document visible');
  }, { focus: 'h1', api: { 'GET /api/spaces/moi/documents/d1': masked } }),
];
