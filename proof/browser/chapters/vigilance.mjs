// Is this message a scam? Anyone asks, understands the answer, reports, and finds what to do; no name, no sign-in, nothing left behind.
import { must, mustEqual } from '../must.mjs';
import { arrives, choose, field, follow, look, press, says, type } from '../page.mjs';

const lure = 'Assurance Maladie : votre carte Vitale expire. Mettez-la à jour sous 48h sur https://arneli-carte-vitale.example.net/maj pour rester couvert. Ref QUETZAL8841';
const harmless = 'Bonjour, votre rendez-vous de kinésithérapie est déplacé à jeudi 15 h. À bientôt.';

export async function vigilance(story) {
  const device = await story.device('anyone who received a message');
  story.secrets.push('QUETZAL8841');
  await check(story, device);
  await report(story, device);
  await unsure(story, device);
  await onThePhone(story, device);
  await victim(story, device);
  await learn(story, device);
  await radar(story, device);
  await device.context.close();
}

/** Nothing of a message may be pressed: what is live is ours, by name. */
async function nothingLive({ page }) {
  const live = await page.locator('a[href]').evaluateAll((all) => all.map((a) => a.getAttribute('href')).filter((href) => !/^(\/|#|sms:33700\?)/u.test(href)));
  mustEqual(live.length, 0, `nothing of the message is live (${live.join(', ')})`);
}

async function ask(device, words) {
  await choose(device.page, 'Non');
  await type(device.page, 'Collez le message', words);
  await press(device.page, 'Vérifier');
}

async function check(story, device) {
  const { page } = device;
  await page.goto(`${story.service.origin}/`);
  await follow(page, 'Vérifier un message');
  await arrives(page, 'Vérifier un message', { focus: false });
  await says(page, 'Ni nom, ni numéro, ni connexion. Gardé quelques heures.');
  await look(story, device, 'check');
  await ask(device, lure);
  await arrives(page, "C'est une arnaque. Ne répondez pas.", { window: 'Réponse - Vérifier un message' });
  const words = await page.locator('.verdict, .verdict-action, #answer-reason').allInnerTexts();
  must(words.join(' ').split(/\s+/u).length <= 60, 'the answer holds in 60 words', words.join(' '));
  await page.getByText('Pourquoi ?').click();
  must((await page.locator('mark').count()) > 0, 'the words that decided are marked', await page.locator('.message-shown').innerText());
  mustEqual(await page.locator('.message-shown').innerText(), lure, 'the message is shown as it came');
  await nothingLive(device);
  await look(story, device, 'check-scam');
}

async function report(story, device) {
  const { page } = device;
  await press(page, 'Signaler une arnaque');
  await arrives(page, 'Signalement reçu', { window: 'Réponse - Vérifier un message' });
  await says(page, 'Transférez le SMS au 33700');
  await nothingLive(device);
  const sms = page.locator('a[href^="sms:33700?"]');
  if (device.phone) must(await sms.first().isVisible(), 'on a phone the SMS to 33700 opens ready to go', await page.locator('li[data-step=forward_sms]').innerText());
  mustEqual(await sms.count(), 1, 'messages to 33700 when the sender is not known');
  await look(story, device, 'check-reported');
  await page.getByRole('button', { name: /^Copier\s: Premier message/u }).click();
  await says(page, 'Copié.');
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  must(copied.includes('arneli-carte-vitale.example.net'), 'what is copied is the message', copied);
  await page.goBack();
  await arrives(page, 'Vérifier un message');
}

async function unsure(story, device) {
  const { page } = device;
  await ask(device, harmless);
  await arrives(page, "Nous ne pouvons pas vous l'assurer.", { window: 'Réponse' });
  await says(page, /passez par l'adresse que vous tapez vous-même/u);
  await look(story, device, 'check-unknown');
  await press(page, 'Vérifier un autre message');
  await arrives(page, 'Vérifier un message');
  mustEqual(await page.locator('textarea').evaluateAll((all) => all.map((one) => one.value).join('')), '', 'what is left of the message');
}

async function onThePhone(story, device) {
  const { page } = device;
  await choose(page, 'Je suis au téléphone avec eux');
  await says(page, 'Raccrochez. Rappelez vous-même le 3646.');
  mustEqual(await page.locator('main:visible a:visible, main:visible button:visible').count(), 0, 'other things to press');
  await look(story, device, 'check-phone');
}

async function victim(story, device) {
  const { page } = device;
  await choose(page, 'Oui');
  await says(page, 'Cela arrive à tout le monde.');
  await follow(page, "Voir quoi faire, dans l'ordre");
  await arrives(page, 'Vous avez donné quelque chose ?', { focus: false });
  await field(page, 'Un numéro de carte bancaire').check();
  await field(page, 'Un mot de passe, ou FranceConnect').check();
  await look(story, device, 'victim');
  await press(page, 'Voir quoi faire');
  await arrives(page, 'À faire, dans cet ordre');
  const steps = await page.locator('li[data-step]').evaluateAll((all) => all.map((one) => one.dataset.step));
  mustEqual(steps.slice(0, 2).join(), 'call_bank,second_call', 'the bank first, then the second call');
  await says(page, /On va peut-être vous rappeler en disant être votre banque/u);
  await look(story, device, 'victim-steps');
}

async function learn(story, device) {
  const { page } = device;
  await follow(page, 'Apprendre à reconnaître une arnaque');
  await arrives(page, 'Apprendre à reconnaître une arnaque');
  await press(page, 'Commencer');
  for (let step = 1; step <= 8; step += 1) {
    await arrives(page, 'Est-ce une arnaque ?', { window: `Est-ce une arnaque ? - Message ${step} sur 8` });
    if (step === 1) await look(story, device, 'learn');
    await press(page, "C'est une arnaque");
    await page.locator('.verdict').waitFor();
    await nothingLive(device);
    if (step === 1) await look(story, device, 'learn-told');
    await press(page, step === 8 ? 'Terminer' : 'Message suivant');
  }
  await arrives(page, 'Vous avez vu les huit messages');
}

/** One report is far from twenty: nothing is shown of it. */
async function radar(story, device) {
  const { page } = device;
  await follow(page, 'Ce qui circule');
  await arrives(page, 'Ce qui circule');
  await says(page, /Cela ne prouve pas que rien ne circule/u);
  await look(story, device, 'radar');
}
