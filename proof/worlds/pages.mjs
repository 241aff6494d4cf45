// node pages.mjs [RECORDS] [SEED]: the pages of two worlds that differ by one hidden item, opened in real Chromium by those who may not see it. The DOM,
// the tree that a screen reader is given, what the network answered and the picture must be the same, byte for byte.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openBrowser } from '../browser/browser.mjs';
import { Traffic } from './traffic.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const bin = path.resolve(process.env.BIN ?? path.join(root, 'build', 'release', 'bin'));
const records = Number(process.argv[2] ?? 50);
const seed = Number(process.argv[3] ?? 1);
const origin = 'https://localhost:8443'; // of both worlds: each browser is led to its own
const both = [0, 1];
const widths = [390, 1280];
const mostDocuments = 3;
const shown = 12;
const mostLooks = 200;
const patience_ms = 60_000; // the machine may be busy with other proofs

/** The two services, in a program of their own. */
class Worlds {
  #asked = [];

  static async start() {
    const worlds = new Worlds();
    worlds.process = spawn(path.join(bin, 'worlds_pages'), [String(records), String(seed)], { stdio: ['pipe', 'pipe', 'inherit'] });
    worlds.process.once('exit', (code) => worlds.#asked.forEach(({ reject }) => reject(new Error(`worlds_pages ended with ${code}`))));
    const ports = worlds.#answer();
    createInterface({ input: worlds.process.stdout }).on('line', (line) => worlds.#asked.shift().resolve(JSON.parse(line)));
    worlds.ports = (await ports).ports;
    return worlds;
  }

  #answer() {
    return new Promise((resolve, reject) => this.#asked.push({ resolve, reject }));
  }

  ask(question) {
    const answer = this.#answer();
    this.process.stdin.write(`${JSON.stringify(question)}\n`);
    return answer;
  }

  async canonical(world, text) {
    return (await this.ask({ canonical: world, text })).text;
  }

  end() {
    this.process.stdin.end();
  }
}

/** As it stands once nothing moves: a heading, no row of what is coming, fonts and transitions done, the browser with nothing left to do. */
const still = (page) =>
  page.evaluate(async () => {
    await document.fonts.ready;
    await Promise.allSettled(document.getAnimations().map((one) => one.finished));
    for (let turn = 0; turn < 2; turn += 1) await new Promise((idle) => requestIdleCallback(() => requestAnimationFrame(idle)));
    const waits = document.querySelector('main h1') === null || document.title === 'Carnet' || document.querySelector('.skeleton, [aria-busy="true"]') !== null;
    return waits ? null : document.documentElement.outerHTML;
  });

/** Until a page asks nothing, waits for nothing and is the same twice. */
async function comesToRest({ page, traffic }) {
  let before = null;
  for (let look = 0; look < mostLooks; look += 1) {
    await traffic.settled();
    const now = await still(page);
    if (now !== null && now === before) return;
    before = now;
  }
  throw new Error(`a page never comes to rest: ${page.url()}`);
}

/** Everything that the person at this browser is given of a page, the parts named. */
async function seen({ page, traffic, world }, worlds) {
  await comesToRest({ page, traffic });
  const frames = await Promise.all(page.frames().map(async (frame) => `${frame.url()}\n${await frame.content()}`));
  const aria = await page.locator('body').ariaSnapshot();
  const kept = await page.evaluate(() => JSON.stringify({ address: location.href, title: document.title, local: { ...localStorage }, cookies: document.cookie }));
  const picture = createHash('sha256').update(await page.screenshot({ fullPage: true, animations: 'disabled', caret: 'hide' })).digest('hex');
  const { answers, files } = traffic.taken();
  const texts = { page: frames.join('\n'), aria, network: answers.join('\n'), kept, files: files.join('\n') };
  const parts = { picture };
  for (const [name, text] of Object.entries(texts)) parts[name] = await worlds.canonical(world, text);
  return { parts, answers: answers.length };
}

/** The first page is loaded; the others are reached as by a link of the one before. */
async function goes(page, address) {
  if (page.url().startsWith(origin)) await page.evaluate((to) => history.pushState(null, '', to), address);
  else await page.goto(origin + address, { timeout: patience_ms });
}

/** The documents that the list shows, as the addresses of their pages. */
const listed = (page) => page.locator('main a[href*="/documents/"]').evaluateAll((links) => [...new Set(links.map((link) => link.getAttribute('href')))].filter((one) => !one.includes('ajouter')));

/** What a viewer opens: each visit is the address in either world, or something done on the page. */
function* visits(viewer, told) {
  const space = `/espace/${viewer.who}`;
  const kinds = ['professionals', 'self', 'emergency'];
  yield space;
  yield `${space}/documents`;
  yield { documents: true };
  yield { item: '' };
  yield { item: '?etape=qui-peut-voir' };
  if (viewer.sees_traces) {
    yield `${space}/qui-a-consulte`;
    yield `${space}/qui-a-consulte?voir=${kinds[told.record % kinds.length]}`;
    yield `${space}/qui-a-consulte?etape=preuve`;
  }
  yield `${space}/qui-peut-voir`;
  yield `${space}/qui-peut-voir?etape=quelqu-un`;
  yield `${space}/qui-peut-voir?etape=urgences`;
  yield `${space}/parametres`;
  yield '/espace/enfants';
  yield `${space}/documents`; // once more, after all that was asked
}

const around = (text, at) => text.slice(Math.max(0, at - 160), at + 360).replaceAll(/\s+/gu, ' ');
function difference(one, two) {
  let at = 0;
  while (at < one.length && one[at] === two[at]) at += 1;
  return `\n      with:    ${around(one, at)}\n      without: ${around(two, at)}`;
}

class Comparison {
  counted = { records: 0, viewers: 0, pages: 0, answers: 0, bytes: 0, differ: 0, controls: 0, controlsThatDiffer: 0, unseen: 0 };

  constructor(worlds, browsers) {
    Object.assign(this, { worlds, browsers });
  }

  async record(told) {
    let differ = 0;
    for (const viewer of told.viewers) differ += await this.viewer(told, viewer);
    if (told.control) {
      this.counted.controls += 1;
      this.counted.controlsThatDiffer += differ > 0 ? 1 : 0;
      console.log(`control ${told.record}: an item that the holder sees: ${differ} parts of pages differ`);
      return;
    }
    this.counted.records += 1;
    this.counted.unseen += told.seen ? 0 : 1;
    this.counted.differ += differ;
    console.log(`record ${told.record}: an item ${told.hidden}, opened by ${told.viewers.map(({ name }) => name).join(', ')}: ${differ} differ`);
  }

  async viewer(told, viewer) {
    this.counted.viewers += told.control ? 0 : 1;
    const width = widths[this.counted.viewers % widths.length];
    const devices = await Promise.all(both.map((world) => this.device(told, viewer, world, width)));
    let differ = 0;
    for (const visit of visits(viewer, told)) differ += await this.visit(told, viewer, devices, visit);
    await Promise.all(devices.map(({ context }) => context.close()));
    return differ;
  }

  async device(told, viewer, world, width) {
    const context = await this.browsers[world].newContext({ viewport: { width, height: 844 }, locale: 'fr-FR', timezoneId: 'Europe/Paris', ignoreHTTPSErrors: true, serviceWorkers: 'block' });
    await context.addCookies([{ name: '__Host-session', value: viewer.cookies[world], url: origin, secure: true, httpOnly: true, sameSite: 'Strict' }]);
    const page = await context.newPage();
    const traffic = new Traffic(() => this.worlds.ask({ step: world }));
    await traffic.follow(context, page);
    await page.clock.setFixedTime(told.now);
    return { context, traffic, page, world };
  }

  async visit(told, viewer, devices, visit) {
    if (typeof visit === 'string') return this.open(told, viewer, devices, [visit, visit]);
    const documents = `/espace/${viewer.who}/documents`;
    if ('item' in visit) return this.open(told, viewer, devices, both.map((world) => `${documents}/${told.ids[world]}${visit.item}`));
    const lists = await Promise.all(devices.map(({ page }) => listed(page)));
    let differ = 0;
    for (let i = 0; i < Math.min(mostDocuments, ...lists.map((list) => list.length)); i += 1) {
      differ += await this.open(told, viewer, devices, both.map((world) => lists[world][i]));
      differ += await this.open(told, viewer, devices, both.map((world) => `${lists[world][i]}?etape=qui-peut-voir`));
    }
    return differ;
  }

  async open(told, viewer, devices, addresses) {
    const given = await Promise.all(
      devices.map(async (device) => {
        await goes(device.page, addresses[device.world]);
        return seen(device, this.worlds);
      }),
    );
    const what = await this.worlds.canonical(0, addresses[0]);
    const differ = Object.keys(given[0].parts).filter((part) => given[0].parts[part] !== given[1].parts[part]);
    if (told.control) return differ.length;
    this.counted.pages += 1;
    this.counted.answers += given[0].answers;
    this.counted.bytes += Object.values(given[0].parts).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    for (const part of differ) if (this.counted.differ < shown) console.log(`BAD  record ${told.record}, an item ${told.hidden}, ${viewer.name}, ${what}, ${part}${difference(given[0].parts[part], given[1].parts[part])}`);
    if (process.env.SHOW) console.log(`     ${what}: « ${/heading "([^"]*)" \[level=1\]/u.exec(given[0].parts.aria)?.[1]} », ${given[0].parts.aria.split('\n').length} lines of ARIA, ${given[0].answers} answers`);
    return differ.length;
  }
}

async function main() {
  for (const needed of [path.join(bin, 'worlds_pages'), path.join(root, 'web', 'dist', 'index.html')]) await access(needed);
  const began = Date.now();
  const worlds = await Worlds.start();
  const browsers = await Promise.all(worlds.ports.map((port) => openBrowser(root, `MAP localhost 127.0.0.1:${port}, MAP documents.localhost 127.0.0.1:${port}`)));
  const comparison = new Comparison(worlds, browsers);
  try {
    for (let told = await worlds.ask({ next: true }); !told.done; told = await worlds.ask({ next: true })) await comparison.record(told);
  } finally {
    await Promise.all(browsers.map((browser) => browser.close()));
    worlds.end();
  }
  const { records: told, viewers, pages, answers, bytes, differ, controls, controlsThatDiffer, unseen } = comparison.counted;
  console.log(`worlds in the browser: ${told} records, ${viewers} viewers, ${pages} pages in each world, ${answers} answers, ${bytes} bytes compared: ${differ} differ ` +
    `(seed ${seed}, ${Math.round((Date.now() - began) / 1000)} s; control: ${controlsThatDiffer} of ${controls} differ for who sees the item; ${unseen} items that nobody saw)`);
  return told === records && differ === 0 && controls > 0 && controls === controlsThatDiffer && unseen === 0 ? 0 : 1;
}

process.exitCode = await main().catch((thrown) => {
  console.log(`BAD  ${thrown.stack}`);
  return 1;
});
