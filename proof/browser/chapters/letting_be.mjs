// Gabriel does nothing: six weeks later his space opens by itself and takes documents; he closes it without ever opening it.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cdaOf, gabriel, nameOf } from '../fixtures.mjs';
import { subjects } from '../mail.mjs';
import { mustSay } from '../must.mjs';
import { arrives, follow, look, press, says, type } from '../page.mjs';
import { reports } from './deposit.mjs';
import { readReceipt } from './open.mjs';

export async function lettingBe(story) {
  const { service } = story;
  const file = path.join(service.folder, 'gabriel.xml');
  await writeFile(file, cdaOf({ person: gabriel, id: 'GABRIEL-1', ...reports[0], title: 'Bilan de Gabriel' }));
  await service.carnetRefuses(/4\d\d/u, 'demo', 'deposit', file);
  await service.carnetDoes('clock', 'forward', '60d');
  await story.mail.find(nameOf(gabriel), subjects.openedByDefault);
  mustSay(await service.carnetDoes('demo', 'deposit', file), 'Déposé : Bilan de Gabriel', 'carnet demo deposit');
  await closeUnopened(story, file);
}

async function closeUnopened(story, file) {
  const device = await story.device('gabriel');
  const { page } = device;
  await page.goto(`${story.service.origin}/`);
  await follow(page, 'Clôturer un espace jamais ouvert');
  await arrives(page, 'Clôturer un espace jamais ouvert', { focus: false });
  await look(story, device, 'close-unopened');
  await press(page, "Je n'ai pas reçu de code");
  await type(page, 'Votre numéro', gabriel.number);
  await press(page, 'Continuer');
  await type(page, 'Numéro de série', gabriel.serial);
  await press(page, 'Demander un code provisoire');
  await arrives(page, 'Clôture commencée, pas terminée');
  await look(story, device, 'close-unopened-begun');
  const code = await story.mail.code(nameOf(gabriel), subjects.code);
  await press(page, "J'ai reçu le code");
  await type(page, 'Code provisoire', code);
  await press(page, 'Continuer');
  await arrives(page, 'Numéro de Sécurité sociale');
  await press(page, 'Continuer');
  await arrives(page, 'Votre décision');
  await page.getByRole('button', { name: 'Garder mon espace' }).waitFor();
  await look(story, device, 'close-unopened-decide');
  await press(page, 'Clôturer mon profil');
  await arrives(page, 'Profil clôturé');
  await says(page, /Conservé jusqu'au .+ ; vous pouvez rouvrir\.$/u);
  await look(story, device, 'close-unopened-receipt');
  mustSay((await readReceipt(story, page, device.context)).text, /cl[ôo]tur/iu, 'the receipt');
  await story.mail.find(nameOf(gabriel), subjects.closed);
  await story.service.carnetRefuses(/4\d\d/u, 'demo', 'deposit', file);
}
