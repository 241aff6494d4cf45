// What a person does on a page and sees there. Everything is found by the words people read.
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { must, Unmet } from './must.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const AxeBuilder = createRequire(path.join(root, 'web', 'package.json'))('@axe-core/playwright').default;
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'];

export const textOf = (page) => page.locator('main').first().innerText({ timeout: 2000 }).catch(() => page.locator('body').innerText());

async function orTell(page, expected, act) {
  try {
    return await act();
  } catch (thrown) {
    if (!/Timeout|waiting for|strict mode/u.test(String(thrown.message))) throw thrown;
    throw new Unmet(expected, `${new URL(page.url()).pathname}: ${await textOf(page).catch(() => '(no page)')}`);
  }
}

/**
 * In a pattern, a space stands for any space: the pages bind some words with no-break ones.
 * A quote is written by its number: Playwright loses what follows a bare one in a Unicode pattern.
 */
const spaced = (words) => (words instanceof RegExp ? new RegExp(words.source.replaceAll(' ', '\\s').replaceAll("'", '\\x27'), words.flags) : words);
const only = (locator) => locator.filter({ visible: true });

export const press = (page, name) => orTell(page, `a button « ${name} »`, () => only(page.getByRole('button', { name, exact: true })).click());
export const follow = (page, name) => orTell(page, `a link « ${name} »`, () => only(page.getByRole('link', { name, exact: true })).first().click());
export const field = (page, label) => only(page.getByLabel(label, { exact: true }));
export const type = (page, label, words) => orTell(page, `a field « ${label} »`, () => field(page, label).fill(words));
export const choose = (page, label) => orTell(page, `a choice « ${label} »`, () => page.getByRole('radio', { name: label, exact: true }).check());
export const says = (page, words) => orTell(page, `the page says « ${words} »`, () => only(page.getByText(spaced(words))).first().waitFor());

export async function saysNot(page, words) {
  const found = only(page.getByText(spaced(words)));
  must((await found.count()) === 0, `the page does not say « ${words} »`, await textOf(page));
}

/** A page has come: its h1, the window's title, and the focus on the h1 unless it is the first page of the visit. */
export async function arrives(page, title, { focus = true, window = title } = {}) {
  await orTell(page, `a page « ${title} »`, () => only(page.getByRole('heading', { level: 1, name: title, exact: true })).waitFor());
  await orTell(page, `the window is named « ${window} », not « ${await page.title()} »`, () => page.waitForFunction((words) => document.title.replaceAll('\u00a0', ' ').startsWith(words), window, { timeout: 5000 }));
  if (focus) await orTell(page, `the focus is on « ${title} »`, () => page.waitForFunction(() => document.activeElement?.tagName === 'H1', undefined, { timeout: 5000 }));
}

/** A form came back with something to mend: the summary has the focus, says it, and so does the window's title. */
export async function mends(page, words) {
  await orTell(page, `the form says what to mend: « ${words} »`, () => page.locator('.summary').getByText(spaced(words)).waitFor());
  const { focused, title } = await page.evaluate(() => ({ focused: document.activeElement?.matches('.summary') ?? false, title: document.title }));
  must(focused, 'the summary of what to mend has the focus', await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 120)));
  must(title.startsWith('Erreur'), 'the window\'s title starts with « Erreur »', title);
}

/** Tab until the control that bears these words has the focus. */
export async function tabTo(page, words) {
  const passed = [];
  for (let press = 0; press < 60; press += 1) {
    const here = await page.evaluate(() => {
      const control = document.activeElement;
      if (!control?.matches('a, button, input, select, summary, iframe, [tabindex="0"]')) return null;
      return (control.getAttribute('aria-label') ?? (control.labels?.[0]?.textContent || control.textContent || '')).replaceAll(/\s+/gu, ' ').trim();
    });
    if (here === words) return;
    if (here !== null) passed.push(here);
    await page.keyboard.press('Tab');
  }
  throw new Unmet(`the keyboard reaches « ${words} »`, passed.join(' | '));
}

