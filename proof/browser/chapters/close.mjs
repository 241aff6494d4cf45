// Nadia takes a copy of everything, closes, still reads what is kept; the doctor no longer does; she may reopen.
import { readFile } from 'node:fs/promises';
import { subjects } from '../mail.mjs';
import { must, mustEqual, mustSay } from '../must.mjs';
import { arrives, follow, look, mends, press, says, saysNot, type } from '../page.mjs';
import { readZip } from '../papers.mjs';
import { ownTitle } from './add.mjs';
import { pdfTitle, reports, titles } from './deposit.mjs';
import { nadia, readReceipt } from './open.mjs';
import { signIn } from './parent.mjs';

const notMine = 'Bilan rénal';

export async function close(story) {
  const device = story.nadia;
  const { page } = device;
  const holder = { ...story.service.cast.holder, ...nadia };
  await page.goto(`${story.service.origin}/connexion`);
  await signIn(story, device, holder);
  await follow(page, device.phone ? 'Plus' : 'Paramètres');
  await arrives(page, 'Paramètres');
  await look(story, device, 'settings');
  await follow(page, 'Clôture du profil');
  await arrives(page, 'Clôture du profil');
  await says(page, 'Plus aucun dépôt. Plus aucune lecture, même en urgence.');
  await says(page, /^Conservé jusqu'au .+ ; vous pouvez rouvrir\.$/u);
  await look(story, device, 'closure');
  await exported(story, device, holder);
  await closed(story, device, holder);
  await archive(story, device);
  await refused(story);
}

async function confirm(story, device, holder, act) {
  const { page } = device;
  await type(page, 'Mot de passe', holder.password);
  await press(page, 'Continuer');
  await says(page, /^Envoyé /u);
  await type(page, 'Code reçu', await story.mail.code(holder.name, subjects.oneTime));
  await press(page, act);
}

async function exported(story, device, holder) {
  const { page } = device;
  await follow(page, 'Récupérer tous mes documents');
  await arrives(page, 'Récupérer tous mes documents');
  await says(page, "Personne ne peut exiger l'accès à ce dossier, même avec votre accord.");
  await press(page, 'Continuer');
  await confirm(story, device, holder, 'Continuer');
  const link = page.getByRole('button', { name: 'Télécharger le fichier (ZIP)' });
  await link.waitFor();
  await look(story, device, 'export');
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
  const files = readZip(await readFile(await download.path()));
  const names = [...files.keys()];
  mustEqual(names.length, 10, 'files of the copy: nine documents and a page');
  must(names.includes('index.html'), 'a page to find one\'s way', names.join(', '));
  const index = files.get('index.html').toString('utf8');
  for (const words of [ownTitle, pdfTitle, reports[0].title]) mustSay(index, words, 'the page of the copy');
  must(!/<script|https?:\/\//u.test(index), 'the page of the copy runs and reaches nothing', index.slice(0, 400));
  const pdf = await readFile(story.files.pdf);
  must([...files.values()].some((content) => content.equals(pdf)), 'the PDF of the copy, byte for byte', names.join(', '));
  await follow(page, 'Paramètres');
}

async function closed(story, device, holder) {
  const { page, watch } = device;
  await arrives(page, 'Paramètres');
  await follow(page, 'Clôture du profil');
  await press(page, 'Continuer');
  await arrives(page, 'Clôture du profil');
  await type(page, 'Mot de passe', 'pas le bon mot de passe');
  watch.allow(401, '/api/reauthentication');
  await press(page, 'Continuer');
  await mends(page, 'Mot de passe incorrect. Vérifiez les majuscules.');
  await type(page, 'Mot de passe', holder.password);
  await press(page, 'Continuer');
  await says(page, /^Envoyé /u);
  await page.getByRole('button', { name: 'Garder mon espace' }).waitFor();
  await look(story, device, 'closure-code');
  await type(page, 'Code reçu', await story.mail.code(holder.name, subjects.oneTime));
  await press(page, 'Clôturer mon profil');
  await arrives(page, 'Profil clôturé');
  await says(page, /^Conservé jusqu'au .+ ; vous pouvez rouvrir\.$/u);
  await look(story, device, 'closure-receipt');
  mustSay((await readReceipt(story, page, device.context)).text, /cl[ôo]tur/iu, 'the receipt');
  await story.mail.find(holder.name, subjects.closed);
}

async function archive(story, device) {
  const { page } = device;
  await follow(page, "Revenir à l'accueil de l'espace");
  await arrives(page, 'Accueil');
  await look(story, device, 'closed-home');
  await saysNot(page, 'Ajouter un document');
  await follow(page, 'Mes documents de santé');
  await says(page, 'Profil clôturé : ces documents sont une copie conservée. Personne ne peut en ajouter.');
  await says(page, '9 documents');
  await look(story, device, 'closed-documents');
  await follow(page, pdfTitle);
  await says(page, 'La patiente va bien.');
  await saysNot(page, "Ce document n'est pas à moi");
}

async function refused(story) {
  const { service } = story;
  const read = await service.carnet('demo', 'read', '--for', 'holder');
  must(!/Premier document lu/u.test(read.said) && !titles.some((title) => read.said.includes(title)), 'the doctor finds and reads nothing more', read.said);
  await service.carnetRefuses(/4\d\d/u, 'demo', 'deposit', story.files.pdf, '--for', 'holder');
}

/** Changed her mind: the archive comes back, the doctor reads again; one document that is not hers is hidden from all. */
export async function reopen(story) {
  const device = story.nadia;
  const { page } = device;
  const holder = { ...story.service.cast.holder, ...nadia };
  await follow(page, device.phone ? 'Plus' : 'Paramètres');
  await follow(page, 'Rouvrir mon espace');
  await arrives(page, 'Rouvrir mon espace');
  await press(page, 'Continuer');
  await confirm(story, device, holder, 'Rouvrir mon espace');
  await arrives(page, 'Votre espace est rouvert');
  await look(story, device, 'reopening-receipt');
  mustSay((await readReceipt(story, page, device.context)).text, /rouv/iu, 'the receipt');
  mustSay(await story.service.carnetDoes('demo', 'read', '--for', 'holder'), notMine, 'carnet demo read');
  await follow(page, 'Documents');
  await arrives(page, 'Mes documents de santé');
  await follow(page, notMine);
  await arrives(page, notMine, { window: 'Document de santé' });
  await follow(page, "Ce document n'est pas à moi");
  await arrives(page, "Ce document n'est pas à moi");
  await look(story, device, 'contest');
  await press(page, 'Cacher ce document');
  await arrives(page, 'Document caché');
  await follow(page, 'Mes documents');
  await says(page, '8 documents');
  await saysNot(page, notMine);
  const read = await story.service.carnetDoes('demo', 'read', '--for', 'holder');
  must(!read.includes(notMine), 'the doctor does not find the hidden document', read);
}
