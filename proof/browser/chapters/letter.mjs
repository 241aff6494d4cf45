// The service says that a space exists: by e-mail, or by a letter; this one to someone who asked for large print.
import { gabriel, marthe, nameOf, registerOf, rose } from '../fixtures.mjs';
import { subjects } from '../mail.mjs';
import { must, mustEqual, mustSay } from '../must.mjs';
import { arrives, follow, look, says } from '../page.mjs';
import { readPdf } from '../papers.mjs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';

const shapeOfCode = /^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/u;

export async function letter(story) {
  await home(story);
  await email(story);
  await paper(story);
  await secondWave(story);
}

async function home(story) {
  const device = story.mail.device;
  const { page } = device;
  await page.goto(`${story.service.origin}/`);
  await arrives(page, 'Votre carnet de santé, tenu par vous', { focus: false });
  for (const words of ['Démonstration : personnes inventées', 'Attention aux faux messages', 'Si vous ne faites rien', 'Sans internet']) await says(page, words);
  await look(story, device, 'home');
  const [open, object] = await Promise.all(['Activer mon espace santé', "M'opposer à mon espace santé"].map((name) => page.getByRole('link', { name, exact: true }).first().evaluate((e) => [e.offsetWidth, e.offsetHeight, getComputedStyle(e).backgroundColor, getComputedStyle(e).fontWeight].join())));
  mustEqual(object, open, 'objecting is a button of the same weight as opening');
  await follow(page, 'Courrier de la démonstration');
  await arrives(page, 'Courrier sortant', { focus: false });
  await says(page, /^Date simulée : /u);
  await look(story, device, 'outbox');
}

async function email(story) {
  const { name } = story.service.cast.holder;
  const card = await story.mail.open(name, subjects.announced);
  const text = await card.locator('.as-sent').last().innerText();
  story.nadiaCode = await story.mail.code(name, subjects.announced);
  must(shapeOfCode.test(story.nadiaCode), 'a code in three groups of four', story.nadiaCode);
  mustSay(text, story.nadiaCode, 'the e-mail');
  for (const words of ["vous y opposer", "Si vous ne faites rien, votre espace s'ouvre le", 'votre médecin traitant déclaré', 'clôturer à tout moment', '3422', 'Nous ne demandons jamais']) mustSay(text, words, 'the e-mail');
  must(!/https?:/u.test(text), 'no link in the e-mail', text);
  must(!text.includes(story.service.cast.holder.number), 'no number in the e-mail', text);
  mustSay(await card.innerText(), 'À : nadia.martin@', 'the outbox');
  await look(story, story.mail.device, 'outbox-email');
}

async function paper(story) {
  const { name } = story.service.cast.objector;
  const card = await story.mail.open(name, subjects.announced);
  const address = await card.getByRole('link', { name: 'Lettre (PDF)' }).getAttribute('href');
  const answer = await story.mail.device.context.request.get(story.service.origin + address);
  mustEqual(answer.status(), 200, 'the letter is there');
  await writeFile(path.join(story.shots, 'letter.pdf'), await answer.body());
  const pdf = await readPdf(await answer.body());
  const code = await story.mail.code(name, subjects.announced);
  mustEqual(pdf.pages, 2, 'pages of the letter, in large print');
  mustSay(pdf.text.replaceAll(/[\s\u2011-]/gu, ''), code.replaceAll('-', ''), 'the letter');
  for (const words of [name, '3422', 'Si vous ne faites rien', 'Référence']) mustSay(pdf.text, words, 'the letter');
  const total = [...pdf.sizes.values()].reduce((sum, signs) => sum + signs, 0);
  const large = [...pdf.sizes].filter(([size]) => size >= 20).reduce((sum, [, signs]) => sum + signs, 0);
  must(large > total * 0.6, 'the body of the letter is printed at 20 pt or more', [...pdf.sizes].map(([size, signs]) => `${signs} signs at ${size} pt`).join(', '));
}

/** Three more people, by a register file and a second wave. */
async function secondWave(story) {
  const file = path.join(story.service.folder, 'register.csv');
  await writeFile(file, registerOf([marthe, gabriel, rose]));
  await story.service.carnetDoes('register', 'import', file);
  await story.service.carnetDoes('campaign', 'start', '--name', 'printemps');
  for (const person of [marthe, gabriel, rose]) await story.mail.find(nameOf(person), subjects.announced);
}
