// The documents of a space: the list in every state, one document of each kind, adding one.
import { refusal } from '../api.mjs';
import { password, press, sent } from '../people.mjs';
import { cdaPage, child, documents, lister, own, pdf, png, session, space } from '../space_people.mjs';
import { secrets } from './space.mjs';

const failing = { focus: '.summary', title: /^Erreur : / };
const light = { scriptWeight: 150 };
const all = documents(300);
const three = documents(3);
const made = { ...all[2], id: 'fait', title: 'Radio du genou' };
const pages = [['Lettre de liaison', 'Madame Nadia Martin, sortie le 4 mars 2025.'], ['Traitement de sortie', 'Paracetamol 1 g si besoin.'], []];
const tools = 'http://localhost:1';
const view = (kind) => ({ status: 201, body: { kind, url: `${tools}/v/${kind}`, media_type: '', ...(kind === 'html' ? {} : { content: `/api/spaces/moi/views/${kind}` }) } });

const one = (id) => all.find((document) => document.id === id);
const api = {
  'GET /api/session': session(own, child),
  'GET /api/spaces/moi': space(own),
  'GET /api/spaces/moi/documents': lister(all),
  ...Object.fromEntries(all.slice(0, 12).map((document) => [`GET /api/spaces/moi/documents/${document.id}`, document])),
  'POST /api/spaces/moi/documents/d1/view': view('pdf'),
  'GET /api/spaces/moi/views/pdf': { status: 200, headers: { 'content-type': 'application/pdf' }, body: pdf(pages) },
  'POST /api/spaces/moi/documents/d0/view': view('html'),
  'POST /api/spaces/moi/documents/d2/view': view('image'),
  'POST /api/spaces/moi/documents/d1/contest': { status: 200, body: {} },
  'POST /api/spaces/moi/uploads': { status: 201, body: { upload: 'u1', received: 0, chunk: 1_048_576 } },
  'GET /api/spaces/moi/uploads/u1': { received: 600_000, size: 1_000_000 },
  'PUT /api/spaces/moi/uploads/u1': ({ url, body }) => ({ received: Math.min(1_000_000, Number(url.searchParams.get('offset')) + (body ?? 0)) }),
  'POST /api/spaces/moi/uploads/u1/document': { status: 201, body: made },
  'GET /api/spaces/moi/documents/fait': made,
};
const scene = (name, path, act, more = {}) => ({ name, path, act, secrets, ...more, api: { ...api, ...more.api } });
const list = (name, act, more = {}) => scene(`documents-${name}`, '/espace/moi/documents', act, more);
const heading = (page, name) => page.getByRole('heading', { name, level: 1 }).waitFor();

function must(condition, words) {
  if (!condition) throw new Error(words);
}

/** The documents' own origin. */
async function elsewhere(page, { origin }, path) {
  await page.route(`${tools}/**`, (route) => {
    const image = route.request().url().endsWith('image');
    return route.fulfill(image ? { contentType: 'image/png', body: png(900, 1400) } : { contentType: 'text/html', headers: { 'content-security-policy': "sandbox; default-src 'none'; style-src 'unsafe-inline'" }, body: cdaPage });
  });
  await page.goto(origin + path);
  await page.locator('h1:visible').waitFor();
}
const document = (name, id, ready, more = {}) =>
  scene(`document-${name}`, '/aide', async (page, context) => {
    await elsewhere(page, context, `/espace/moi/documents/${id}`);
    await ready(page, context);
  }, more);

/** Signs in and out as told. */
function signingIn() {
  let inside = false;
  return {
    'GET /api/session': () => (inside ? session(own, child) : { signed_in: false }),
    'POST /api/sign-in': { channels: [], sent },
    'POST /api/sign-in/code': () => {
      inside = true;
      return { home: '/espace/moi' };
    },
    'POST /api/sign-out': () => {
      inside = false;
      return { status: 204 };
    },
  };
}

async function signIn(page) {
  await page.getByLabel('Identifiant', { exact: true }).fill('nadia');
  await page.getByLabel('Mot de passe', { exact: true }).fill(password);
  await press(page, 'Continuer');
  await page.getByLabel('Code reçu').fill('123456');
  await press(page, 'Me connecter');
}

const file = { name: 'radio.png', mimeType: 'image/png', buffer: Buffer.concat([png(300, 400), Buffer.alloc(1_000_000)]).subarray(0, 1_000_000) };

