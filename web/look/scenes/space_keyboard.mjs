// The stories of a space by the keyboard alone.
import { code, password, receipt, sent } from '../people.mjs';
import { child, documents, lister, own, session, space, tracer, traces } from '../space_people.mjs';

const all = documents(30);
const api = {
  'GET /api/session': session(own, child),
  'GET /api/spaces/moi': space(own),
  'GET /api/spaces/moi/documents': lister(all),
  'GET /api/spaces/moi/documents/d1': all[1],
  'POST /api/spaces/moi/documents/d1/view': { status: 500, body: { code: 'fault' } },
  'POST /api/spaces/moi/documents/d1/contest': { status: 200, body: {} },
  'GET /api/spaces/moi/traces': tracer(traces(20)),
  'POST /api/reauthentication': { sent },
  'POST /api/spaces/moi/closure': { status: 201, body: { receipt: receipt('closed'), kept_until: '2035-03-04' } },
  'GET /api/children': { children: [{ who: 'k2', name: 'Maxence Martin', birth_date: '2024-11-02', state: 'notified', deadline: '2025-03-14' }] },
  'POST /api/children/k2/objection': { status: 201, body: { receipt: receipt('objected') } },
};

/** Tab until the control with these words has the focus. */
async function tabTo(page, words) {
  for (let press = 0; press < 80; press += 1) {
    const here = await page.evaluate(() => {
      const e = document.activeElement;
      return e?.getAttribute('aria-label') ?? (e?.labels?.[0]?.textContent || e?.textContent || '').trim();
    });
    if (here === words) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the keyboard does not reach: ${words}`);
}

async function enter(page, words, key = 'Enter') {
  await tabTo(page, words);
  await page.keyboard.press(key);
}

async function fill(page, label, words) {
  await tabTo(page, label);
  await page.keyboard.type(words);
  await page.keyboard.press('Enter');
}

/** A new page: its h1 is read first. */
async function heading(page, name) {
  await page.getByRole('heading', { name, level: 1 }).waitFor();
  await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
}

const story = (name, path, act) => ({ name: `keyboard-${name}`, path, story: true, api, act });

export default [
  story('documents', '/espace/moi', async (page) => {
    await page.getByText('Mes documents de santé').waitFor();
    await enter(page, 'Mes documents de santé');
    await heading(page, 'Mes documents de santé');
    await enter(page, 'Filtrer', 'Space');
    await tabTo(page, 'Type de document');
    await page.keyboard.type('Ordon');
    await page.getByRole('button', { name: /^Voir [1-7] documents$/u }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.classList.contains('count'));
    await enter(page, 'Ordonnance');
    await heading(page, 'Ordonnance');
    await enter(page, "Ce document n'est pas à moi");
    await heading(page, "Ce document n'est pas à moi");
    await enter(page, 'Cacher ce document', 'Space');
    await heading(page, 'Document caché');
  }),
  story('readers', '/espace/moi/qui-a-consulte', async (page) => {
    await page.getByText('Lesquels ?').first().waitFor();
    await tabTo(page, "En cas d'urgence");
    await page.keyboard.press('Space');
    await page.getByText('Cabinet des Lilas').first().waitFor({ state: 'detached' });
  }),
  story('closure', '/espace/moi/parametres/cloture', async (page) => {
    await enter(page, 'Continuer');
    await heading(page, 'Clôture du profil');
    await fill(page, 'Mot de passe', password);
    await heading(page, 'Clôture du profil');
    await fill(page, 'Code reçu', '123456');
    await heading(page, 'Profil clôturé');
  }),
  story('child', '/espace/enfants', async (page) => {
    await page.getByText('Maxence Martin').first().waitFor();
    await enter(page, 'Décider avec son code Maxence Martin');
    await heading(page, 'Code provisoire de votre enfant');
    await fill(page, 'Code provisoire', code);
    await heading(page, 'Votre décision');
    await enter(page, "Je m'oppose à la création de son espace santé", 'Space');
    await heading(page, 'Opposition enregistrée');
  }),
];
