// npm run look [-- --only=NAME] [-- --quick]: every scene, at three widths, in both themes, measured. Exits 1 on any finding.
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import * as checks from './checks.mjs';
import { script } from './api.mjs';
import { serve } from './server.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(here);
const shots = process.env.LOOK_SHOTS ?? path.join(root, 'node_modules', '.carnet', 'look');
const option = (name) => process.argv.find((word) => word.startsWith(`--${name}`))?.split('=')[1] ?? process.argv.includes(`--${name}`);
const only = option('only');
const quick = option('quick');

const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

// Watches what a page asks for, shifts and breaks, from its first line on.
const watch = () => {
  window.look = { policy: [], shift: 0 };
  addEventListener('securitypolicyviolation', (event) => window.look.policy.push(`${event.violatedDirective} ${event.blockedURI}`));
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.look.shift += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
};

async function open(browser, origin, scene, findings) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'fr-FR', timezoneId: 'Europe/Paris', colorScheme: 'light', reducedMotion: scene.reducedMotion ?? 'no-preference', serviceWorkers: 'block' });
  const page = await context.newPage();
  page.setDefaultTimeout(8000);
  const weight = { all: 0, script: 0, files: [] };
  await page.addInitScript(watch);
  page.on('pageerror', (error) => findings.push(`page error: ${error.message}`));
  page.on('console', (line) => {
    // The watch below is refused by a sandboxed frame: that one complaint is ours.
    if (line.type() === 'error' && !/Failed to load resource|Blocked script execution in 'http:\/\/localhost/u.test(line.text())) findings.push(`console: ${line.text().slice(0, 300)}`);
  });
  page.on('request', (request) => {
    if (scene.leaves && request.isNavigationRequest()) return;
    if (!request.url().startsWith(origin) && !/^(data|blob|about):/u.test(request.url()) && !request.url().startsWith('http://localhost')) findings.push(`outside request: ${request.url()}`);
  });
  page.on('response', async (response) => {
    const sizes = await response.request().sizes().catch(() => null);
    if (!sizes || response.url().includes('/api/')) return;
    weight.all += sizes.responseBodySize;
    if (/\.m?js$/u.test(response.url())) weight.script += sizes.responseBodySize;
    weight.files.push(`${path.basename(response.url())} ${sizes.responseBodySize}`);
  });
  const sent = await script(page, scene.api ?? {});
  if (scene.english) await page.addInitScript(() => localStorage.setItem('carnet.language', 'en'));
  return { context, page, weight, sent };
}

/** Goes to the scene's page and does what it asks; what stands there then is what is measured. */
async function play(page, origin, scene, sent) {
  await page.goto(origin + scene.path);
  await page.waitForSelector('main:visible h1, main:visible [role=status]');
  await page.evaluate(() => document.fonts.ready);
  if (scene.act) await scene.act(page, { origin, sent });
  await page.waitForTimeout(150);
}

async function settle(page, theme, width) {
  await page.emulateMedia({ colorScheme: theme });
  await page.setViewportSize({ width, height: width < 500 ? 844 : 900 });
  await page.waitForTimeout(180);
}

async function measure(page, scene, weight, add) {
  const views = quick ? [['light', 390]] : [['light', 390], ['dark', 390], ['light', 768], ['light', 1280], ['dark', 1280]];
  for (const [theme, width] of views) {
    await settle(page, theme, width);
    await page.screenshot({ path: path.join(shots, `${scene.name}-${width}-${theme}.png`), fullPage: true });
    add(`${width} ${theme}`, [...(await checks.axe(page)), ...(await checks.contrast(page))]);
  }
  await settle(page, 'light', 320);
  add('320', await checks.reflow(page, '100 %'));
  await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
  await page.waitForTimeout(100);
  await page.screenshot({ path: path.join(shots, `${scene.name}-320-text200.png`), fullPage: true });
  add('320', await checks.reflow(page, 'text 200 %'));
  await page.evaluate(() => document.documentElement.style.removeProperty('font-size'));
  await settle(page, 'light', 390);
  add('', await page.evaluate(() => [...window.look.policy.map((line) => `policy: ${line}`)]));
  add('', await checks.traces(page, scene.secrets ?? []));
  if (scene.weight && weight.all > scene.weight * 1024) add('', [`weight ${(weight.all / 1024).toFixed(1)} KB over ${scene.weight}: ${weight.files.join(', ')}`]);
  if (scene.scriptWeight && weight.script > scene.scriptWeight * 1024) add('', [`script ${(weight.script / 1024).toFixed(1)} KB over ${scene.scriptWeight}: ${weight.files.join(', ')}`]);
  if (scene.print) {
    await page.emulateMedia({ media: 'print', colorScheme: 'light' });
    await page.screenshot({ path: path.join(shots, `${scene.name}-print.png`), fullPage: true });
    if (await page.locator('.header-tools, .footer, .space-nav').filter({ visible: true }).count()) add('print', ['navigation on paper']);
    await page.emulateMedia({ media: 'screen' });
  }
  if (scene.forced) {
    await page.emulateMedia({ forcedColors: 'active' });
    await page.screenshot({ path: path.join(shots, `${scene.name}-forced.png`), fullPage: true });
    await page.emulateMedia({ forcedColors: 'none' });
  }
  add('', await checks.keyboard(page));
}

