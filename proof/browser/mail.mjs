// The outbox of the demonstration, read as anyone reads it: on its page, by a name, newest first.
import { eventually, must } from './must.mjs';
import { arrives, press, textOf, type } from './page.mjs';

export const subjects = {
  announced: /^Votre service .+ a été créé$/u,
  code: 'Votre code provisoire',
  oneTime: 'Votre code à usage unique',
  second: 'Votre second code',
  opened: 'Votre espace est activé',
  openedByDefault: 'Votre espace est ouvert',
  objected: 'Opposition enregistrée',
  closed: 'Votre espace est clôturé',
};

export class Mail {
  #given = new Set();

  constructor(device, origin) {
    this.device = device;
    this.origin = origin;
  }

  get page() {
    return this.device.page;
  }

  /** The card of the newest message to someone, once it is there. */
  async find(name, subject) {
    const { page } = this;
    if (!page.url().endsWith('/demonstration/courrier')) {
      await page.goto(`${this.origin}/demonstration/courrier`);
      await arrives(page, 'Courrier sortant', { focus: false });
    }
    await type(page, 'Chercher un nom', name);
    await press(page, 'Chercher');
    const card = page.getByRole('article').filter({ hasText: name }).filter({ has: page.getByText(subject, { exact: typeof subject === 'string' }) }).first();
    await eventually(
      async () => {
        if (await card.waitFor({ timeout: 1000 }).then(() => true, () => false)) return true;
        await press(page, 'Actualiser');
        return undefined;
      },
      `a message « ${subject} » to ${name} in the outbox`,
      { seen: () => textOf(page) },
    );
    return card;
  }

  /** Copies the code of the newest such message by its button, waiting for one that was not given before. Leaves it on the clipboard. */
  async code(name, subject) {
    return eventually(
      async () => {
        const card = await this.find(name, subject);
        await card.getByRole('button', { name: /^Copier le code/u }).click();
        const said = card.getByText(/^Code copié\s:\s/u);
        // A newer message may have come first between the two: the one copied is then no longer the newest.
        if (!(await said.waitFor({ timeout: 2000 }).then(() => true, () => false))) return undefined;
        const code = (await said.innerText()).replace(/^Code copié\s:\s/u, '').trim();
        must((await this.page.evaluate(() => navigator.clipboard.readText())) === code, 'the copied code is on the clipboard', code);
        if (this.#given.has(code)) {
          await press(this.page, 'Actualiser');
          return undefined;
        }
        this.#given.add(code);
        return code;
      },
      `a new code for ${name}, in « ${subject} »`,
      { seen: () => textOf(this.page) },
    );
  }

  /** Opens the newest such message; its card with the text shown. */
  async open(name, subject) {
    const card = await this.find(name, subject);
    if ((await card.getByRole('button', { name: /^Ouvrir/u }).count()) > 0) await card.getByRole('button', { name: /^Ouvrir/u }).click();
    await card.locator('.as-sent').last().waitFor();
    return card;
  }

  codesGiven() {
    return [...this.#given];
  }
}
