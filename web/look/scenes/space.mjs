// A space: its home, its settings, its children, closing and reopening.
import { refusal } from '../api.mjs';
import { code, password, press, receipt, sent, type } from '../people.mjs';
import { child, own, session, space } from '../space_people.mjs';

export const secrets = ['Nadia', 'Léa', 'Benali', 'biologie', 'Radio', 'Ordonnance', code, 'trois chats'];
const failing = { focus: '.summary', title: /^Erreur : / };
const light = { scriptWeight: 150 };

const kids = [
  { who: child.who, name: child.name, birth_date: '2019-05-12', state: 'opened_by_holder' },
  { who: 'k2', name: 'Maxence Martin-Delacroix', birth_date: '2024-11-02', state: 'notified', deadline: '2025-03-14' },
  { who: 'k3', name: 'Zoé Martin', birth_date: '2021-08-30', state: 'objected', refusable_until: '2025-04-16T22:00:00Z' },
];
const closed = { ...own, state: 'closed' };
const api = {
  'GET /api/session': session(own, child),
  'GET /api/spaces/moi': space(own, { new_documents: 2 }),
  [`GET /api/spaces/${child.who}`]: space(child),
  'GET /api/children': { children: kids },
  'POST /api/reauthentication': { sent },
  'POST /api/reauthentication/code': { status: 204 },
  'POST /api/spaces/moi/closure': { status: 201, body: { receipt: receipt('closed'), kept_until: '2035-03-04' } },
  'POST /api/spaces/moi/erasure': { status: 201, body: { receipt: receipt('erasure_asked'), kept_until: '2025-04-02' } },
  'POST /api/spaces/moi/reopening': { status: 201, body: { receipt: receipt('reopened') } },
  'POST /api/children/k2/activation': { status: 201, body: { receipt: receipt('opened') } },
  'POST /api/children/k2/code': { status: 202, body: { channel: 'email', hint: 'n…@exemple.fr', until: '2025-03-05T13:05:00Z' } },
  'POST /api/children/k3/refusal': { status: 201, body: { receipt: receipt('refused') } },
  'POST /api/children/k2/objection': { status: 201, body: { receipt: receipt('objected') } },
  'POST /api/spaces/moi/second-letter': { status: 204 },
};
const scene = (name, path, act, more = {}) => ({ name: `space-${name}`, path, act, secrets, ...more, api: { ...api, ...more.api } });
const state = (one, more) => ({ 'GET /api/session': session(one), [`GET /api/spaces/${one.who}`]: { ...space(one, more), opened_on: undefined } });
const heading = (page, name) => page.getByRole('heading', { name, level: 1 }).waitFor();
const link = (page, name) => page.getByRole('link', { name, exact: true }).first().click();

async function confirm(page) {
  await type(page, 'Mot de passe', password);
  await press(page, 'Continuer');
  await page.getByLabel('Code reçu').waitFor();
}

async function toCode(page) {
  await press(page, 'Continuer');
  await confirm(page);
}

async function toReady(page) {
  await toCode(page);
  await type(page, 'Code reçu', '123456');
  await press(page, 'Continuer');
  await page.getByRole('button', { name: 'Télécharger le fichier (ZIP)' }).waitFor();
}

async function close(page) {
  await toCode(page);
  await type(page, 'Code reçu', '123 456');
  await press(page, 'Clôturer mon profil');
  await page.locator('h1:has-text("Profil clôturé"), .summary').first().waitFor();
}

async function toDecision(page) {
  await page.getByRole('link', { name: /^Décider avec son code/u }).first().click();
  await type(page, 'Code provisoire', code);
  await press(page, 'Continuer');
  await heading(page, 'Votre décision');
}

async function toNewCode(page) {
  await page.getByRole('link', { name: /^Décider avec son code/u }).first().click();
  await page.getByRole('link', { name: /en recevoir un autre/u }).click();
  await heading(page, 'Recevoir un nouveau code');
}

async function toRefusal(page) {
  await page.getByRole('link', { name: /^Refuser cette décision/u }).click();
  await heading(page, 'Refuser cette décision');
}

function must(condition, words) {
  if (!condition) throw new Error(words);
}

/** A session that ends when it is told to. */
function leaving() {
  let left = false;
  return {
    'GET /api/session': () => (left ? { signed_in: false } : session(own, child)),
    'POST /api/sign-out': () => {
      left = true;
      return { status: 204 };
    },
  };
}

