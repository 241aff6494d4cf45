// Objecting, closing, asking for a code: with and without one.
import { refusal } from '../api.mjs';
import { code, number, press, receipt, secrets, serial, type } from '../people.mjs';

const api = {
  'POST /api/objection': { status: 201, body: { receipt: receipt('objected') } },
  'POST /api/closure': { status: 201, body: { receipt: receipt('closed'), kept_until: '2035-03-04' } },
  'POST /api/code-requests': { status: 202, body: { requested_on: '2025-03-04', purpose: 'object' } },
};
const scene = (name, path, act, more = {}) => ({ name, path, api, act, secrets, ...more });
const failing = { focus: '.summary', title: /^Erreur : / };

async function withCode(page) {
  await press(page, "J'ai mon code");
  await type(page, 'Code provisoire', code);
  await press(page, 'Continuer');
  await type(page, 'Votre numéro', number);
  await press(page, 'Continuer');
  await page.getByRole('heading', { name: 'Votre décision' }).waitFor();
}

async function numbers(page) {
  await type(page, 'Votre numéro', number);
  await press(page, 'Continuer');
  await type(page, 'Numéro de série', serial);
  await press(page, 'Demander un code provisoire');
}

const decide = (name) => async (page) => {
  await withCode(page);
  await press(page, name);
  await page.locator('.summary, h1:has-text("enregistrée"), h1:has-text("clôturé"), h1:has-text("pas changé")').first().waitFor();
};
const objectIt = decide("Je m'oppose à la création de Mon espace santé");

export default [
  scene('object-0', '/opposition', null, { weight: 200 }),
  scene('object-decide', '/opposition', withCode, { focus: 'h1', title: /^Votre décision - Étape 3 sur 3/u }),
  scene('object-nomatch', '/opposition', objectIt, { ...failing, api: { 'POST /api/objection': refusal(422, 'enrollment.facts_do_not_match') }, says: ['Comparez le code et le numéro.'] }),
  scene('object-done', '/opposition', objectIt, { focus: 'h1', print: true, says: ["Changer d'avis", 'Reçu n°'] }),
  scene('object-begun', '/opposition', async (page) => {
    await press(page, "Je n'ai pas reçu de code");
    await numbers(page);
    await page.getByRole('heading', { name: 'Opposition commencée, pas terminée' }).waitFor();
  }, { focus: 'h1', says: ['Fait : demande du 4 mars 2025', "À faire : entrer le code d'opposition", "J'ai reçu le code"] }),
  scene('object-begun-then-code', '/opposition', async (page) => {
    await press(page, "Je n'ai pas reçu de code");
    await numbers(page);
    await press(page, "J'ai reçu le code");
    await type(page, 'Code provisoire', code);
    await press(page, 'Continuer');
    if ((await page.getByLabel('Votre numéro').inputValue()).replaceAll(' ', '') !== number) throw new Error('the number is asked twice');
    await press(page, 'Continuer');
    await press(page, "Je m'oppose à la création de Mon espace santé");
    await page.getByRole('heading', { name: 'Opposition enregistrée' }).waitFor();
  }, { story: true }),
  scene('close-0', '/cloturer', null),
  scene('close-decide', '/cloturer', withCode, { says: ['Clôturer mon profil', 'Garder mon espace'] }),
  scene('close-kept', '/cloturer', decide('Garder mon espace')),
  scene('close-done', '/cloturer', decide('Clôturer mon profil'), { print: true, says: ["Conservé jusqu'au 4 mars 2035"] }),
  scene('code-0', '/code', null),
  scene('code-error', '/code', (page) => press(page, 'Continuer'), failing),
  scene('code-begun', '/code', async (page) => {
    await page.getByLabel('Activer mon espace santé').check();
    await press(page, 'Continuer');
    await numbers(page);
    await page.getByRole('heading', { name: 'Code demandé' }).waitFor();
  }, { focus: 'h1' }),
];
