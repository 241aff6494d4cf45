// Rose has neither telephone nor e-mail on file: she opens with one typed now, and what came before waits for a second letter.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cdaOf, nameOf, rose } from '../fixtures.mjs';
import { subjects } from '../mail.mjs';
import { mustSay } from '../must.mjs';
import { arrives, choose, follow, look, mends, press, says, saysNot, type } from '../page.mjs';
import { reports } from './deposit.mjs';

const account = { identifier: 'rose.tournier', password: 'quatre poules au fond du jardin', email: 'rose@courriel.example' };
const title = 'Bilan de Rose';

export async function secondLetter(story) {
  const { service } = story;
  const file = path.join(service.folder, 'rose.xml');
  await writeFile(file, cdaOf({ person: rose, id: 'ROSE-1', ...reports[0], title }));
  mustSay(await service.carnetDoes('demo', 'deposit', file), `Déposé : ${title}`, 'carnet demo deposit');
  const device = await story.device('rose');
  story.secrets.push(rose.number, rose.serial, account.password);
  await askForCode(story, device);
  await openWithTypedContact(story, device);
  await enterSecondCode(story, device);
  await device.context.close();
}

async function askForCode(story, device) {
  const { page } = device;
  await page.goto(`${story.service.origin}/`);
  await follow(page, "Je n'ai pas reçu de code");
  await arrives(page, "Je n'ai pas reçu de code", { focus: false });
  await choose(page, 'Activer mon espace santé');
  await press(page, 'Continuer');
  await type(page, 'Votre numéro', rose.number);
  await press(page, 'Continuer');
  await type(page, 'Numéro de série', rose.serial);
  await press(page, 'Demander un code provisoire');
  await arrives(page, 'Code demandé');
  await look(story, device, 'code-begun');
  await press(page, "J'ai reçu le code");
}

async function openWithTypedContact(story, device) {
  const { page } = device;
  const name = nameOf(rose);
  await arrives(page, 'Code provisoire');
  await type(page, 'Code provisoire', await story.mail.code(name, subjects.code));
  await press(page, 'Continuer');
  await arrives(page, 'Numéro de Sécurité sociale');
  await press(page, 'Continuer');
  await arrives(page, 'Numéro de série de la carte Vitale');
  await press(page, 'Continuer');
  await arrives(page, "Confirmer que c'est vous");
  await says(page, "Votre caisse ne connaît ni téléphone ni e-mail. Donnez-en un. Les documents déjà reçus attendront le code d'une seconde lettre.");
  await choose(page, 'E-mail');
  await type(page, 'Adresse e-mail', 'rose');
  await press(page, 'Recevoir le code');
  await mends(page, /^Cette adresse e-mail est incomplète\./u);
  await type(page, 'Adresse e-mail', account.email);
  await look(story, device, 'activate-4-typed');
  await press(page, 'Recevoir le code');
  await arrives(page, 'Code à usage unique');
  await type(page, 'Code reçu', await story.mail.code(name, subjects.oneTime));
  await press(page, 'Continuer');
  await arrives(page, 'Identifiant');
  await type(page, 'Votre identifiant', account.identifier);
  await press(page, 'Continuer');
  await arrives(page, 'Mot de passe');
  await type(page, 'Votre mot de passe', account.password);
  await press(page, 'Continuer');
  await arrives(page, 'Vérifiez, puis décidez');
  await press(page, 'Activer mon espace santé');
  await arrives(page, 'Votre espace est activé');
  await look(story, device, 'activate-receipt-second-letter');
}

async function enterSecondCode(story, device) {
  const { page } = device;
  await follow(page, 'Aller à mon espace');
  await arrives(page, 'Accueil');
  await says(page, 'Une seconde lettre est en route');
  await look(story, device, 'space-second-letter');
  await follow(page, 'Mes documents de santé');
  await arrives(page, 'Mes documents de santé');
  await says(page, "Les documents reçus avant l'activation attendent le code de la seconde lettre.");
  await saysNot(page, title);
  const code = await story.mail.code(nameOf(rose), subjects.second);
  await follow(page, "J'ai le code de la lettre");
  await arrives(page, 'Code de la seconde lettre');
  await type(page, 'Code de la lettre', code);
  await press(page, 'Afficher mes documents reçus');
  await arrives(page, 'Code accepté');
  await follow(page, 'Mes documents de santé');
  await arrives(page, 'Mes documents de santé');
  await says(page, title);
}
