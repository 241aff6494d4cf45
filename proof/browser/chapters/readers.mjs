// Who looked: the doctor's name, structure and reason, what was read, and one's own acts, in words.
import { must, mustSay } from '../must.mjs';
import { arrives, follow, look, press, says, saysNot } from '../page.mjs';
import { doctor, hospital, titles } from './deposit.mjs';

export async function readers(story) {
  const device = story.nadia;
  const { page } = device;
  await follow(page, 'Qui a consulté');
  await arrives(page, 'Qui a consulté mon dossier');
  const block = page.getByRole('article').filter({ has: page.getByRole('heading', { name: `${doctor}, médecin, ${hospital}` }) });
  await block.first().waitFor();
  const text = await block.first().innerText();
  mustSay(text, new RegExp(`a lu (1 document : (${titles.join('|')})|2 documents)`, 'u'), 'the block of the doctor');
  mustSay(text, /a déposé 8 documents/u, 'the block of the doctor');
  mustSay(text, /Pourquoi : .*(est votre médecin traitant|fait partie de votre équipe de soins)/u, 'the block of the doctor');
  mustSay(text, /\d+ h \d\d/u, 'the block of the doctor');
  must(!/access\.|document_|trace|NIR|INS\b/u.test(text), 'words that a person understands', text);
  const own = await page.locator('main section').evaluateAll((days) => days.map((day) => [...day.querySelectorAll('article h3')].filter((one) => one.textContent === 'Vous').length));
  must(own.some((count) => count === 1) && own.every((count) => count <= 1), "one block a day for the holder's own acts", own.join(', '));
  await look(story, device, 'readers');
  await block.first().locator('li').filter({ hasText: 'a déposé 8 documents' }).getByText('Lesquels ?').click();
  const links = await block.first().getByRole('link').allInnerTexts();
  for (const title of titles) must(links.includes(title), `« ${title} » among what the doctor deposited`, links.join(' | '));
  await press(page, 'Moi');
  await says(page, 'Vous');
  await says(page, /avez ajouté 1 document/u);
  must((await page.getByRole('heading', { name: new RegExp(doctor, 'u') }).count()) === 0, 'only what one did oneself', await page.locator('main').innerText());
  await says(page, /vous avez bloqué un professionnel : /u);
  await press(page, "En cas d'urgence");
  await says(page, 'Aucune consultation à afficher avec ce choix.');
  await press(page, 'Professionnels');
  await page.getByRole('heading', { name: `${doctor}, médecin, ${hospital}` }).first().waitFor();
  await page.getByRole('link', { name: new RegExp(`^Je ne connais pas cette personne : ${doctor}`, 'u') }).first().click();
  await arrives(page, 'Je ne connais pas cette personne');
  await look(story, device, 'readers-unknown');
  await signOut(story, device);
}

/** At a desk the way out is in the header; on a phone under « Plus ». */
async function signOut(story, device) {
  const { page, phone } = device;
  if (phone) {
    await follow(page, 'Plus');
    await arrives(page, 'Paramètres');
  }
  await page.getByRole('button', { name: 'Me déconnecter', exact: true }).filter({ visible: true }).first().click();
  await arrives(page, 'Me connecter');
  await says(page, 'Vous avez quitté votre espace.');
  await page.goBack();
  await arrives(page, 'Me connecter', { focus: false });
  await saysNot(page, 'Espace de Nadia');
}
