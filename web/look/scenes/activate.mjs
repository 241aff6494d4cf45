// Activating: each step as it comes, as it refuses, as it ends.
import { refusal } from '../api.mjs';
import { code, flow, identifier, number, password, press, receipt, secrets, sent, serial, type } from '../people.mjs';

const api = {
  'POST /api/activation/facts': { status: 201, body: flow },
  'POST /api/activation/contact': { status: 202, body: sent },
  'POST /api/activation/contact/confirm': { ...flow, contact_confirmed: true, sent },
  'POST /api/activation/identifier': { status: 204 },
  'POST /api/activation/open': { status: 201, body: { receipt: receipt('opened'), who: 'moi' } },
  'POST /api/activation/object': { status: 201, body: { receipt: receipt('objected') } },
};

async function toStep(page, step) {
  await press(page, "J'ai mon code");
  if (step === 1) return;
  await type(page, 'Code provisoire', ` ${code.slice(0, 4).toLowerCase()} ${code.slice(4, 8).toLowerCase()}-${code.slice(8).toLowerCase()}`);
  await press(page, 'Continuer');
  if (step === 2) return;
  await type(page, 'Votre numéro', number);
  await press(page, 'Continuer');
  if (step === 3) return;
  await type(page, 'Numéro de série', serial);
  await press(page, 'Continuer');
  await page.getByRole('heading', { name: "Confirmer que c'est vous" }).waitFor();
  if (step === 4) return;
  await press(page, 'Recevoir le code');
  await page.getByRole('heading', { name: 'Code à usage unique' }).waitFor();
  if (step === 'code') return;
  await type(page, 'Code reçu', '123 456');
  await press(page, 'Continuer');
  await page.getByRole('heading', { name: 'Identifiant' }).waitFor();
  if (step === 5) return;
  await type(page, 'Votre identifiant', identifier);
  await press(page, 'Continuer');
  await page.getByRole('heading', { name: 'Mot de passe' }).waitFor();
  if (step === 6) return;
  await type(page, 'Votre mot de passe', password);
  await press(page, 'Continuer');
  await page.getByRole('heading', { name: 'Vérifiez, puis décidez' }).waitFor();
}

const at = (step, then) => async (page, context) => {
  await toStep(page, step);
  if (then) await then(page, context);
};
const scene = (name, act, more = {}) => ({ name: `activate-${name}`, path: '/activer', api, act, secrets, ...more });
const failing = { focus: '.summary', title: /^Erreur : / };

function must(condition, words) {
  if (!condition) throw new Error(words);
}

async function equalButtons(page) {
  const boxes = await page.locator('main .buttons-equal > *').evaluateAll((buttons) => buttons.map((b) => [b.getBoundingClientRect().width, b.getBoundingClientRect().height, getComputedStyle(b).backgroundColor, getComputedStyle(b).color, getComputedStyle(b).fontSize, getComputedStyle(b).fontWeight]));
  const [width, , ...rest] = boxes[0];
  must(boxes.every((box) => box[0] === width && JSON.stringify(box.slice(2)) === JSON.stringify(rest) && Math.abs(box[1] - boxes[0][1]) < 1), `decision buttons differ: ${JSON.stringify(boxes)}`);
}