async function addTo(page, step, given = file) {
  await page.locator('#file').setInputFiles(given, { timeout: 60_000 });
  await press(page, 'Continuer');
  if (step === 1) return;
  await heading(page, 'Nature du document');
  if (step === 2) return;
  await page.getByLabel('Radio, scanner, échographie').check();
  await press(page, 'Continuer');
  await heading(page, 'Titre et date');
  if (step === 3) return;
  await page.getByLabel('Titre', { exact: true }).fill('Radio du genou');
  await page.getByLabel('Jour').fill('4');
  await page.getByLabel('Mois').fill('3');
  await page.getByLabel('Année').fill('2025');
  await press(page, 'Continuer');
  await heading(page, 'Vérifiez, puis envoyez');
}
const add = (name, act, more = {}) => scene(`add-${name}`, '/espace/moi/documents/ajouter', act, more);

async function stop(page) {
  await addTo(page);
  await press(page, 'Ajouter ce document');
  await page.getByText("L'envoi s'est arrêté à").waitFor();
}
const cut = { 'PUT /api/spaces/moi/uploads/u1': [{ received: 200_000 }, { received: 400_000 }, { received: 600_000 }, 'unreachable', ({ url, body }) => ({ received: Number(url.searchParams.get('offset')) + (body ?? 0) })] };

