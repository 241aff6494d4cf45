// Nadia decides who sees what: she blocks a doctor, closes one emergency access, masks a document, and sees each take effect.
import { must, mustSay } from '../must.mjs';
import { arrives, follow, look, press, says } from '../page.mjs';
import { doctor, reports } from './deposit.mjs';

const emergency = "Si je ne peux pas m'exprimer";
const who = 'Qui peut voir mon dossier';
const report = reports[0].title;

export async function decides(story) {
  const device = story.nadia;
  await blocks(story, device);
  await refusesEmergency(story, device);
  await asks(story, device);
  await masks(story, device);
}

const choose = (page, words) => page.getByRole('radio', { name: words }).check();

async function toList(page) {
  await follow(page, 'Accueil');
  await arrives(page, 'Accueil');
  await follow(page, who);
  await arrives(page, who);
  await says(page, new RegExp(`^${doctor}, médecin`, 'u'));
}

/** The doctor's own software, over FHIR, is answered no document; once unblocked, it reads as before. */
async function blocks(story, device) {
  const { page } = device;
  await toList(page);
  await says(page, /Pourquoi : .*(est votre médecin traitant|fait partie de votre équipe de soins)/u);
  await look(story, device, 'who-list');
  await press(page, `Bloquer : ${doctor}`);
  await arrives(page, 'Bloquer un professionnel');
  await press(page, 'Bloquer cette personne');
  await arrives(page, 'Professionnel bloqué');
  await story.service.carnetRefuses(/access\.blocked|not_found/u, 'demo', 'read', '--for', 'holder');
  await follow(page, who);
  await arrives(page, who);
  await says(page, /^Accès bloqué par vous\. Ne voit plus rien/u);
  await look(story, device, 'who-blocked');
  await press(page, `Débloquer : ${doctor}`);
  await arrives(page, 'Débloquer un professionnel');
  await press(page, 'Débloquer cette personne');
  await arrives(page, 'Professionnel débloqué');
  mustSay(await story.service.carnetDoes('demo', 'read', '--for', 'holder'), report, 'what the doctor reads again');
  await follow(page, who);
  await arrives(page, who);
}

async function refusesEmergency(story, device) {
  const { page } = device;
  await follow(page, `Changer : ${emergency}`);
  await arrives(page, emergency);
  await choose(page, /^Refuser/u);
  await press(page, 'Enregistrer');
  await arrives(page, 'Choix enregistré');
  await follow(page, who);
  await arrives(page, who);
  const rows = await page.locator('.rows li').allInnerTexts();
  must(/refusé/u.test(rows[0]) && /autorisé/u.test(rows[1]), 'one refusal, apart from the other', rows.join(' | '));
  await look(story, device, 'who-emergency');
}

async function answer(page, words, expected, because) {
  await arrives(page, 'Qui peut voir ce document ?');
  await choose(page, words);
  await press(page, 'Voir la réponse');
  await arrives(page, expected, { window: `${expected} - Qui peut voir ce document ?` });
  await says(page, because);
}

async function asks(story, device) {
  const { page } = device;
  await follow(page, 'Documents');
  await arrives(page, 'Mes documents de santé');
  await follow(page, report);
  await arrives(page, report, { window: 'Document de santé' });
  await follow(page, 'Qui peut voir ce document ?');
  await answer(page, /^Les urgences/u, 'Non', 'Vous avez refusé cet accès en urgence.');
  await look(story, device, 'explain-no');
  await press(page, 'Demander pour une autre personne');
  await answer(page, /^Une mutuelle/u, 'Non', "Jamais. La loi l'interdit, même avec votre accord.");
  await press(page, 'Demander pour une autre personne');
  await answer(page, /^Le 15/u, 'Oui', /Quand le 15 est appelé/u);
  await press(page, 'Revenir au document');
  await arrives(page, report, { window: 'Document de santé' });
}

async function masks(story, device) {
  const { page } = device;
  await follow(page, 'Masquer aux professionnels');
  await arrives(page, 'Masquer aux professionnels');
  await says(page, /^qui a écrit le document/u);
  await says(page, 'Non');
  await look(story, device, 'mask');
  await press(page, 'Masquer ce document');
  await arrives(page, 'Document masqué');
  await follow(page, 'Revenir au document');
  await says(page, 'Masqué aux professionnels');
  await follow(page, 'Qui peut voir ce document ?');
  await answer(page, /^Le 15/u, 'Non', /^Ce document est masqué/u);
  await look(story, device, 'explain-masked');
}
