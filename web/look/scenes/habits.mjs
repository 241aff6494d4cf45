// What holds on every page: time-outs, leaving in a hurry, and each story by the keyboard alone.
import { code, flow, identifier, number, password, receipt, secrets, sent, serial } from '../people.mjs';

const api = {
  'POST /api/activation/facts': { status: 201, body: flow },
  'POST /api/activation/contact': { status: 202, body: sent },
  'POST /api/activation/contact/confirm': { ...flow, contact_confirmed: true, sent },
  'POST /api/activation/identifier': { status: 204 },
  'POST /api/activation/open': { status: 201, body: { receipt: receipt('opened'), who: 'moi' } },
  'POST /api/objection': { status: 201, body: { receipt: receipt('objected') } },
};

/** Tab until the control with these words has the focus. */
async function tabTo(page, words) {
  for (let press = 0; press < 40; press += 1) {
    const here = await page.evaluate(() => {
      const e = document.activeElement;
      if (!e?.matches('a, button, input')) return null;
      return e?.getAttribute('aria-label') ?? (e?.labels?.[0]?.textContent || e?.textContent || '').trim();
    });
    if (here === words) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the keyboard does not reach: ${words}`);
}

async function fill(page, label, words) {
  await tabTo(page, label);
  await page.keyboard.type(words);
  await page.keyboard.press('Enter');
}

async function heading(page, name) {
  await page.getByRole('heading', { name, level: 1 }).waitFor();
  await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
}

async function activateByKeyboard(page) {
  await tabTo(page, "J'ai mon code");
  await page.keyboard.press('Enter');
  await heading(page, 'Code provisoire');
  await fill(page, 'Code provisoire', code.toLowerCase());
  await heading(page, 'Numéro de Sécurité sociale');
  await fill(page, 'Votre numéro', number);
  await heading(page, 'Numéro de série de la carte Vitale');
  await fill(page, 'Numéro de série', serial);
  await heading(page, "Confirmer que c'est vous");
  await tabTo(page, 'SMS au numéro qui finit par 42');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await heading(page, 'Code à usage unique');
  await fill(page, 'Code reçu', '123456');
  await heading(page, 'Identifiant');
  await fill(page, 'Votre identifiant', identifier);
  await heading(page, 'Mot de passe');
  await fill(page, 'Votre mot de passe', password);
  await heading(page, 'Vérifiez, puis décidez');
  await tabTo(page, 'Activer mon espace santé');
  await page.keyboard.press('Space');
  await heading(page, 'Votre espace est activé');
}

async function withClock(page, origin, path) {
  await page.clock.install({ time: new Date('2025-03-04T13:00:00Z') });
  await page.goto(origin + path);
  await page.locator('h1:visible').waitFor();
}

export default [
  {
    name: 'keyboard-activate',
    path: '/activer',
    story: true,
    api,
    secrets,
    act: async (page, { sent: calls }) => {
      await activateByKeyboard(page);
      const asked = calls.find((call) => call.path === '/api/activation/contact');
      if (asked?.body.channel !== 'voice') throw new Error('the arrow did not choose the call');
    },
  },
  {
    name: 'keyboard-object',
    path: '/opposition',
    story: true,
    api,
    act: async (page) => {
      await tabTo(page, "J'ai mon code");
      await page.keyboard.press('Enter');
      await heading(page, 'Code provisoire');
      await fill(page, 'Code provisoire', code);
      await heading(page, 'Numéro de Sécurité sociale');
      await fill(page, 'Votre numéro', number);
      await heading(page, 'Votre décision');
      await tabTo(page, "Je m'oppose à la création de Mon espace santé");
      await page.keyboard.press('Enter');
      await heading(page, 'Opposition enregistrée');
    },
  },
  {
    name: 'keyboard-skip',
    path: '/aide',
    story: true,
    act: async (page) => {
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.waitForFunction(() => document.activeElement?.id === 'contenu');
    },
  },
  {
    name: 'idle-warning',
    path: '/aide',
    api,
    act: async (page, { origin }) => {
      await withClock(page, origin, '/activer?etape=1');
      await page.getByLabel('Code provisoire').fill('k7qm');
      await page.clock.runFor(28 * 60_000 + 2000);
      await page.getByText('Il reste deux minutes avant la fermeture de cette page.').waitFor();
    },
    focus: 'dialog button',
  },
  {
    name: 'idle-extended',
    path: '/aide',
    api,
    story: true,
    act: async (page, { origin }) => {
      await withClock(page, origin, '/activer?etape=1');
      await page.getByLabel('Code provisoire').fill('k7qm');
      await page.clock.runFor(29 * 60_000 + 2000);
      await page.getByText('Il reste une minute').waitFor();
      await page.clock.runFor(40_000);
      await page.getByText('Il reste vingt secondes').waitFor();
      await page.keyboard.press('Enter');
      await page.locator('dialog').waitFor({ state: 'detached' });
      if ((await page.evaluate(() => document.activeElement?.id)) !== 'code') throw new Error('the focus did not come back to the field');
      await page.clock.runFor(20 * 60_000);
      if (await page.locator('dialog').count()) throw new Error('extended for less than the time said');
      if ((await page.getByLabel('Code provisoire').inputValue()).toLowerCase() !== 'k7qm') throw new Error('the text is lost');
    },
  },
  {
    name: 'idle-expired',
    path: '/aide',
    api,
    act: async (page, { origin, sent: calls }) => {
      await withClock(page, origin, '/activer?etape=1');
      await page.getByLabel('Code provisoire').fill('k7qm');
      await page.clock.runFor(30 * 60_000 + 2000);
      await page.getByRole('heading', { name: "Cette page s'est fermée" }).waitFor();
      if (!calls.some((call) => call.method === 'DELETE' && call.path === '/api/activation')) throw new Error('the service was not told');
      await page.getByRole('button', { name: 'Recommencer' }).waitFor();
    },
  },
  ...['button', 'keys'].map((way) => ({
    name: `quit-${way}`,
    path: way === 'keys' ? '/' : '/activer',
    story: true,
    leaves: true,
    act: async (page, { origin, sent: calls }) => {
      await page.route('https://meteofrance.com/**', (route) => route.fulfill({ status: 200, contentType: 'text/html', body: '<title>Météo</title><h1>Beau temps</h1>' }));
      if (way === 'keys') for (let press = 0; press < 3; press += 1) await page.keyboard.press('Shift');
      else await page.getByRole('button', { name: 'Quitter vite' }).click();
      await page.waitForURL('https://meteofrance.com/**');
      if (!calls.some((call) => call.path === '/api/sign-out')) throw new Error('the session was not ended');
      await page.goBack();
      if (page.url().startsWith(`${origin}/activer`)) throw new Error('Back shows the page that was left');
    },
  })),
];
