// Nadia adds a photo of her own; the line is cut on the way, and the sending goes on from where it was.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { photo } from '../fixtures.mjs';
import { must, mustEqual } from '../must.mjs';
import { arrives, choose, field, follow, look, mends, press, says, type } from '../page.mjs';

export const ownTitle = 'Photo de mon ancienne ordonnance';

export async function add(story) {
  const device = story.nadia;
  const { page } = device;
  const files = await filesOf(story.service.folder);
  await follow(page, 'Ajouter un document');
  await arrives(page, 'Ajouter un document');
  await chooseFile(story, device, files);
  await choose(page, 'Ordonnance ou traitement');
  await press(page, 'Continuer');
  await describe(story, device);
  await send(story, device, files.photo);
}

async function filesOf(folder) {
  const files = { photo: path.join(folder, 'ordonnance.png'), text: path.join(folder, 'notes.txt') };
  await writeFile(files.photo, photo(1100, 1000));
  await writeFile(files.text, 'Mes notes.');
  return files;
}

async function chooseFile(story, device, files) {
  const { page } = device;
  await says(page, 'PDF ou photo, 25 Mo au plus.');
  await press(page, 'Continuer');
  await mends(page, 'Choisissez un PDF ou une photo.');
  await page.getByLabel('Fichier', { exact: true }).setInputFiles(files.text);
  await press(page, 'Continuer');
  await mends(page, /^Ce fichier n'est ni un PDF ni une photo JPEG ou PNG\./u);
  await page.getByLabel('Fichier', { exact: true }).setInputFiles(files.photo);
  await says(page, /^Choisi : ordonnance\.png, 3,\d Mo$/u);
  await look(story, device, 'add-1-file');
  await press(page, 'Continuer');
  await arrives(page, 'Nature du document', { window: 'Nature du document - Étape 2 sur 4' });
}

async function describe(story, device) {
  const { page } = device;
  await arrives(page, 'Titre et date', { window: 'Titre et date - Étape 3 sur 4' });
  await type(page, 'Titre', ownTitle);
  for (const [part, value] of [['Jour', '31'], ['Mois', '2'], ['Année', '2021']]) await type(page, part, value);
  await press(page, 'Continuer');
  await mends(page, "Cette date n'existe pas. Relisez le jour, le mois et l'année.");
  await type(page, 'Jour', '12');
  await look(story, device, 'add-3-about');
  await press(page, 'Continuer');
  await arrives(page, 'Vérifiez, puis envoyez', { window: 'Vérifiez, puis envoyez - Étape 4 sur 4' });
  for (const words of ['ordonnance.png', 'Ordonnance ou traitement', ownTitle, '12 février 2021']) await says(page, words);
}

/** A piece never arrives; pressing « Reprendre » sends what is missing and nothing else. */
async function send(story, device, file) {
  const { page, watch } = device;
  const pieces = [];
  let cut = false;
  const where = /\/api\/spaces\/moi\/uploads\/[^/?]+\?offset=/u;
  await page.route(where, async (route) => {
    const offset = Number(new URL(route.request().url()).searchParams.get('offset'));
    pieces.push(offset);
    if (offset > 1_500_000 && !cut) {
      cut = true;
      return route.abort('connectionreset');
    }
    return route.continue();
  });
  watch.cut('/uploads/');
  await press(page, 'Ajouter ce document');
  await says(page, /^L'envoi s'est arrêté à 4\d %\.$/u);
  await look(story, device, 'add-4-stopped');
  await press(page, 'Reprendre');
  await arrives(page, 'Document ajouté');
  await page.unroute(where);
  await says(page, 'Document ajouté, lisible par vos professionnels de santé.');
  const twice = pieces.filter((offset, at) => pieces.indexOf(offset) !== at);
  must(twice.length === 1 && twice[0] > 1_500_000, 'only the piece that was cut is sent twice', pieces.join(', '));
  await look(story, device, 'add-done');
  await follow(page, 'Voir le document');
  await arrives(page, ownTitle, { window: 'Document de santé' });
  await says(page, 'Document ajouté par vous');
  await page.waitForFunction(() => document.querySelector('img.viewer-image')?.naturalWidth === 1100);
  const address = await page.getByRole('link', { name: 'Télécharger' }).getAttribute('href');
  const kept = await (await device.context.request.get(story.service.origin + address)).body();
  must(kept.equals(await readFile(file)), 'the very bytes that were sent', `${kept.length} bytes`);
  await follow(page, 'Mes documents');
  await says(page, '9 documents');
  const card = page.locator('.document-cards > li').filter({ hasText: ownTitle });
  must((await card.getAttribute('class')).includes('card-own'), 'what the holder added looks different', await card.getAttribute('class'));
  await field(page, 'Fichier').waitFor({ state: 'detached' });
}
