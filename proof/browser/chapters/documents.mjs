// Nadia's documents: the list and its filters; a CDA in its frame, a PDF, an image.
import { readFile } from 'node:fs/promises';
import { eventually, must, mustEqual, mustSay } from '../must.mjs';
import { arrives, field, follow, look, lookAtCopy, press, says, saysNot } from '../page.mjs';
import { imageTitle, pdfTitle, reports, titles } from './deposit.mjs';

export async function documents(story) {
  const device = story.nadia;
  await list(story, device);
  await filters(story, device);
  await frame(story, device);
  await apart(story, device);
  await pdf(story, device);
  await picture(story, device);
}

const shownTitles = (page) => page.locator('.document-cards .document-link').allInnerTexts();

async function list(story, device) {
  const { page } = device;
  await follow(page, 'Mes documents de santé');
  await arrives(page, 'Mes documents de santé');
  await says(page, '8 documents');
  const shown = await shownTitles(page);
  mustEqual([...shown].sort().join(' | '), [...titles].sort().join(' | '), 'the titles of the list');
  mustEqual(shown.slice(2).join(' | '), reports.map((one) => one.title).join(' | '), 'the newest acts first');
  await says(page, 'Mars 2025');
  await says(page, /^Déposé par .*BENALI.*Labo des Lilas$/iu);
  must((await page.getByText('nouveau', { exact: true }).count()) === 8, 'all that was never opened is « nouveau »', shown.length);
  await look(story, device, 'documents');
}

async function openFilters(device) {
  if (device.phone) await press(device.page, 'Filtrer');
  await field(device.page, 'Année').waitFor();
}

/** At a desk it stands twice: beside the filters, and above the list. */
const showAll = (page) => page.getByRole('button', { name: 'Tout afficher', exact: true }).filter({ visible: true }).first().click();

async function filters(story, device) {
  const { page } = device;
  await openFilters(device);
  await field(page, 'Année').selectOption({ label: '2024 (2)' });
  await look(story, device, 'documents-filters');
  await press(page, 'Voir 2 documents');
  await says(page, '2 documents : 2024');
  mustEqual((await shownTitles(page)).join(' | '), 'Bilan rénal | Lettre du docteur Roy', 'the documents of 2024');
  await follow(page, 'Bilan rénal');
  await arrives(page, 'Bilan rénal', { window: 'Document de santé' });
  await follow(page, 'Mes documents');
  await says(page, '2 documents : 2024');
  await openFilters(device);
  await field(page, 'Année').selectOption('');
  await field(page, 'Type de document').selectOption({ label: 'Imagerie (1)' });
  await press(page, 'Voir 1 document');
  mustEqual((await shownTitles(page)).join(' | '), imageTitle, 'the documents of imaging');
  await showAll(page);
  await openFilters(device);
  const authors = await field(page, 'Déposé par').locator('option').allInnerTexts();
  const roy = authors.find((one) => /ROY/iu.test(one));
  must(roy?.includes('(2)'), 'Dr Roy among the authors, with 2 documents', authors.join(' | '));
  await field(page, 'Déposé par').selectOption({ label: roy });
  await press(page, 'Voir 2 documents');
  mustEqual((await shownTitles(page)).join(' | '), 'Lettre du docteur Roy | Suivi de cardiologie', 'what Dr Roy deposited');
  await showAll(page);
  await says(page, '8 documents');
}

/** Everything the rendered document shows, and that nothing in it can run, reach out or be clicked away. */
async function frame(story, device) {
  const { page } = device;
  await follow(page, reports[0].title);
  await arrives(page, reports[0].title, { window: 'Document de santé' });
  await says(page, /^Déposé par /u);
  const holder = page.locator('iframe.viewer-frame');
  await holder.waitFor();
  mustEqual(await holder.getAttribute('sandbox'), '', 'the frame allows nothing');
  const source = await holder.getAttribute('src');
  must(source.startsWith(`${story.service.documents}/v/`), `the document comes from ${story.service.documents}`, source);
  mustEqual(await holder.getAttribute('title'), `Document : ${reports[0].title}`, 'the name of the frame');
  const inside = await eventually(() => page.frames().find((one) => one.url().startsWith(`${story.service.documents}/v/`)), "a frame on the documents' origin", { seen: () => page.frames().map((one) => one.url()).join(' ') });
  await inside.waitForLoadState();
  await rendered(inside);
  const box = await holder.boundingBox();
  must(box.height >= page.viewportSize().height * 0.7, 'the frame is tall enough to read', box.height);
  await look(story, device, 'document-cda');
}

