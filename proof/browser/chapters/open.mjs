// Nadia opens her space: seven screens, a slip, a wrong card, a one-time code, a choice until the last page.
import { subjects } from '../mail.mjs';
import { must, mustEqual, mustSay } from '../must.mjs';
import { arrives, choose, field, follow, look, mends, press, says, saysNot, type } from '../page.mjs';
import { readPdf } from '../papers.mjs';

export const nadia = { identifier: 'nadia.martin', password: 'trois chats sur un toit' };
const noMatch = 'Ces informations ne vont pas ensemble. Comparez le code, le numéro et la carte. Date limite passée ?';

export async function open(story) {
  const device = await story.device('nadia');
  story.nadia = device;
  story.secrets.push(story.service.cast.holder.number, story.service.cast.holder.serial, story.nadiaCode, story.nadiaCode.replaceAll('-', ''), nadia.password);
  await device.page.goto(`${story.service.origin}/`);
  await follow(device.page, 'Activer mon espace santé');
  await arrives(device.page, 'Activer mon espace santé', { focus: false });
  await look(story, device, 'activate');
  await press(device.page, "J'ai mon code");
  await enterCode(story, device);
  await enterNumber(story, device);
  await enterSerial(story, device);
  await confirmContact(story, device);
  await chooseAccount(story, device);
  await decide(story, device);
  await receipt(story, device);
}

/** Pastes as a hand would: the clipboard, then Control and V. */
async function paste(page, label, words) {
  await page.evaluate((text) => navigator.clipboard.writeText(text), words);
  await field(page, label).focus();
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Control+V');
}

const calls = (device, path) => device.watch.requests.filter((one) => one.method !== 'GET' && one.path.startsWith(path)).length;

async function enterCode(story, device) {
  const { page } = device;
  const code = story.nadiaCode;
  await arrives(page, 'Code provisoire', { window: 'Code provisoire - Étape 1 sur 7' });
  await type(page, 'Code provisoire', code.slice(0, -1) + (code.endsWith('X') ? 'Y' : 'X'));
  await press(page, 'Continuer');
  await mends(page, 'Ce code contient une faute de frappe. Cela ne compte pas comme un essai.');
  mustEqual(calls(device, '/api/activation'), 0, 'calls made for a code with a slip');
  await look(story, device, 'activate-1-slip');
  const spoken = code.toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l');
  await paste(page, 'Code provisoire', ` ${spoken.slice(0, 4)} ${spoken.slice(5)}`);
  await says(page, '12 signes sur 12');
  await press(page, 'Continuer');
  await arrives(page, 'Numéro de Sécurité sociale', { window: 'Numéro de Sécurité sociale - Étape 2 sur 7' });
  for (const words of ["M'opposer", 'Reprendre plus tard']) await says(page, words);
}

async function enterNumber(story, device) {
  const { page } = device;
  const { number } = story.service.cast.holder;
  await type(page, 'Votre numéro', number.slice(0, 13));
  await press(page, 'Continuer');
  await mends(page, 'Il manque la clé, les 2 derniers chiffres.');
  await type(page, 'Votre numéro', number.slice(0, 13) + String((Number(number.slice(13)) % 97) + 1).padStart(2, '0'));
  await press(page, 'Continuer');
  await mends(page, 'La clé ne va pas : relisez votre carte.');
  await look(story, device, 'activate-2-key');
  await type(page, 'Votre numéro', number);
  await field(page, 'Votre numéro').blur();
  mustEqual(await field(page, 'Votre numéro').inputValue(), number.replace(/^(.)(..)(..)(..)(...)(...)(..)$/u, '$1 $2 $3 $4 $5 $6 $7'), 'the number read back by groups');
  const [whole, room] = await field(page, 'Votre numéro').evaluate((input) => [input.scrollWidth, input.clientWidth]);
  must(whole <= room, 'the number is seen whole in its field', `${whole} px in ${room}`);
  await press(page, 'Continuer');
  await arrives(page, 'Numéro de série de la carte Vitale', { window: 'Numéro de série de la carte Vitale - Étape 3 sur 7' });
}

async function enterSerial(story, device) {
  const { page, watch } = device;
  const { serial } = story.service.cast.holder;
  const wrong = serial.replace(/.$/u, (last) => String((Number(last) + 1) % 10));
  await type(page, 'Numéro de série', wrong);
  watch.allow(422, '/api/activation/facts');
  await press(page, 'Continuer');
  await mends(page, noMatch);
  await says(page, 'Demander un code provisoire');
  mustEqual(await field(page, 'Numéro de série').inputValue(), wrong, 'the field keeps what was typed');
  await look(story, device, 'activate-3-no-match');
  await type(page, 'Numéro de série', serial);
  await press(page, 'Continuer');
  await arrives(page, "Confirmer que c'est vous", { window: "Confirmer que c'est vous - Étape 4 sur 7" });
}