async function expectations(page, scene) {
  const findings = [];
  const shift = await page.evaluate(() => window.look?.shift ?? 0);
  if (shift > 0.02 && !scene.leaves) findings.push(`layout shift ${shift.toFixed(3)}`);
  // The title follows the page's first heading by a frame; on a busy machine by more.
  const titled = async () => (await page.title()).replaceAll('\u00a0', ' ');
  for (let look = 0; scene.title && look < 40 && !scene.title.test(await titled()); look += 1) await page.waitForTimeout(50);
  const title = await titled();
  if (scene.title && !scene.title.test(title)) findings.push(`title "${title}" is not ${scene.title}`);
  if (scene.focus) {
    // A page that comes with its code takes the focus when it is there.
    const right = await page.waitForFunction((selector) => document.activeElement?.matches(selector), scene.focus, { timeout: 2000 }).then(() => true, () => false);
    if (!right) findings.push(`focus is not on ${scene.focus} but ${await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 120))}`);
  }
  for (const words of scene.says ?? []) if (!(await page.getByText(words).filter({ visible: true }).first().isVisible().catch(() => false))) findings.push(`does not say: ${words}`);
  return findings;
}

async function runScene(browser, origin, scene) {
  const findings = [];
  const add = (where, list) => findings.push(...list.map((text) => (where ? `[${where}] ${text}` : text)));
  const { context, page, weight, sent } = await open(browser, origin, scene, findings);
  try {
    if (scene.slow) {
      const session = await context.newCDPSession(page);
      await session.send('Network.emulateNetworkConditions', { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 50_000 });
    }
    await play(page, origin, scene, sent);
    add('', await expectations(page, scene));
    if (scene.story !== true) await measure(page, scene, weight, add);
    if (process.env.LOOK_WEIGHTS) console.log(`   ${scene.name}: ${(weight.all / 1024).toFixed(1)} KB, script ${(weight.script / 1024).toFixed(1)} KB`);
  } catch (thrown) {
    add('', [`broke: ${String(thrown.message ?? thrown).split('\n').slice(0, 6).join(' | ')}`]);
    await page.screenshot({ path: path.join(shots, `${scene.name}-broke.png`), fullPage: true }).catch(() => undefined);
  }
  await context.close();
  return [...new Set(findings)];
}

const scenes = [];
for (const file of (await readdir(path.join(here, 'scenes'))).sort()) scenes.push(...(await import(path.join(here, 'scenes', file))).default);
const chosen = scenes.filter((scene) => typeof only !== 'string' || scene.name.startsWith(only));
await mkdir(shots, { recursive: true });
const site = await serve(path.join(root, 'dist'));
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: flags, headless: true });
let wrong = 0;
for (const scene of chosen) {
  const findings = await runScene(browser, site.origin, scene);
  wrong += findings.length;
  console.log(`${findings.length === 0 ? 'ok ' : 'BAD'} ${scene.name}`);
  for (const finding of findings) console.log(`    ${finding}`);
}
await browser.close();
site.close();
console.log(`${chosen.length} scenes, ${wrong} findings; screenshots in ${shots}`);
process.exit(wrong === 0 ? 0 : 1);
