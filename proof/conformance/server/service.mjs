// The real service on a fresh demonstration, and what an integrator needs of it: a plain address on loopback, the
// hospital's tokens, and the id of a person.
import { spawn } from 'node:child_process';
import { createPrivateKey, randomUUID, sign } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { parse, stringify } from './json.mjs';

const start_ms = 90_000;
const drain_ms = 10_000;
const token_life_ms = 400_000; // renewed before the service's ten minutes are over
const demonstration_numbers = 'urn:oid:1.2.250.1.213.1.4.11';
/** People of the demonstration whose spaces are open, and whom its doctor treats. */
export const ruth = '277076322082910';
export const marie = '276059205062865';

/** The invented directory numbers its people and structures as the real ones do, with a last digit that checks. */
function checked(digits) {
  const sum = [...digits].reverse().reduce((total, character, i) => {
    const digit = Number(character);
    return total + (i % 2 === 0 ? (digit * 2 > 9 ? digit * 2 - 9 : digit * 2) : digit);
  }, 0);
  return digits + ((10 - (sum % 10)) % 10);
}
export const hospital = checked('75000100');
export const laboratory = checked('75000101');
export const doctor = checked('1000001000');
/** A doctor of the invented directory, whom no holder knows. */
export const stranger = checked('1000001008');

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

const base64url = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

export class Service {
  #child;
  #log = '';
  #ended;
  #agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
  #tokens = new Map();