const second = { 'GET /api/spaces/moi': space(own, { second_letter_awaited: true }) };

export default [
  scene('home', '/espace/moi', (page) => page.getByText('2 nouveaux documents').waitFor(), { ...light, slow: true, forced: true, title: /^Accueil - Carnet$/u, says: ['Espace de Nadia Martin', '2 nouveaux documents'] }),
  scene('home-child', `/espace/${child.who}`, null, { says: ['Espace de Léa Martin (votre enfant)', "Vous êtes dans l'espace de votre enfant."] }),
  scene('home-second', '/espace/moi', null, { api: second, says: ['Une seconde lettre est en route'] }),
  scene('home-closed', '/espace/moi', null, { api: state(closed, { kept_until: '2035-03-04', pending: [{ kind: 'archive_end', on: '2035-03-04' }] }), says: ["Conservé jusqu'au 4 mars 2035"] }),
  scene('home-notified', '/espace/moi', null, { api: state({ ...own, state: 'notified' }, { pending: [{ kind: 'default_opening', on: '2025-03-15' }] }), says: ["n'est pas activé", 'le 15 mars 2025'] }),
  scene('home-suspended', '/espace/moi', null, { api: state({ ...own, state: 'suspended' }), says: ['Appelez le 3422'] }),
  scene('home-error', '/espace/moi', (page) => page.getByText("Une partie de cette page ne s'affiche pas.").waitFor(), { api: { 'GET /api/spaces/moi': refusal(500, 'fault') } }),
  scene('other', '/espace/inconnu', null, { title: /^Cette page n'existe pas/u }),
  scene('home-en', '/espace/moi', null, { english: true, says: ['Space of Nadia Martin', '2 new documents'] }),
  scene('second', '/espace/moi', async (page) => {
    await link(page, "J'ai le code de la lettre");
    await heading(page, 'Code de la seconde lettre');
  }, { api: second, focus: 'h1' }),
  scene('second-wrong', '/espace/moi', async (page) => {
    await link(page, "J'ai le code de la lettre");
    await type(page, 'Code de la lettre', code);
    await press(page, 'Afficher mes documents reçus');
    await page.locator('.summary').waitFor();
  }, { ...failing, api: { ...second, 'POST /api/spaces/moi/second-letter': refusal(422, 'enrollment.facts_do_not_match') } }),
  scene('second-slip', '/espace/moi', async (page, { sent: calls }) => {
    await link(page, "J'ai le code de la lettre");
    await type(page, 'Code de la lettre', `${code.slice(0, 11)}${code[11] === '2' ? '3' : '2'}`);
    await press(page, 'Afficher mes documents reçus');
    await page.locator('.summary').waitFor();
    must(!calls.some((call) => call.path.endsWith('second-letter')), 'a misspelt code was sent');
  }, { ...failing, api: second, says: ['Cela ne compte pas comme un essai.'], story: true }),
  scene('second-done', '/espace/moi', async (page) => {
    await link(page, "J'ai le code de la lettre");
    await type(page, 'Code de la lettre', ` ${code.toLowerCase()} `);
    await press(page, 'Afficher mes documents reçus');
    await heading(page, 'Code accepté');
  }, { api: second, focus: 'h1' }),
  scene('settings', '/espace/moi/parametres', null, { ...light, says: ['Récupérer tous mes documents', 'Clôture du profil', 'Mes enfants'] }),
  scene('export', '/espace/moi/parametres?etape=recuperer', (page) => heading(page, 'Récupérer tous mes documents'), { says: ["Personne ne peut exiger l'accès à ce dossier, même avec votre accord."] }),
  scene('export-ready', '/espace/moi/parametres?etape=recuperer', async (page) => {
    await toCode(page);
    await type(page, 'Code reçu', '123456');
    await press(page, 'Continuer');
    await page.getByRole('button', { name: 'Télécharger le fichier (ZIP)' }).waitFor();
  }, { focus: 'h1' }),
  scene('export-saved', '/espace/moi/parametres?etape=recuperer', async (page) => {
    await toReady(page);
    const [download] = await Promise.all([page.waitForEvent('download'), press(page, 'Télécharger le fichier (ZIP)')]);
    must(download.suggestedFilename() === 'documents-2025-03-04.zip', `saved as ${download.suggestedFilename()}`);
    await page.getByText('Fichier prêt.').waitFor();
  }, { api: { 'GET /api/spaces/moi/export': { status: 200, headers: { 'content-type': 'application/zip' }, body: Buffer.from('PK') } } }),
  scene('export-parts', '/espace/moi/parametres?etape=recuperer', async (page) => {
    await toReady(page);
    await press(page, 'Télécharger le fichier (ZIP)');
    await page.getByRole('button', { name: 'Télécharger la partie 3 sur 3 (ZIP)' }).waitFor();
  }, { api: { 'GET /api/spaces/moi/export': refusal(413, 'record.export_parts', { issues: [{ path: '/part', code: 'too-long', says: '3' }] }) } }),
  scene('export-late', '/espace/moi/parametres?etape=recuperer', async (page) => {
    await toReady(page);
    await press(page, 'Télécharger le fichier (ZIP)');
    await page.locator('.summary').waitFor();
  }, { ...failing, api: { 'GET /api/spaces/moi/export': refusal(403, 'record.reauthentication_needed') } }),
  scene('closure', '/espace/moi/parametres/cloture', null, { ...light, title: /^Clôture du profil - Carnet$/u, says: ["Conservé jusqu'au 4 mars 2035", 'Récupérer tous mes documents'] }),
  scene('closure-child', `/espace/${child.who}/parametres/cloture`, null, { says: ["L'autre parent en est averti"] }),
  scene('closure-password', '/espace/moi/parametres/cloture', (page) => press(page, 'Continuer'), { focus: 'h1' }),
  scene('closure-refused', '/espace/moi/parametres/cloture', async (page) => {
    await press(page, 'Continuer');
    await type(page, 'Mot de passe', 'autre');
    await press(page, 'Continuer');
    await page.locator('.summary').waitFor();
    must((await page.getByLabel('Mot de passe', { exact: true }).inputValue()) === 'autre', 'an error emptied the password');
  }, { ...failing, api: { 'POST /api/reauthentication': refusal(401, 'identity.sign_in_refused') } }),
  scene('closure-code', '/espace/moi/parametres/cloture', async (page) => {
    await toCode(page);
    const boxes = await page.locator('.buttons-equal > *').evaluateAll((all) => all.map((b) => [Math.round(b.getBoundingClientRect().width), Math.round(b.getBoundingClientRect().height), getComputedStyle(b).backgroundColor]));
    must(JSON.stringify(boxes[0]) === JSON.stringify(boxes[1]), `decision buttons differ: ${JSON.stringify(boxes)}`);
  }, { focus: 'h1', says: ['Clôturer mon profil', 'Garder mon espace'] }),
  scene('closure-wrong', '/espace/moi/parametres/cloture', close, { ...failing, api: { 'POST /api/spaces/moi/closure': refusal(422, 'identity.one_time_code_wrong') } }),
  scene('closure-kept', '/espace/moi/parametres/cloture', async (page) => {
    await toCode(page);
    await press(page, 'Garder mon espace');
    await heading(page, "Votre espace n'a pas changé");
  }, { focus: 'h1' }),
  scene('closure-done', '/espace/moi/parametres/cloture', close, { focus: 'h1', print: true, says: ["Conservé jusqu'au 4 mars 2035", 'Reçu n°', 'Télécharger le reçu (PDF)'] }),
  scene('reopening', '/espace/moi/parametres/cloture', null, { api: state(closed), says: ['Rouvrir mon espace'] }),
  scene('reopening-done', '/espace/moi/parametres/cloture', async (page) => {
    await toCode(page);
    await type(page, 'Code reçu', '123456');
    await press(page, 'Rouvrir mon espace');
    await heading(page, 'Votre espace est rouvert');
  }, { api: state(closed), focus: 'h1' }),
  scene('erasure', '/espace/moi/parametres/effacement', null, { says: ['Effacer définitivement mes données', "Récupérez d'abord une copie"] }),
  scene('erasure-code', '/espace/moi/parametres/effacement', toCode, { focus: 'h1' }),
  scene('erasure-asked', '/espace/moi/parametres/effacement', async (page) => {
    await toCode(page);
    await type(page, 'Code reçu', '123 456');
    await press(page, 'Effacer mes données');
    await heading(page, 'Effacement demandé');
  }, { focus: 'h1', says: ["jusqu'au 2 avril 2025 inclus"] }),
  scene('frozen', '/espace/moi', (page) => page.getByRole('heading', { level: 1 }).waitFor(), { api: { 'GET /api/spaces/moi': space(own, { frozen: true }) }, says: ['3422'] }),
  scene('children', '/espace/enfants', (page) => page.getByRole('heading', { name: /Maxence/u }).waitFor(), { ...light, slow: true, title: /^Mes enfants - Carnet$/u, says: ["Réponse possible jusqu'au 14 mars 2025 inclus"] }),
  scene('children-none', '/espace/enfants', null, { api: { 'GET /api/children': { children: [] } }, says: ['Aucun enfant à afficher.'] }),
  scene('children-error', '/espace/enfants', (page) => page.getByText("La liste ne s'affiche pas.").waitFor(), { api: { 'GET /api/children': refusal(500, 'fault') } }),
  scene('child-code', '/espace/enfants', (page) => page.getByRole('link', { name: /^Décider avec son code/u }).first().click(), { focus: 'h1', says: ['Pour Maxence Martin-Delacroix.'] }),
  scene('child-decision', '/espace/enfants', toDecision, { focus: 'h1', says: ['Activer son espace santé', "Je m'oppose à la création de son espace santé"] }),
  scene('child-wrong', '/espace/enfants', async (page) => {
    await toDecision(page);
    await press(page, 'Activer son espace santé');
    await page.locator('.summary').waitFor();
    must((await page.getByLabel('Code provisoire').inputValue()) !== '', 'an error emptied the code');
  }, { ...failing, api: { 'POST /api/children/k2/activation': refusal(422, 'enrollment.facts_do_not_match') } }),
  scene('child-opened', '/espace/enfants', async (page) => {
    await toDecision(page);
    await press(page, 'Activer son espace santé');
    await heading(page, "L'espace de votre enfant est activé");
  }, { focus: 'h1' }),
  scene('child-objected', '/espace/enfants', async (page) => {
    await toDecision(page);
    await press(page, "Je m'oppose à la création de son espace santé");
    await heading(page, 'Opposition enregistrée');
  }, { focus: 'h1' }),
  scene('child-new-code', '/espace/enfants', toNewCode, { focus: 'h1', says: ['Le demander ne décide rien.'] }),
  scene('child-new-code-left', '/espace/enfants', async (page) => {
    await toNewCode(page);
    await press(page, 'Envoyer un nouveau code');
    await heading(page, 'Un nouveau code est parti');
  }, { focus: 'h1', says: ["Il vaut jusqu'au 5 mars 2025"] }),
  scene('child-new-code-lately', '/espace/enfants', async (page) => {
    await toNewCode(page);
    await press(page, 'Envoyer un nouveau code');
    await page.locator('.summary').waitFor();
  }, { ...failing, api: { 'POST /api/children/k2/code': refusal(409, 'enrollment.posted_lately') }, says: ['Une lettre avec un code est partie'] }),
  scene('child-refuse', '/espace/enfants', toRefusal, { focus: 'h1', says: ["L'espace de votre enfant redevient comme avant."] }),
  scene('child-refused', '/espace/enfants', async (page) => {
    await toRefusal(page);
    await press(page, 'Refuser cette décision');
    await heading(page, 'Décision refusée');
  }, { focus: 'h1' }),
  scene('sign-out', '/espace/moi/parametres', async (page, { sent: calls }) => {
    await page.getByRole('main').getByRole('button', { name: 'Me déconnecter' }).click();
    await heading(page, 'Me connecter');
    must(calls.some((call) => call.path === '/api/sign-out'), 'the session was not ended');
    await page.getByText('Vous avez quitté votre espace.').waitFor();
  }, { story: true, api: leaving() }),
  scene('idle', '/aide', async (page, { origin }) => {
    await page.clock.install({ time: new Date('2025-03-04T13:00:00Z') });
    await page.goto(`${origin}/espace/moi/parametres`);
    await page.locator('h1:visible').waitFor();
    await page.clock.runFor(13 * 60_000 + 2000);
    await page.getByText('Il reste deux minutes avant la fermeture de cette page.').waitFor();
    await page.keyboard.press('Enter');
    await page.locator('dialog').waitFor({ state: 'detached' });
    await page.clock.runFor(15 * 60_000 + 2000);
    await page.getByText('Vous avez quitté votre espace.').waitFor();
  }, { story: true, api: leaving() }),
];
