// The product's story, in one browser against the real service: what is read, done and seen, at the width of a phone and of a desk.
// node proof/browser/story.mjs [--width=390] [--until=CHAPTER] [--skip=CHAPTER,CHAPTER]. BIN: where carnetd and carnet are. SHOTS: where the pictures go.
import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openBrowser, openDevice } from './browser.mjs';
import { pdfOf } from './fixtures.mjs';
import { Mail } from './mail.mjs';
import { must, Unmet } from './must.mjs';
import { Service } from './service.mjs';
import { letter } from './chapters/letter.mjs';
import { open } from './chapters/open.mjs';
import { keyboard, object } from './chapters/object.mjs';
import { deposit } from './chapters/deposit.mjs';
import { documents } from './chapters/documents.mjs';
import { add } from './chapters/add.mjs';
import { decides } from './chapters/decides.mjs';
import { readers } from './chapters/readers.mjs';
import { parent } from './chapters/parent.mjs';
import { idle } from './chapters/idle.mjs';
import { close, reopen } from './chapters/close.mjs';
import { lettingBe } from './chapters/letting_be.mjs';
import { secondLetter } from './chapters/second_letter.mjs';
import { around } from './chapters/around.mjs';
import { vigilance } from './chapters/vigilance.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const bin = path.resolve(process.env.BIN ?? path.join(root, 'build', 'release', 'bin'));
const option = (name) => process.argv.find((word) => word.startsWith(`--${name}=`))?.split('=')[1];
const widths = option('width') ? [Number(option('width'))] : [390, 1280];
const people = 60;
const chapter_ms = 120_000;

const all = [letter, open, object, keyboard, deposit, documents, add, decides, readers, parent, idle, close, reopen, lettingBe, secondLetter, around, vigilance];
const chapters = option('skip') ? all.filter((one) => !option('skip').split(',').includes(one.name)) : all;

class Story {
  pictures = 0;
  secrets = [];
  devices = [];

  constructor({ browser, service, width, shots }) {
    Object.assign(this, { browser, service, width, shots });
  }

  /** A phone or a desk of someone's own. */
  async device(name) {
    const made = await openDevice(this.browser, { name, width: this.width, service: this.service });
    this.devices.push(made);
    return made;
  }

  findings() {
    return [...new Set(this.devices.flatMap(({ watch }) => [...watch.findings, ...watch.missing()]))];
  }

  /** Nothing of a person is in what the service writes about itself. */
  leaks() {
    const codes = this.mail.codesGiven().filter((code) => code.includes('-')).flatMap((code) => [code, code.replaceAll('-', '')]);
    const names = ['Nadia', 'Moreau', 'Petit', 'Sorel', 'Tournier', 'nadia.martin', 'courriel.example'];
    return [...new Set([...this.secrets, ...codes, ...names])].filter((secret) => this.service.log.includes(secret)).map((secret) => `the service's log holds « ${secret} »`);
  }
}

async function filesIn(folder) {
  const pdf = path.join(folder, 'Compte rendu de sortie.pdf');
  await writeFile(pdf, pdfOf([['Compte rendu de sortie', 'Centre hospitalier des Lilas', 'La patiente va bien.'], ['Page deux', 'Revoir dans six mois.']]));
  return { pdf };
}

async function play(width, shots) {
  const service = await Service.start({ root, bin, people });
  const browser = await openBrowser(root);
  const story = new Story({ browser, service, width, shots });
  story.files = await filesIn(service.folder);
  story.mail = new Mail(await story.device('outbox'), service.origin);
  let at = 'start';
  try {
    for (const chapter of chapters) {
      at = chapter.name;
      const began = Date.now();
      await Promise.race([chapter(story), tooLate(at)]);
      console.log(`ok   ${width} px, ${at}, ${((Date.now() - began) / 1000).toFixed(1)} s`);
      if (at === option('until')) break;
    }
    await browser.close();
    await service.stop();
    return [...story.findings(), ...story.leaks()];
  } catch (thrown) {
    await picturesOfAll(story);
    const words = thrown instanceof Unmet ? thrown.message : (thrown.stack ?? String(thrown));
    return [`chapter ${at}: ${words}`, ...story.findings(), ...(process.env.STORY_LOG ? [service.log.slice(-3000)] : [])];
  } finally {
    await browser.close().catch(() => undefined);
    await service.remove();
  }
}

/** A chapter that waits for ever is a finding, not a test that never ends. */
async function tooLate(chapter) {
  await new Promise((late) => setTimeout(late, chapter_ms).unref());
  throw new Unmet(`chapter ${chapter} ends within ${chapter_ms / 1000} s`, 'it waits still');
}

async function picturesOfAll({ devices, shots }) {
  for (const { name, page } of devices) await page.screenshot({ path: path.join(shots, `broke-${name}.png`), fullPage: true, timeout: 5000 }).catch(() => undefined);
}

async function main() {
  for (const needed of [path.join(bin, 'carnetd'), path.join(bin, 'carnet'), path.join(root, 'web', 'dist', 'index.html'), path.join(root, 'web', 'node_modules', 'playwright-core')])
    await access(needed).catch(() => must(false, `${path.relative(root, needed)} is there`, 'it is not: build first'));
  const folder = process.env.SHOTS ?? (await mkdtemp(path.join(os.tmpdir(), 'carnet-story-shots-')));
  let wrong = 0;
  for (const width of widths) {
    const shots = path.join(folder, String(width));
    await rm(shots, { recursive: true, force: true });
    await mkdir(shots, { recursive: true });
    const findings = await play(width, shots);
    wrong += findings.length;
    for (const finding of findings) console.log(`BAD  ${width} px, ${finding}`);
  }
  console.log(`${wrong === 0 ? 'the story holds' : `${wrong} findings`}; pictures in ${folder}`);
  return wrong === 0 ? 0 : 1;
}

process.exitCode = await main().catch((thrown) => {
  console.log(`BAD  ${thrown.message}`);
  return 1;
});