  static async start({ root, bin }) {
    const service = new Service();
    service.folder = await mkdtemp(path.join(os.tmpdir(), 'carnet-fhir-'));
    service.data = path.join(service.folder, 'var');
    await mkdir(service.data, { mode: 0o700 });
    const [port, plain, operations] = [await freePort(), await freePort(), await freePort()];
    service.port = plain;
    service.operations = operations;
    service.origin = `https://localhost:${port}`;
    const config = path.join(service.folder, 'carnet.toml');
    await writeFile(
      config,
      `mode = "demonstration"\ndata = "${service.data}"\n[listen]\nport = ${port}\nplain_port = ${plain}\noperations_port = ${operations}\n[log]\nlevel = "warning"\n`,
    );
    const words = ['--config', config, '--root', root, '--demonstration', '--people', '40'];
    service.#child = spawn(path.join(bin, 'carnetd'), words, { stdio: ['ignore', 'ignore', 'pipe'] });
    process.once('exit', () => {
      service.#child.kill('SIGKILL'); // neither is left behind, however this ends
      rmSync(service.folder, { recursive: true, force: true });
    });
    service.#child.stderr.setEncoding('utf8').on('data', (text) => (service.#log += text));
    service.#ended = new Promise((resolve) => {
      service.#child.once('error', (error) => resolve(error.message));
      service.#child.once('exit', (code, signal) => resolve(signal ?? code));
    });
    await service.#ready();
    return service;
  }

  async #ready() {
    let end;
    void this.#ended.then((how) => (end = how));
    for (const until = Date.now() + start_ms; Date.now() < until;) {
      if (end !== undefined) throw new Error(`carnetd ended (${end}):\n${this.#log.slice(0, 600)}`);
      const answer = await this.#exchange('GET', '/readyz', {}, undefined, this.operations).catch(() => undefined);
      if (answer?.status === 200) return;
      await new Promise((later) => setTimeout(later, 100));
    }
    throw new Error(`carnetd is not ready:\n${this.#log.slice(0, 600)}`);
  }

  get log() {
    return this.#log;
  }

  #exchange(method, target, headers, body, port = this.port) {
    return new Promise((resolve, reject) => {
      const bytes = body === undefined ? undefined : Buffer.from(body);
      const all = bytes ? { 'Content-Length': bytes.length, ...headers } : headers;
      const request = http.request(
        { host: '127.0.0.1', port, method, path: target, agent: this.#agent, headers: { Host: `localhost:${port}`, ...all } },
        (answer) => {
          const parts = [];
          answer.on('data', (part) => parts.push(part)).on('error', reject);
          answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, bytes: Buffer.concat(parts) }));
        },
      );
      request.once('error', reject).setTimeout(60_000, () => request.destroy(new Error(`${method} ${target}: no answer in 60 s`)));
      request.end(bytes);
    });
  }

  /** One request, exactly as given; `json` is the body read with the text of its numbers, undefined when it is not JSON. */
  async call(method, target, { headers = {}, body } = {}) {
    const answer = await this.#exchange(method, target, headers, body);
    answer.text = answer.bytes.toString('utf8');
    if ((answer.headers['content-type'] ?? '').includes('json') && answer.text !== '') answer.json = parse(answer.text);
    return answer;
  }

  /** A request below the FHIR base, with a token of the doctor unless another is named. */
  async fhir(method, target, body, headers = {}, who = {}) {
    const all = { Authorization: `Bearer ${await this.token(who)}`, Accept: 'application/fhir+json', ...headers };
    if (body !== undefined && all['Content-Type'] === undefined) all['Content-Type'] = 'application/fhir+json';
    const text = body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : stringify(body);
    return this.call(method, `/fhir/R4${target === '' ? '' : `/${target}`}`, { headers: all, body: text });
  }

  async token({ rpps = doctor, finess = hospital, purpose = 'normal', reason } = {}) {
    const key = `${rpps} ${finess} ${purpose}`;
    const known = this.#tokens.get(key);
    if (known && Date.now() - known.at < token_life_ms) return known.token;
    const answer = await this.askToken({ rpps, finess, purpose, reason });
    if (answer.status !== 200) throw new Error(`no token: ${answer.status} ${answer.text}`);
    this.#tokens.set(key, { at: Date.now(), token: answer.json.access_token });
    return answer.json.access_token;
  }

  /** The client credentials grant with a signed assertion (docs/formats/client.md). */
  async askToken({ rpps, finess, purpose, reason, scope }) {
    const pem = await readFile(path.join(this.data, 'demonstration', 'hospital-key.pem'));
    const now_s = Math.floor(Date.now() / 1000);
    const iua = { subject_organization_id: finess, purpose_of_use: purpose };
    if (rpps) iua.national_provider_identifier = rpps;
    if (reason) iua.reason = reason;
    const signed = `${base64url({ alg: 'EdDSA', typ: 'JWT', kid: 'demonstration-1' })}.${base64url({
      iss: 'hopital-de-demonstration',
      sub: 'hopital-de-demonstration',
      aud: `${this.origin}/oauth/token`,
      iat: now_s,
      exp: now_s + 120,
      jti: randomUUID(),
      extensions: { ihe_iua: iua },
    })}`;
    const signature = sign(null, Buffer.from(signed), createPrivateKey(pem)).toString('base64url');
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: `${signed}.${signature}`,
    });
    if (scope) form.set('scope', scope);
    return this.call('POST', '/oauth/token', { headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: form.toString() });
  }

  /** The id of Patient, as its search by number gives it. */
  async personOf(number) {
    const form = `identifier=${encodeURIComponent(`${demonstration_numbers}|${number}`)}`;
    const answer = await this.fhir('POST', 'Patient/_search', form, { 'Content-Type': 'application/x-www-form-urlencoded' });
    const id = answer.json?.entry?.[0]?.resource?.id;
    if (id === undefined) throw new Error(`the person is not found: ${answer.status} ${answer.text}`);
    return id;
  }

  /** This process trusts the service's own certificate from now on; answers the FHIR base below it. */
  async secureBase() {
    const certificate = await readFile(path.join(this.data, 'tls', 'certificate.pem'), 'utf8');
    tls.setDefaultCACertificates([...tls.getCACertificates(), certificate]);
    return `${this.origin}/fhir/R4`;
  }

  async stop() {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGTERM');
    const how = await Promise.race([this.#ended, new Promise((late) => setTimeout(late, drain_ms, 'late').unref())]);
    if (how === 'late') this.#child.kill('SIGKILL');
    await this.#ended;
    this.#agent.destroy();
    await rm(this.folder, { recursive: true, force: true });
    return how;
  }
}