async function rendered(inside) {
  const text = await inside.locator('body').innerText();
  for (const words of ['Bilan sanguin de mars', 'Glycémie normale, à contrôler. <script>alert(1)</script>', 'Biochimie du sang', 'Prélèvement à jeun.', 'Notice du laboratoire', 'Résultats', 'Glucose', '5,0 mmol/l', 'Revenir dans six mois', 'Courbe de glycémie', 'Labo des Lilas', 'MARTIN'])
    must(text.replace(/\s+/gu, ' ').toLowerCase().includes(words.toLowerCase()), `the rendered document says « ${words} »`, text);
  const counts = async (selector) => inside.locator(selector).count();
  mustEqual(await counts('table caption'), 1, 'tables with their caption');
  mustEqual(await counts('img[src^="data:image/png;base64,"]'), 1, 'images of the document');
  must((await counts('li')) >= 2, 'the list of the document', text);
  mustEqual(await counts('script, link, iframe, object, embed, form, base'), 0, 'elements that run, load or send');
  const html = await inside.locator('html').evaluate((e) => e.outerHTML).catch(() => inside.content());
  must(!/\son\w+\s*=|javascript:|outside\.example/iu.test(html), 'no handler, no script address, no outside address', html.match(/.{60}(\son\w+\s*=|javascript:|outside\.example).{60}/isu)?.[0] ?? '');
  const drawn = await inside.locator('img').first().evaluate((e) => e.naturalWidth).catch(() => -1);
  mustEqual(drawn, 24, 'width of the image as drawn');
}

/** "Imprimer (nouvel onglet)": the document alone, under the same bars. */
async function apart(story, device) {
  const { page, context } = device;
  const opened = context.waitForEvent('page');
  const came = context.waitForEvent('response', (response) => response.url().startsWith(`${story.service.documents}/v/`));
  await follow(page, 'Imprimer (nouvel onglet)');
  const tab = await opened;
  await tab.waitForLoadState();
  mustSay(await tab.locator('body').innerText(), 'Glycémie normale', 'the document alone in a tab');
  const origin = await tab.evaluate(() => origin);
  mustEqual(origin, 'null', 'the origin of the document is no one\'s');
  const sent = await came;
  mustSay(sent.headers()['content-security-policy'] ?? '', /^sandbox; default-src 'none'/u, 'the policy of the document');
  await lookAtCopy(story, device, 'document-cda-alone', await sent.text());
  await tab.close();
  await page.bringToFront();
}

async function pdf(story, device) {
  const { page, context } = device;
  await follow(page, 'Mes documents');
  await follow(page, pdfTitle);
  await arrives(page, pdfTitle, { window: 'Document de santé' });
  await says(page, 'Page 1 sur 2');
  await says(page, 'La patiente va bien.');
  await page.waitForFunction(() => {
    const canvas = document.querySelector('.pdf-sheet canvas');
    if (!canvas || canvas.width === 0) return false;
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return data.some((value, at) => at % 4 !== 3 && value < 100);
  });
  await look(story, device, 'document-pdf');
  await press(page, 'Agrandir');
  await says(page, '150 %');
  const address = await page.getByRole('link', { name: 'Télécharger' }).getAttribute('href');
  const answer = await context.request.get(story.service.origin + address);
  must((await answer.body()).equals(await readFile(story.files.pdf)), 'the very bytes that were deposited', `${answer.status()}, ${(await answer.body()).length} bytes`);
  mustSay(answer.headers()['content-disposition'] ?? '', 'attachment', 'the download');
}

async function picture(story, device) {
  const { page } = device;
  await follow(page, 'Mes documents');
  await saysNot(page, 'Rien à afficher');
  await follow(page, imageTitle);
  await arrives(page, imageTitle, { window: 'Document de santé' });
  const shown = page.getByRole('img', { name: /^Image du document/u });
  await shown.waitFor();
  await page.waitForFunction(() => document.querySelector('img.viewer-image')?.naturalWidth === 480);
  must((await shown.getAttribute('src')).startsWith(`${story.service.documents}/v/`), 'the image comes from the documents\' origin', await shown.getAttribute('src'));
  await press(page, 'Agrandir');
  await says(page, '200 %');
  await look(story, device, 'document-image');
  await follow(page, 'Mes documents');
}
