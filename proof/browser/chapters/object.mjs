// Odile objects, having lost her letter; a wrong card gets the same page; Marthe objects by the keyboard alone.
import { marthe, nameOf } from '../fixtures.mjs';
import { subjects } from '../mail.mjs';
import { must, mustEqual, mustSay } from '../must.mjs';
import { arrives, focusIsSeen, follow, look, press, says, tabTo, type } from '../page.mjs';
import { readReceipt } from './open.mjs';

const decision = "Je m'oppose à la création de Mon espace santé";

export async function object(story) {
  const odile = await story.device('odile');
  const right = await withoutCode(story, odile, story.service.cast.objector.serial, 'right');
  const stranger = await story.device('stranger');
  const wrong = await withoutCode(story, stranger, '9999999999', 'wrong');
  mustEqual(wrong.answer, right.answer, 'the service answers the same bytes, right or wrong');
  mustEqual(wrong.page, right.page, 'the page is the same, right or wrong');
  await stranger.context.close();
  await finish(story, odile);
  await story.service.carnetRefuses(/4\d\d/u, 'demo', 'deposit', story.files.pdf, '--for', 'objector');
}

async function withoutCode(story, device, serial, name) {
  const { page } = device;
  const { number } = story.service.cast.objector;
  story.secrets.push(number, story.service.cast.objector.serial);
  await page.goto(`${story.service.origin}/`);
  await follow(page, "M'opposer à mon espace santé");
  await arrives(page, "M'opposer à mon espace santé", { focus: false });
  await says(page, 'Aucun espace ne sera créé. Vous pourrez changer d\'avis.');
  if (name === 'right') await look(story, device, 'object');
  await press(page, "Je n'ai pas reçu de code");
  await arrives(page, 'Numéro de Sécurité sociale');
  await type(page, 'Votre numéro', number);
  await press(page, 'Continuer');
  await arrives(page, 'Numéro de série de la carte Vitale');
  await type(page, 'Numéro de série', serial);
  const came = page.waitForResponse((response) => response.url().endsWith('/api/code-requests'));
  await press(page, 'Demander un code provisoire');
  const response = await came;
  await arrives(page, 'Opposition commencée, pas terminée');
  await says(page, /^Fait : demande du /u);
  await says(page, "À faire : entrer le code d'opposition");
  await says(page, /Sans lui, l'espace s'ouvrira\.$/u);
  await look(story, device, `object-begun-${name}`);
  const headers = Object.entries(await response.allHeaders()).filter(([header]) => !/^(date|x-request-id)$/u.test(header));
  return { answer: `${response.status()} ${JSON.stringify(headers)} ${await response.text()}`, page: await page.locator('body').innerHTML() };
}

/** The code came by letter: code, number, decision. */
async function finish(story, device) {
  const { page } = device;
  const { name, number } = story.service.cast.objector;
  const code = await story.mail.code(name, subjects.code);
  await press(page, "J'ai reçu le code");
  await arrives(page, 'Code provisoire', { window: 'Code provisoire - Étape 1 sur 3' });
  await type(page, 'Code provisoire', code);
  await press(page, 'Continuer');
  await arrives(page, 'Numéro de Sécurité sociale', { window: 'Numéro de Sécurité sociale - Étape 2 sur 3' });
  mustEqual((await page.getByLabel('Votre numéro').inputValue()).replaceAll(/\s/gu, ''), number, 'the number is not asked twice');
  await press(page, 'Continuer');
  await arrives(page, 'Votre décision', { window: 'Votre décision - Étape 3 sur 3' });
  await look(story, device, 'object-decide');
  await press(page, decision);
  await arrives(page, 'Opposition enregistrée');
  await says(page, "Changer d'avis");
  await look(story, device, 'object-receipt');
  const pdf = await readReceipt(story, page, device.context);
  mustSay(pdf.text, /opposition/iu, 'the receipt');
  await story.mail.find(name, subjects.objected);
  await device.context.close();
}

/** From the home page to the receipt without touching anything but keys; each stop is seen. */
export async function keyboard(story) {
  const code = await story.mail.code(nameOf(marthe), subjects.announced);
  const device = await story.device('marthe');
  const { page } = device;
  await page.goto(`${story.service.origin}/`);
  await arrives(page, 'Votre carnet de santé, tenu par vous', { focus: false });
  await page.keyboard.press('Tab');
  must((await page.evaluate(() => document.activeElement?.textContent)) === 'Aller au contenu', 'the first stop skips to the content', await page.evaluate(() => document.activeElement?.outerHTML));
  await focusIsSeen(page);
  await go(page, "M'opposer à mon espace santé", 'Enter');
  await arrives(page, "M'opposer à mon espace santé", { focus: false });
  await go(page, "J'ai mon code", 'Space');
  await arrives(page, 'Code provisoire');
  await tabTo(page, 'Code provisoire');
  await page.keyboard.type(code.replaceAll('-', '').toLowerCase());
  await page.keyboard.press('Enter');
  await arrives(page, 'Numéro de Sécurité sociale');
  await tabTo(page, 'Votre numéro');
  await page.keyboard.type(marthe.number);
  await page.keyboard.press('Enter');
  await arrives(page, 'Votre décision');
  await go(page, decision, 'Enter');
  await arrives(page, 'Opposition enregistrée');
  await device.context.close();
}

async function go(page, words, key) {
  await tabTo(page, words);
  await focusIsSeen(page);
  await page.keyboard.press(key);
}