async function confirmContact(story, device) {
  const { page, watch } = device;
  await says(page, 'Un code part au contact connu de votre caisse.');
  await choose(page, 'SMS au numéro qui finit par 42');
  await look(story, device, 'activate-4-contact');
  await press(page, 'Recevoir le code');
  await arrives(page, 'Code à usage unique', { window: 'Code à usage unique - Étape 4 sur 7' });
  await says(page, /^Envoyé au numéro qui finit par 42, à \d+\sh\s\d\d\.$/u);
  const code = await story.mail.code(story.service.cast.holder.name, subjects.oneTime);
  must(/^\d{6}$/u.test(code), 'a one-time code of six digits', code);
  await type(page, 'Code reçu', code.replace(/.$/u, (last) => String((Number(last) + 1) % 10)));
  watch.allow(422, '/api/activation/contact/confirm');
  await press(page, 'Continuer');
  await mends(page, 'Ce code ne va pas. Prenez le dernier reçu.');
  await type(page, 'Code reçu', `${code.slice(0, 3)} ${code.slice(3)}`);
  await press(page, 'Continuer');
  await arrives(page, 'Identifiant', { window: 'Identifiant - Étape 5 sur 7' });
}

async function chooseAccount(story, device) {
  const { page, watch } = device;
  await type(page, 'Votre identifiant', story.service.cast.parent.identifier);
  watch.allow(409, '/api/activation/identifier');
  await press(page, 'Continuer');
  await mends(page, 'Cet identifiant est déjà pris. Ajoutez-y un mot ou un chiffre.');
  await type(page, 'Votre identifiant', nadia.identifier);
  await look(story, device, 'activate-5-identifier');
  await press(page, 'Continuer');
  await arrives(page, 'Mot de passe', { window: 'Mot de passe - Étape 6 sur 7' });
  await type(page, 'Votre mot de passe', 'trois chats');
  await press(page, 'Continuer');
  await mends(page, 'Il manque 1 caractère.');
  await paste(page, 'Votre mot de passe', nadia.password);
  await press(page, 'Afficher le mot de passe');
  mustEqual(await field(page, 'Votre mot de passe').inputValue(), nadia.password, 'the pasted password, shown');
  mustEqual(await field(page, 'Votre mot de passe').getAttribute('type'), 'text', 'the password can be seen');
  await press(page, 'Masquer le mot de passe');
  await press(page, 'Continuer');
  await arrives(page, 'Vérifiez, puis décidez', { window: 'Vérifiez, puis décidez - Étape 7 sur 7' });
}

async function decide(story, device) {
  const { page } = device;
  await says(page, /^Votre code est valable jusqu'au .+ inclus\./u);
  for (const words of ['Si vous activez :', 'Si vous vous opposez :']) await says(page, new RegExp(words, 'u'));
  await saysNot(page, nadia.password);
  const weights = await page.locator('main .buttons-equal > *').evaluateAll((buttons) => buttons.map((b) => [b.textContent, b.offsetWidth, b.offsetHeight, getComputedStyle(b).backgroundColor, getComputedStyle(b).color, getComputedStyle(b).fontSize, getComputedStyle(b).fontWeight]));
  mustEqual(weights.map((one) => one[0]).join(' | '), "Activer mon espace santé | Je m'oppose à la création de Mon espace santé", 'two decisions');
  mustEqual(JSON.stringify(weights[1].slice(3)), JSON.stringify(weights[0].slice(3)), 'the decisions look the same');
  mustEqual(weights[1][1], weights[0][1], 'the decisions are as wide');
  await look(story, device, 'activate-7-decide');
  await press(page, 'Activer mon espace santé');
}

async function receipt(story, device) {
  const { page, context } = device;
  await arrives(page, 'Votre espace est activé');
  await says(page, /^(Lundi|Mardi|Mercredi|Jeudi|Vendredi|Samedi|Dimanche) \d+(er)? \p{L}+ \d{4}, \d+ h \d\d\. Reçu n° /u);
  await look(story, device, 'activate-receipt');
  const pdf = await readReceipt(story, page, context);
  mustSay(pdf.text, /activ|ouvert/u, 'the receipt');
  device.watch.allow(404, '/api/activation');
  await page.goBack();
  await page.waitForTimeout(300);
  await saysNot(page, nadia.password);
  await page.goForward();
  await arrives(page, 'Votre espace est activé', { focus: false });
  await follow(page, 'Aller à mon espace');
  await arrives(page, 'Accueil');
  await says(page, 'Espace de Nadia');
  await look(story, device, 'space-home');
  await story.mail.find(story.service.cast.holder.name, subjects.opened);
}

/** The receipt's paper, which needs no account to be read again. */
export async function readReceipt(story, page, context) {
  const address = await page.getByRole('link', { name: 'Télécharger le reçu (PDF)' }).getAttribute('href');
  const answer = await context.request.get(new URL(address, story.service.origin).href);
  mustEqual(answer.status(), 200, 'the receipt as a PDF');
  const pdf = await readPdf(await answer.body());
  const number = (await page.locator('main').innerText()).replace(/\s+/gu, ' ').match(/Reçu n° (\S+)/u)?.[1];
  must(number, 'the number of the receipt', await page.locator('main').innerText());
  mustSay(pdf.text, number, 'the PDF of the receipt');
  return pdf;
}