export default [
  scene('0', null, { slow: true, weight: 200, title: /^Activer mon espace santé - Carnet$/u }),
  scene('0-child', (page) => press(page, 'Pour mon enfant')),
  scene('1-code', at(1, (page) => page.getByLabel('Code provisoire').pressSequentially('k7qm2w9f')), { focus: '#code', title: /^Code provisoire - Étape 1 sur 7 - Carnet$/u, says: ['8 signes sur 12'], forced: true }),
  scene('1-slip', at(1, async (page, { sent: calls }) => {
    await type(page, 'Code provisoire', code.slice(0, 11) + (code[11] === 'X' ? 'Y' : 'X'));
    const before = calls.length;
    await press(page, 'Continuer');
    must(calls.length === before, 'a misspelt code was sent');
  }), { ...failing, says: ['Ce code contient une faute de frappe. Cela ne compte pas comme un essai.'] }),
  scene('1-empty', at(1, (page) => press(page, 'Continuer')), failing),
  scene('2-number', at(2, async (page) => {
    await type(page, 'Votre numéro', number);
    await page.getByLabel('Votre numéro').blur();
    must((await page.getByLabel('Votre numéro').inputValue()) === '2 55 08 14 168 025 38', 'the number is not read back by groups');
    await page.evaluate(() => document.querySelector('h1').focus());
  }), { focus: 'h1', title: /^Numéro de Sécurité sociale - Étape 2 sur 7/u }),
  scene('2-nokey', at(2, async (page) => {
    await type(page, 'Votre numéro', number.slice(0, 13));
    await press(page, 'Continuer');
  }), { ...failing, says: ['Il manque la clé, les 2 derniers chiffres.'] }),
  scene('2-key', at(2, async (page) => {
    await type(page, 'Votre numéro', `${number.slice(0, 13)}39`);
    await press(page, 'Continuer');
  }), { ...failing, says: ['La clé ne va pas : relisez votre carte.'] }),
  scene('2-corsica', at(2, async (page) => {
    await page.getByLabel('Votre numéro').pressSequentially('184052');
    await press(page, 'Ajouter 2A');
    await page.keyboard.type('12304');
    must((await page.getByLabel('Votre numéro').inputValue()).replaceAll(' ', '') === '184052A12304', `2A went astray: ${await page.getByLabel('Votre numéro').inputValue()}`);
  }), { story: true }),
  scene('3-card', at(3), { focus: 'h1', forced: true }),
  scene('3-nomatch', at(3, async (page) => {
    await type(page, 'Numéro de série', serial);
    await press(page, 'Continuer');
    await page.locator('.summary').waitFor();
  }), { ...failing, api: { ...api, 'POST /api/activation/facts': refusal(422, 'enrollment.facts_do_not_match') }, says: ['Ces informations ne vont pas ensemble.', 'Demander un code provisoire'] }),
  scene('3-wait', at(3, async (page) => {
    await type(page, 'Numéro de série', serial);
    await press(page, 'Continuer');
    await page.locator('.summary').waitFor();
    must((await page.getByLabel('Numéro de série', { exact: true }).inputValue()) === serial, 'an error emptied the field');
  }), { ...failing, api: { ...api, 'POST /api/activation/facts': refusal(429, 'enrollment.wait', { retry_after_s: 900 }) }, says: ["Trop d'essais. Réessayez à"] }),
  scene('3-unreachable', at(3, async (page) => {
    await type(page, 'Numéro de série', serial);
    await press(page, 'Continuer');
    await page.locator('.summary').waitFor();
  }), { ...failing, api: { ...api, 'POST /api/activation/facts': 'unreachable' }, says: ['Le service ne répond pas.'] }),
  scene('3-sending', at(3, async (page) => {
    await type(page, 'Numéro de série', serial);
    await press(page, 'Continuer');
    await page.getByText('Envoi en cours.').waitFor();
  }), { api: { ...api, 'POST /api/activation/facts': 'never' } }),
  scene('3-number-refused', at(3, async (page) => {
    await type(page, 'Numéro de série', serial);
    await press(page, 'Continuer');
    await page.getByRole('heading', { name: 'Numéro de Sécurité sociale' }).waitFor();
    await page.locator('.summary').waitFor();
  }), { ...failing, story: true, api: { ...api, 'POST /api/activation/facts': refusal(422, 'identity.number_key') }, says: ['La clé ne va pas'] }),
  scene('4-contact', at(4), { focus: 'h1', says: ['SMS au numéro qui finit par 42'] }),
  scene('4-none', at(4, (page) => page.getByLabel('E-mail').check()), { api: { ...api, 'POST /api/activation/facts': { status: 201, body: { ...flow, contacts: [], needs_second_letter: true } } }, says: ['Votre caisse ne connaît ni téléphone ni e-mail.'] }),
  scene('4-none-error', at(4, async (page) => {
    await page.getByLabel('SMS').check();
    await type(page, 'Numéro de téléphone', '06 12');
    await press(page, 'Recevoir le code');
  }), { ...failing, api: { ...api, 'POST /api/activation/facts': { status: 201, body: { ...flow, contacts: [], needs_second_letter: true } } } }),
  scene('4-code', at('code', (page) => press(page, 'Recevoir autrement')), { says: ['Envoyé au numéro qui finit par 42'] }),
  scene('4-code-wrong', at('code', async (page) => {
    await type(page, 'Code reçu', '123456');
    await press(page, 'Continuer');
    await page.locator('.summary').waitFor();
  }), { ...failing, api: { ...api, 'POST /api/activation/contact/confirm': refusal(422, 'identity.one_time_code_wrong') }, says: ['Ce code ne va pas. Prenez le dernier reçu.'] }),
  scene('5-identifier', at(5), { focus: 'h1' }),
  scene('5-taken', at(5, async (page) => {
    await type(page, 'Votre identifiant', identifier);
    await press(page, 'Continuer');
    await page.locator('.summary').waitFor();
  }), { ...failing, api: { ...api, 'POST /api/activation/identifier': refusal(409, 'identity.identifier_taken') } }),
  scene('6-password', at(6, async (page) => {
    await type(page, 'Votre mot de passe', 'trois chats');
    await press(page, 'Afficher le mot de passe');
    await press(page, 'Continuer');
  }), { ...failing, says: ['Il manque 1 caractère.'] }),
  scene('7-decide', at(7, equalButtons), { focus: 'h1', says: ["Je m'oppose à la création de Mon espace santé", "jusqu'au 14 mars 2025 inclus"], forced: true }),
  scene('7-common', at(7, async (page) => {
    await press(page, 'Activer mon espace santé');
    await page.locator('.summary').waitFor();
  }), { ...failing, api: { ...api, 'POST /api/activation/open': refusal(422, 'identity.password_common') }, title: /^Erreur : Mot de passe/u }),
  scene('done', at(7, async (page, { sent: calls }) => {
    await press(page, 'Activer mon espace santé');
    await page.getByRole('heading', { name: 'Votre espace est activé' }).waitFor();
    const facts = calls.find((call) => call.path === '/api/activation/facts');
    must(facts.body.code.replaceAll('-', '') === code && facts.body.number === number && facts.body.child === false, `other facts left: ${JSON.stringify(facts.body)}`);
    await page.goBack();
    await page.waitForTimeout(300);
    must((await page.getByLabel('Votre mot de passe').count()) === 0 || (await page.getByLabel('Votre mot de passe').inputValue()) === '', 'the password came back');
    await page.goForward();
    await page.getByRole('heading', { name: 'Votre espace est activé' }).waitFor();
  }), { print: true, says: ['Mardi 4 mars 2025', 'Reçu n° 2025-7F3K-0042', 'Télécharger le reçu (PDF)'] }),
  scene('object', at(7, async (page) => {
    await press(page, "Je m'oppose à la création de Mon espace santé");
    await page.getByRole('heading', { name: 'Opposition enregistrée' }).waitFor();
  }), { focus: 'h1', title: /^Opposition enregistrée - Carnet$/u }),
  scene('later', at(2, (page) => press(page, 'Reprendre plus tard')), { says: ["Rien n'est enregistré. Votre code reste valable jusqu'à sa date limite."] }),
  scene('child', async (page, { sent: calls }) => {
    await press(page, 'Pour mon enfant');
    await toStep(page, 3);
    await type(page, 'Numéro de série', serial);
    await press(page, 'Continuer');
    await page.getByRole('heading', { name: 'Vérifiez, puis décidez' }).waitFor();
    must(calls.find((call) => call.path === '/api/activation/facts').body.child === true, 'the child is not said');
    await press(page, 'Activer son espace santé');
    await page.getByRole('heading', { name: "L'espace de votre enfant est activé" }).waitFor();
    const opened = calls.find((call) => call.path === '/api/activation/open');
    must(JSON.stringify(opened.body) === '{}', `an account was asked of a child: ${JSON.stringify(opened.body)}`);
  }, { story: true, focus: 'h1', api: { ...api, 'POST /api/activation/facts': { status: 201, body: { ...flow, name: 'Léa', child: true, contacts: [], contact_confirmed: true, needs_account: false } } } }),
  scene('gone', at(5, async (page) => {
    await type(page, 'Votre identifiant', identifier);
    await press(page, 'Continuer');
    await page.getByRole('heading', { name: "Cette page s'est fermée" }).waitFor();
  }), { story: true, focus: 'h1', api: { ...api, 'POST /api/activation/identifier': refusal(404, 'activation.none') } }),
  scene('confirm-first', at(7, async (page) => {
    await press(page, 'Activer mon espace santé');
    await page.getByRole('heading', { name: "Confirmer que c'est vous" }).waitFor();
    await page.locator('.summary').waitFor();
  }), { ...failing, story: true, api: { ...api, 'POST /api/activation/open': refusal(409, 'enrollment.contact_not_confirmed') } }),
  scene('language', at(1, async (page) => {
    await type(page, 'Code provisoire', code.slice(0, 6));
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'Provisional code' }).waitFor();
    must((await page.getByLabel('Provisional code').inputValue()).replaceAll(' ', '') === code.slice(0, 6), 'the language emptied the field');
  }), { story: true, focus: '.header-tools button', title: /^Provisional code - Step 1 of 7/u, says: ['6 signs of 12'] }),
];
