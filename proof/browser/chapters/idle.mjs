// A silent page asks « Toujours là ? », is kept by a key, then closes; signing in again brings back the page and the text.
import { eventually, must, mustEqual } from '../must.mjs';
import { arrives, field, focusIsSeen, look, press, says, saysNot, type } from '../page.mjs';
import { signIn } from './parent.mjs';

const minute = 60_000;

export async function idle(story) {
  await inForm(story);
  await inSpace(story);
  await inHurry(story);
}

/** The hours of this page run faster; those of the service do not. */
async function fastPage(story, device, path) {
  await device.page.clock.install();
  await device.page.goto(story.service.origin + path);
}

async function inForm(story) {
  const device = await story.device('form');
  const { page } = device;
  await fastPage(story, device, '/activer?etape=1');
  await arrives(page, 'Code provisoire', { focus: false });
  await page.getByLabel('Code provisoire').fill('k7qm');
  await page.clock.runFor(28 * minute + 2000);
  await page.getByRole('alertdialog', { name: 'Toujours là ?' }).waitFor();
  await says(page, 'Il reste deux minutes avant la fermeture de cette page.');
  await page.keyboard.press('Enter');
  await page.getByRole('alertdialog').waitFor({ state: 'detached' });
  mustEqual((await page.getByLabel('Code provisoire').inputValue()).toLowerCase(), 'k7qm', 'what was typed is kept');
  await page.clock.runFor(30 * minute + 2000);
  await arrives(page, "Cette page s'est fermée", { focus: false });
  await says(page, /Votre code reste valable jusqu'à sa date limite\./u);
  await look(story, device, 'form-closed');
  await device.context.close();
}

async function inSpace(story) {
  const device = story.julien;
  const { page, watch } = device;
  await fastPage(story, device, '/espace/moi/parametres');
  await arrives(page, 'Paramètres', { focus: false });
  await page.clock.runFor(13 * minute + 2000);
  const dialog = page.getByRole('alertdialog', { name: 'Toujours là ?' });
  await dialog.waitFor();
  await says(page, 'Il reste deux minutes avant la fermeture de cette page.');
  await look(story, device, 'idle-warning');
  await focusIsSeen(page);
  await page.clock.runFor(minute);
  await says(page, 'Il reste une minute avant la fermeture de cette page.');
  await page.clock.runFor(45_000);
  await says(page, 'Il reste vingt secondes avant la fermeture de cette page.');
  const extended = page.waitForResponse((answer) => answer.url().endsWith('/api/session/extend'));
  await page.keyboard.press('Enter');
  mustEqual((await extended).status(), 204, 'the session is extended by a key');
  await dialog.waitFor({ state: 'detached' });
  must(!watch.requests.some((one) => one.path === '/api/sign-out'), 'nobody was signed out', 'a sign-out');
  await textComesBack(story, device);
}

async function textComesBack(story, device) {
  const { page } = device;
  const { parent: julien } = story.service.cast;
  await page.goto(`${story.service.origin}/espace/moi/documents/ajouter`);
  await arrives(page, 'Ajouter un document', { focus: false });
  await page.getByLabel('Fichier', { exact: true }).setInputFiles(story.files.pdf);
  await press(page, 'Continuer');
  await page.getByRole('radio', { name: 'Certificat' }).check();
  await press(page, 'Continuer');
  await type(page, 'Titre', 'Certificat de judo');
  await page.clock.runFor(15 * minute + 2000);
  await arrives(page, 'Me connecter', { focus: false });
  await says(page, 'Vous avez quitté votre espace.');
  await says(page, 'Connectez-vous pour retrouver votre page et votre texte.');
  await look(story, device, 'idle-left');
  await signIn(story, device, julien, 'Titre et date');
  mustEqual(await field(page, 'Titre').inputValue(), 'Certificat de judo', 'the text typed before the time-out');
}

/** « Quitter vite », and Back shows nothing of the space. */
async function inHurry(story) {
  const { page, watch, context } = story.julien;
  const neutral = 'https://meteofrance.com/';
  watch.leaves(neutral);
  await context.route(`${neutral}**`, (route) => route.fulfill({ status: 200, contentType: 'text/html', body: '<title>Ailleurs</title><h1>Beau temps</h1>' }));
  await press(page, 'Quitter vite');
  await page.waitForURL(neutral);
  const signedIn = async () => (await (await context.request.get(`${story.service.origin}/api/session`)).json()).signed_in;
  await eventually(async () => ((await signedIn()) ? undefined : true), 'the session is ended', { for_ms: 5000, seen: () => 'it goes on' });
  await page.goBack();
  await arrives(page, 'Me connecter', { focus: false });
  await saysNot(page, 'Certificat de judo');
  await saysNot(page, 'Espace de Julien');
}
