// The pages around the story: help, accessibility, privacy, a forgotten password, an address that does not exist; in English too.
import { arrives, follow, look, press } from '../page.mjs';

const pages = [
  ['/code', "Je n'ai pas reçu de code", 'code'],
  ['/connexion', 'Me connecter', 'sign-in'],
  ['/connexion/oubli', 'Identifiant ou mot de passe oublié', 'forgotten'],
  ['/aide', 'Aide', 'help'],
  ['/accessibilite', 'Accessibilité', 'accessibility'],
  ['/vie-privee', 'Vie privée', 'privacy'],
];

export async function around(story) {
  const device = await story.device('anyone');
  const { page } = device;
  for (const [address, title, name] of pages) {
    await page.goto(story.service.origin + address);
    await arrives(page, title, { focus: false });
    await look(story, device, name);
  }
  await page.goto(`${story.service.origin}/aide#pres-de-chez-vous`);
  await page.getByRole('heading', { name: 'Se faire aider près de chez vous' }).waitFor();
  await missing(story, device);
  await english(story, device);
  await device.context.close();
}

async function missing(story, device) {
  const { page } = device;
  await page.goto(`${story.service.origin}/aide/nulle-part`);
  await arrives(page, "Cette page n'existe pas", { focus: false });
  await look(story, device, 'missing');
}

async function english(story, device) {
  const { page } = device;
  await page.goto(`${story.service.origin}/`);
  await press(page, 'English');
  await arrives(page, 'Your health record, kept by you', { focus: false });
  await look(story, device, 'home-english');
  await follow(page, 'Object to my health space');
  await arrives(page, 'Object to my health space', { focus: false });
  await press(page, 'Français');
  await arrives(page, "M'opposer à mon espace santé", { focus: false });
}