/** Is the control with the focus drawn so, in sight and uncovered? */
export async function focusIsSeen(page) {
  const wrong = await page.evaluate(() => {
    const control = document.activeElement;
    const box = control.getBoundingClientRect();
    const style = getComputedStyle(control);
    if (style.outlineStyle === 'none' || Number.parseFloat(style.outlineWidth) < 2) return 'no outline';
    if (box.width === 0 || box.bottom < 0 || box.top > innerHeight) return 'out of sight';
    const top = document.elementFromPoint(Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 1), Math.min(Math.max(box.top + Math.min(box.height / 2, 20), 1), innerHeight - 1));
    return top && !control.contains(top) && !top.contains(control) ? `covered by ${top.tagName}.${top.className}` : '';
  });
  must(wrong === '', 'the focus is drawn, in sight and uncovered', wrong);
}

const told = (found, node) => `axe ${found.id}: ${node.target.join(' ')}: ${node.failureSummary?.split('\n').slice(1, 3).join(' ').trim()}`;

/** A control that the bar at the bottom of the window covers is measured again once it is scrolled into sight. */
async function coveredOnly(page, node) {
  const selector = node.target.at(-1);
  await page.locator(selector).first().evaluate((e) => e.scrollIntoView({ block: 'center' }));
  const { violations } = await new AxeBuilder({ page }).include(selector).withRules(['target-size']).analyze();
  return violations.length === 0;
}

/** What may run nothing cannot be examined from within: `.viewer-frame` is, as a copy, by lookAtCopy. */
async function axe(page) {
  const { violations } = await new AxeBuilder({ page }).withTags(tags).exclude('.viewer-frame').analyze();
  const findings = [];
  for (const found of violations) {
    for (const node of found.nodes) if (found.id !== 'target-size' || !(await coveredOnly(page, node))) findings.push(told(found, node));
  }
  return findings;
}

async function wider(page) {
  const [wide, window] = await page.evaluate(() => [document.scrollingElement.scrollWidth, innerWidth]);
  return wide > window + 1 ? [`the page is ${wide} px wide in ${window}`] : [];
}

/** No secret of a person outside the page itself. */
function left(page, secrets) {
  return page.evaluate((list) => {
    const places = { address: location.href, title: document.title, history: JSON.stringify(history.state), local: JSON.stringify({ ...localStorage }), session: JSON.stringify({ ...sessionStorage }), cookies: document.cookie };
    return Object.entries(places).flatMap(([place, text]) => list.filter((secret) => text.includes(secret)).map((secret) => `« ${secret} » in the ${place}`));
  }, secrets);
}

async function picture(story, page, name) {
  story.pictures += 1;
  await page.screenshot({ path: path.join(story.shots, `${String(story.pictures).padStart(2, '0')}-${name}.png`), fullPage: true });
}

/** Looks at a page as it stands: a picture of it, no barrier, nothing cut, nothing of the person left outside. */
export async function look(story, device, name) {
  const { page, watch } = device;
  await page.evaluate(async () => {
    await document.fonts.ready;
    await Promise.allSettled(document.getAnimations().map((one) => one.finished));
  });
  await picture(story, page, name);
  for (const found of [...(await axe(page)), ...(await wider(page)), ...(await left(page, story.secrets))]) watch.note(`${name}: ${found}`);
}

/** A rendered document, alone on a page without its bars, so that it can be examined. */
export async function lookAtCopy(story, device, name, html) {
  const { watch, width } = device;
  const context = await story.browser.newContext({ viewport: { width, height: 900 } });
  const page = await context.newPage();
  await page.setContent(html);
  await picture(story, page, name);
  for (const found of [...(await axe(page)), ...(await wider(page))]) watch.note(`${name}: ${found}`);
  await context.close();
}
