// The real service on a data directory and ports of its own, and the operator's command beside it.
import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import * as http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { eventually, must, mustSay, Unmet } from './must.mjs';

const drain_ms = 10_000;

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

function statusOf(port, where) {
  return new Promise((resolve) => {
    http
      .get({ host: '127.0.0.1', port, path: where, timeout: 2000 }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
      .on('error', () => resolve(undefined));
  });
}

/** The people that the first start prints, to try with. */
function castOf(printed) {
  const person = (words) => {
    const found = new RegExp(`${words}\\s*: ([^,\\n]+), numéro (\\S+), carte (\\S+)`, 'u').exec(printed);
    must(found, `the service prints someone to try with: « ${words} »`, printed);
    return { name: found[1], number: found[2], serial: found[3] };
  };
  const account = (words) => {
    const found = new RegExp(`${words}\\s*: ([^,\\n]+), identifiant (\\S+), mot de passe « ([^»]+) »`, 'u').exec(printed);
    must(found, `the service prints an account to try with: « ${words} »`, printed);
    return { name: found[1], identifier: found[2], password: found[3].trim() };
  };
  return { holder: person('activer'), objector: person("s'opposer"), parent: account('un parent') };
}

export class Service {
  #process;
  #printed = '';
  #log = '';
  #ended;

  static async start({ root, bin, people }) {
    const service = new Service();
    service.root = root;
    service.bin = bin;
    service.folder = await mkdtemp(path.join(os.tmpdir(), 'carnet-story-'));
    service.config = path.join(service.folder, 'carnet.toml');
    service.port = await freePort();
    service.operations = await freePort();
    service.origin = `https://localhost:${service.port}`;
    service.documents = `https://documents.localhost:${service.port}`;
    const data = path.join(service.folder, 'var');
    await mkdir(data, { mode: 0o700 });
    await writeFile(
      service.config,
      `mode = "demonstration"\ndata = "${data}"\n[listen]\nport = ${service.port}\noperations_port = ${service.operations}\n[log]\nlevel = "info"\n`,
    );
    service.#spawn(people);
    await service.#ready();
    service.cast = castOf(service.#printed);
    return service;
  }

  #spawn(people) {
    const words = ['--config', this.config, '--root', this.root, '--demonstration', '--people', String(people)];
    this.#process = spawn(path.join(this.bin, 'carnetd'), words, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process.stdout.setEncoding('utf8').on('data', (text) => (this.#printed += text));
    this.#process.stderr.setEncoding('utf8').on('data', (text) => (this.#log += text));
    this.#ended = new Promise((resolve) => {
      this.#process.once('error', (error) => resolve(`could not start: ${error.message}`));
      this.#process.once('exit', (code, signal) => resolve(signal ?? code));
    });
  }

  async #ready() {
    let end;
    void this.#ended.then((how) => (end = how));
    await eventually(
      async () => {
        if (end !== undefined) throw new Unmet('the service starts and stays', `it ended (${end}): ${this.#log.slice(-600)}`);
        return this.#printed.includes('Carnet est prêt') && (await statusOf(this.operations, '/readyz')) === 200 ? true : undefined;
      },
      '/readyz answers 200 and the welcome is printed',
      { for_ms: 90_000, seen: () => this.#printed + this.#log.slice(-600) },
    );
  }

  /** What the service wrote about itself: lines of JSON. */
  get log() {
    return this.#log;
  }

  /** Runs `carnet` with these words; tells how it ended and what it printed. */
  carnet(...words) {
    return new Promise((resolve) => {
      const all = ['--config', this.config, '--root', this.root, ...words];
      execFile(path.join(this.bin, 'carnet'), all, { timeout: 120_000, encoding: 'utf8' }, (error, out, err) => {
        resolve({ done: error === null, said: `${out}${err}`, words: words.join(' ') });
      });
    });
  }

  async carnetDoes(...words) {
    const result = await this.carnet(...words);
    must(result.done, `carnet ${result.words} succeeds`, result.said);
    return result.said;
  }

  async carnetRefuses(says, ...words) {
    const result = await this.carnet(...words);
    must(!result.done, `carnet ${result.words} is refused`, `it succeeded: ${result.said}`);
    mustSay(result.said, says, `the refusal of carnet ${result.words}`);
  }

  /** SIGTERM, as an operator would: requests end, the program leaves with 0. */
  async stop() {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.kill('SIGTERM');
    const how = await Promise.race([this.#ended, new Promise((late) => setTimeout(late, drain_ms, 'late').unref())]);
    if (how === 'late') this.#process.kill('SIGKILL');
    must(how === 0, 'SIGTERM ends the service with 0 within 10 s', how);
  }

  async remove() {
    if (this.#process.exitCode === null && this.#process.signalCode === null) this.#process.kill('SIGKILL');
    await this.#ended;
    await rm(this.folder, { recursive: true, force: true });
  }
}