export default [
  list('0', (page) => page.getByText('Aucun document').waitFor(), { ...light, slow: true, title: /^Mes documents de santé - Carnet$/u, api: { 'GET /api/spaces/moi/documents': lister([]) }, says: ['Aucun document à afficher. Vos professionnels de santé déposent ici ; vous aussi.'] }),
  list('3', null, { ...light, print: true, api: { 'GET /api/spaces/moi/documents': lister(three) }, says: ['3 documents', 'Document ajouté par vous', 'nouveau'] }),
  list('300', (page) => page.getByText('25 sur 300').waitFor(), { ...light, slow: true, forced: true, says: ['300 documents', 'Afficher 25 documents de plus', '25 sur 300'] }),
  list('more', async (page) => {
    await press(page, 'Afficher 25 documents de plus');
    await page.getByText('50 sur 300').waitFor();
    must((await page.evaluate(() => window.document.activeElement?.id)) === 'document-d25', 'the focus is not on the first new document');
  }, { story: true }),
  list('more-failed', async (page) => {
    await press(page, 'Afficher 25 documents de plus');
    await page.getByText("La suite ne s'affiche pas.").waitFor();
  }, { story: true, api: { 'GET /api/spaces/moi/documents': ({ url }) => (url.searchParams.has('cursor') ? refusal(500, 'fault') : lister(all)({ url })) } }),
  list('filters', async (page) => {
    await press(page, 'Filtrer');
    await page.getByLabel('Type de document').selectOption({ label: 'Ordonnances (64)' });
    await page.getByRole('button', { name: 'Voir 64 documents' }).waitFor();
  }),
  list('filtered', async (page) => {
    await press(page, 'Filtrer');
    await page.getByLabel('Année').selectOption({ index: 2 });
    await page.getByRole('button', { name: /^Voir \d+ documents$/u }).click();
    await page.getByRole('button', { name: 'Tout afficher' }).first().waitFor();
  }, { focus: '.count' }),
  list('filtered-empty', async (page) => {
    await press(page, 'Filtrer');
    await page.getByLabel('Année').selectOption({ label: '2016 (1)' });
    await page.getByLabel('Déposé par').selectOption({ index: 1 });
    await page.getByRole('button', { name: 'Voir 0 document' }).click();
    await page.getByText('Rien à afficher avec ces filtres.').waitFor();
  }),
  list('loading', async (page) => page.getByText('Chargement des documents.').waitFor(), { api: { 'GET /api/spaces/moi/documents': 'never' } }),
  list('error', async (page) => page.getByText("Vos documents sont conservés, mais ne s'affichent pas.").waitFor(), { api: { 'GET /api/spaces/moi/documents': refusal(500, 'fault') } }),
  list('archive', null, { api: { 'GET /api/session': session({ ...own, state: 'closed' }) }, says: ['Profil clôturé'] }),
  list('second', null, { api: { 'GET /api/spaces/moi': space(own, { second_letter_awaited: true }) }, says: ["J'ai le code de la lettre"] }),
  list('refused', null, { api: { 'GET /api/spaces/moi/documents': refusal(403, 'access.state_refuses_holder') }, says: ["Voir ce qui peut être fait"] }),
  scene('documents-child', `/espace/${child.who}/documents`, null, { api: { [`GET /api/spaces/${child.who}/documents`]: lister(three.map((one) => (one.source === 'holder' ? { ...one, author: { name: 'Paul Martin' } } : one))) }, says: ['Ses documents de santé', 'Document ajouté par Paul Martin'] }),
  list('back', async (page) => {
    await press(page, 'Filtrer');
    await page.getByLabel('Type de document').selectOption({ label: 'Ordonnances (64)' });
    await press(page, 'Voir 64 documents');
    await press(page, 'Afficher 25 documents de plus');
    await page.getByText('50 sur 64').waitFor();
    const link = page.locator('#document-d129');
    await link.scrollIntoViewIfNeeded();
    const before = await page.evaluate(() => scrollY);
    must(before > 1000, 'the list is too short for this scene');
    for (const way of ['back', 'link']) {
      await link.click();
      await heading(page, 'Ordonnance');
      must((await page.evaluate(() => scrollY)) < 200, 'the document does not start at its top');
      if (way === 'back') await page.goBack();
      else await page.getByRole('link', { name: 'Mes documents', exact: true }).click();
      await heading(page, 'Mes documents de santé');
      await page.waitForTimeout(400);
      const after = await page.evaluate(() => [scrollY, window.document.activeElement?.id]);
      must(Math.abs(after[0] - before) < 30 && after[1] === 'document-d129', `${way}: place ${before} became ${JSON.stringify(after)}`);
      must(await page.getByText(/^64 documents/u).isVisible(), 'the filters are lost');
    }
  }, { story: true, api: { 'GET /api/spaces/moi/documents/d129': one('d129') } }),
  document('pdf', 'd1', async (page) => {
    await page.getByText('Page 3 sur 3').waitFor();
    await page.getByText('Traitement de sortie').waitFor({ state: 'attached' });
    await page.locator('.pdf-sheet canvas').first().evaluate((canvas) => new Promise((done) => setTimeout(() => done(canvas.width), 600)));
    const drawn = await page.locator('.pdf-sheet canvas').first().evaluate((canvas) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      let dark = 0;
      for (let at = 0; at < data.length; at += 4) if (data[at] < 100 && data[at + 3] > 0) dark += 1;
      return dark;
    });
    must(drawn > 200, `the page is not drawn (${drawn} dark points)`);
  }, { title: /^Document de santé - Carnet$/u, says: ['Page 2 sur 3', 'Télécharger', 'Imprimer', "Ce document n'est pas à moi"] }),
  document('pdf-large', 'd1', async (page) => {
    await page.getByText('Page 3 sur 3').waitFor();
    await press(page, 'Agrandir');
    await page.getByText('150 %').waitFor({ state: 'attached' });
    for (const name of ['Agrandir', 'Agrandir', 'Réduire']) await press(page, name);
    must((await page.evaluate(() => window.document.activeElement?.textContent)) === 'Réduire', 'the focus is lost');
  }),
  document('pdf-print', 'd1', async (page) => {
    await page.getByText('Page 3 sur 3').waitFor();
    await page.evaluate(() => {
      window.print = () => (window.sheets = window.document.querySelectorAll('.pdf-sheets img').length);
    });
    await press(page, 'Imprimer');
    await page.waitForFunction(() => window.sheets === 3);
  }, { story: true }),
  document('pdf-broken', 'd1', (page) => page.getByText("Ce document ne s'affiche pas ici.").waitFor(), { api: { 'GET /api/spaces/moi/views/pdf': { status: 200, headers: { 'content-type': 'application/pdf' }, body: Buffer.from('%PDF-1.4 rien') } } }),
  document('image', 'd2', (page) => page.locator('.viewer-image').evaluate((image) => image.decode()), { says: ['Document ajouté par vous', 'Agrandir'] }),
  document('cda', 'd0', async (page) => {
    await page.frameLocator('iframe').getByRole('heading', { name: 'Compte rendu de biologie médicale' }).waitFor();
    must((await page.locator('iframe').getAttribute('sandbox')) === '', 'the frame is not sandboxed');
    await page.getByRole('button', { name: 'Lire au clavier : entrer dans le document' }).focus();
    await page.keyboard.press('Enter');
    must((await page.evaluate(() => window.document.activeElement?.tagName)) === 'IFRAME', 'the keyboard does not enter the document');
  }, { says: ['Imprimer (nouvel onglet)'] }),
  document('view-failed', 'd0', (page) => page.getByText("Ce document ne s'affiche pas ici.").waitFor(), { api: { 'POST /api/spaces/moi/documents/d0/view': refusal(500, 'fault') } }),
  scene('document-missing', '/espace/moi/documents/absent', null, { title: /^Cette page n'existe pas/u }),
  document('contest', 'd1', async (page) => {
    await page.getByRole('link', { name: "Ce document n'est pas à moi" }).click();
    await heading(page, "Ce document n'est pas à moi");
  }, { focus: 'h1', says: ['Cacher ce document', 'Garder ce document'] }),
  document('contest-done', 'd1', async (page) => {
    await page.getByRole('link', { name: "Ce document n'est pas à moi" }).click();
    await press(page, 'Cacher ce document');
    await heading(page, 'Document caché');
  }, { focus: 'h1' }),
  add('file', null, { ...light, title: /^Ajouter un document - Étape 1 sur 4/u }),
  add('file-chosen', (page) => page.locator('#file').setInputFiles(file), { says: ['Choisi : radio.png, 1 Mo'] }),
  add('file-none', (page) => press(page, 'Continuer'), failing),
  add('file-large', (page) => addTo(page, 1, { name: 'scan.pdf', mimeType: 'application/pdf', buffer: Buffer.concat([pdf(pages), Buffer.alloc(31 * 1024 * 1024)]) }), { ...failing, story: true, says: ["31 Mo, c'est trop. Envoyez-le en deux parties."] }),
  add('file-kind', (page) => addTo(page, 1, { name: 'note.docx', mimeType: 'application/msword', buffer: Buffer.from('PK\u0003\u0004') }), { ...failing, says: ['ni un PDF ni une photo'] }),
  add('kind', (page) => addTo(page, 2), { focus: 'h1' }),
  add('about', (page) => addTo(page, 3), { focus: 'h1' }),
  add('about-wrong', async (page) => {
    await addTo(page, 3);
    await page.getByLabel('Jour').fill('31');
    await page.getByLabel('Mois').fill('2');
    await page.getByLabel('Année').fill('2025');
    await press(page, 'Continuer');
    await page.locator('.summary').waitFor();
  }, failing),
  add('check', (page) => addTo(page), { focus: 'h1', says: ['Radio, scanner, échographie', '4 mars 2025'] }),
  add('restored', null, { story: true, path: '/aide', api: { ...signingIn() }, act: async (page, { origin }) => {
    await page.clock.install({ time: new Date('2025-03-04T13:00:00Z') });
    await page.goto(`${origin}/connexion`);
    await signIn(page);
    await page.getByRole('link', { name: 'Ajouter un document' }).first().click();
    await addTo(page, 3);
    await page.getByLabel('Titre', { exact: true }).fill('Radio du genou');
    await page.clock.runFor(15 * 60_000 + 2000);
    await page.getByText('Connectez-vous pour retrouver votre page et votre texte.').waitFor();
    must(!(await page.content()).includes('Radio du genou'), 'the text is still on the page after the time-out');
    await signIn(page);
    await heading(page, 'Titre et date');
    must((await page.getByLabel('Titre', { exact: true }).inputValue()) === 'Radio du genou', 'the text is lost');
  } }),
  add('sending', async (page) => {
    await addTo(page);
    await press(page, 'Ajouter ce document');
    await page.getByText('Envoi : 20 %').first().waitFor();
  }, { api: { 'PUT /api/spaces/moi/uploads/u1': [{ received: 200_000 }, 'never'] } }),
  add('stopped', stop, { api: cut, says: ["L'envoi s'est arrêté à 60 %.", 'Reprendre'] }),
  add('resumed', async (page, { sent: calls }) => {
    await stop(page);
    await press(page, 'Reprendre');
    await heading(page, 'Document ajouté');
    const offsets = calls.filter((call) => call.method === 'PUT').map((call) => call.search);
    must(offsets.includes('?offset=600000') && offsets.filter((offset) => offset === '?offset=0').length === 1, `sent again from the start: ${offsets}`);
  }, { api: cut, focus: 'h1', says: ['Document ajouté, lisible par vos professionnels de santé.'] }),
  add('refused', async (page) => {
    await addTo(page);
    await press(page, 'Ajouter ce document');
    await page.locator('.summary').waitFor();
  }, { ...failing, api: { 'POST /api/spaces/moi/uploads/u1/document': refusal(422, 'record.content_refused') } }),
];
