// Julien signs in with his one-time code, and reads his daughter's document from his own account.
import { subjects } from '../mail.mjs';
import { must, mustSay } from '../must.mjs';
import { arrives, follow, look, mends, press, says, type } from '../page.mjs';

/** Password, then the one-time code from the outbox, as far as the space. */
export async function signIn(story, device, { name, identifier, password }, lands = 'Accueil') {
  const { page } = device;
  if (!page.url().includes('/connexion')) await page.goto(`${story.service.origin}/connexion`);
  await arrives(page, 'Me connecter', { focus: false, window: '' });
  await type(page, 'Identifiant', identifier);
  await type(page, 'Mot de passe', password);
  await press(page, 'Continuer');
  await arrives(page, 'Code à usage unique');
  await says(page, 'Un mot de passe volé ne suffit pas à entrer.');
  await type(page, 'Code reçu', await story.mail.code(name, subjects.oneTime));
  await press(page, 'Me connecter');
  await arrives(page, lands);
}

export async function parent(story) {
  const device = await story.device('julien');
  story.julien = device;
  const { page, watch } = device;
  const { parent: julien } = story.service.cast;
  await page.goto(`${story.service.origin}/espace/moi`);
  await arrives(page, 'Me connecter', { focus: false });
  await says(page, 'Connectez-vous pour voir cette page.');
  await type(page, 'Identifiant', julien.identifier);
  await type(page, 'Mot de passe', 'pas le bon mot de passe');
  watch.allow(401, '/api/sign-in');
  await press(page, 'Continuer');
  await mends(page, 'Identifiant ou mot de passe incorrect. Vérifiez les majuscules.');
  await look(story, device, 'sign-in-refused');
  await signIn(story, device, julien);
  await child(story, device);
}

async function child(story, device) {
  const { page } = device;
  await follow(page, 'Mes enfants, mes aidants');
  await arrives(page, 'Mes enfants, mes aidants');
  await says(page, 'Aucun aidant à afficher.');
  await follow(page, 'Mes enfants');
  await arrives(page, 'Mes enfants');
  await look(story, device, 'children');
  await follow(page, 'Aller à son espace : Léa Petit');
  await arrives(page, "Accueil de l'espace de votre enfant");
  await says(page, "Vous êtes dans l'espace de votre enfant.");
  await says(page, /^Espace de Léa/u);
  await follow(page, 'Ses documents de santé');
  await arrives(page, 'Ses documents de santé');
  await says(page, '1 document');
  await look(story, device, 'child-documents');
  await follow(page, 'Vaccins');
  await arrives(page, 'Vaccins', { window: 'Document de santé' });
  await says(page, 'Vaccins de Léa');
  await look(story, device, 'child-document');
  await follow(page, 'Qui a consulté');
  await arrives(page, 'Qui a consulté son dossier');
  await page.getByText(/^Vous\s:\s\d+ opérations?$/u).first().click();
  const own = await page.getByRole('article').filter({ has: page.getByRole('heading', { name: 'Vous', exact: true }) }).first().innerText();
  mustSay(own, /avez lu 1 document/u, "the parent's own reading");
  must(!/Nadia/u.test(await page.locator('body').innerText()), 'nothing of anyone else', await page.locator('body').innerText());
}
