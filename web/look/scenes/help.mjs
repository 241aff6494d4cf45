// The home page, the pages of help, the outbox of a demonstration.
import { refusal, service } from '../api.mjs';

const production = { 'GET /api/service': { ...service, mode: 'production' } };

const names = ['Nadia Martin', 'Paul Lefèvre', 'Léa Martin', 'Youssef Benali', 'Marie-Thérèse de La Rochefoucauld-Beaumont'];
const channels = ['letter', 'email', 'sms', 'voice'];
const items = Array.from({ length: 25 }, (_none, index) => ({
  id: `m${index}`,
  channel: channels[index % 4],
  to_name: names[index % 5],
  at: `2025-03-0${4 - Math.floor(index / 10)}T0${8 - (index % 8)}:02:00Z`,
  subject: index % 4 < 2 ? 'Votre service Mon espace santé a été créé' : 'Code à usage unique',
  ...(index % 4 < 3 ? { code: 'K7QM-2W9F-40ZZ' } : {}),
}));
const outbox = {
  'GET /api/demonstration/outbox': ({ url }) => (url.searchParams.get('q') ? { today: '2025-03-04', items: [] } : { today: '2025-03-04', items, next_before: 'm24' }),
  'GET /api/demonstration/outbox/*': { id: 'm0', channel: 'letter', to_name: names[0], to_address: '12 rue des Lilas, 35000 Rennes', at: items[0].at, subject: items[0].subject, text: 'Bonjour,\n\nUn espace de santé vous est proposé. Votre code provisoire :\n\nK7QM 2W9F 40ZZ\n\nValable jusqu’au lundi 14 avril 2025 inclus.', pdf: '/api/demonstration/outbox/m0/letter.pdf' },
};
const mail = (name, api, act, more = {}) => ({ name: `outbox-${name}`, path: '/demonstration/courrier', api, act, ...more });

export default [
  { name: 'home', path: '/', weight: 90, slow: true, forced: true, title: /^Votre carnet de santé, tenu par vous - Carnet$/u, says: ['Démonstration : personnes inventées'] },
  { name: 'home-production', path: '/', api: production, says: ['Une question'] },
  { name: 'home-en', path: '/', english: true, title: /^Your health record/u, says: ['Activate my health space'] },
  {
    name: 'home-language',
    path: '/',
    story: true,
    act: async (page) => {
      await page.getByRole('button', { name: 'English' }).click();
      await page.getByRole('heading', { name: 'Your health record, kept by you' }).waitFor();
      if ((await page.evaluate(() => document.documentElement.lang)) !== 'en') throw new Error('the language of the page is not said');
      await page.getByRole('link', { name: 'Object to my health space' }).click();
      await page.getByRole('heading', { name: 'Object to my health space' }).waitFor();
      await page.getByRole('button', { name: 'Français' }).click();
      await page.getByRole('heading', { name: "M'opposer à mon espace santé" }).waitFor();
    },
  },
  { name: 'help', path: '/aide', weight: 200, slow: true, title: /^Aide - Carnet$/u },
  { name: 'help-near', path: '/aide#pres-de-chez-vous', focus: 'h2', story: true },
  { name: 'help-en', path: '/aide', english: true, title: /^Help - Carnet$/u },
  { name: 'accessibility', path: '/accessibilite', title: /^Accessibilité/u },
  {
    name: 'accessibility-dark',
    path: '/accessibilite',
    story: true,
    act: async (page) => {
      await page.getByLabel('Sombres').check();
      if ((await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)) !== 'rgb(23, 19, 28)') throw new Error('the choice of dark colours does nothing');
      await page.reload();
      await page.locator('h1').waitFor();
      if ((await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)) !== 'rgb(23, 19, 28)') throw new Error('the choice of dark colours is forgotten');
    },
  },
  { name: 'privacy', path: '/vie-privee', title: /^Vie privée/u },
  { name: 'missing', path: '/nulle-part', title: /^Cette page n'existe pas/u },
  mail('list', outbox, async (page) => {
    await page.getByRole('button', { name: /^Ouvrir : Lettre/u }).first().click();
    await page.getByText('12 rue des Lilas').waitFor();
  }, { says: ['Date simulée : 4 mars 2025', '25 envois affichés'] }),
  mail('empty', { 'GET /api/demonstration/outbox': { today: '2025-03-04', items: [] } }, null, { says: ['Aucun envoi à afficher.'] }),
  mail('search-empty', outbox, async (page) => {
    await page.getByLabel('Chercher un nom').fill('Zoé');
    await page.keyboard.press('Enter');
    await page.getByText('Aucun envoi à ce nom.').waitFor();
  }),
  mail('error', { 'GET /api/demonstration/outbox': refusal(500, 'fault') }, async (page) => page.getByText("Les envois ne s'affichent pas.").waitFor()),
  mail('search-far', {
    'GET /api/demonstration/outbox': ({ url }) => {
      if (!url.searchParams.get('q')) return outbox['GET /api/demonstration/outbox']({ url });
      return url.searchParams.get('before') ? { today: '2025-03-04', items: items.slice(0, 1) } : { today: '2025-03-04', items: [], next_before: '1f' };
    },
  }, async (page) => {
    await page.getByLabel('Chercher un nom').fill('Nadia');
    await page.keyboard.press('Enter');
    await page.getByText('1 envoi affiché').waitFor();
  }, { story: true }),
  mail('production', production, null, { story: true, says: ["Cette page n'existe qu'en démonstration."] }),
  mail('loading', { 'GET /api/demonstration/outbox': 'never' }, async (page) => page.getByText('Chargement des envois.').waitFor()),
];
