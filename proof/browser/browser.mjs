// Chromium, and a device of one's own for each person: cookies apart, everything it asks, says and refuses watched.
import { createRequire } from 'node:module';
import path from 'node:path';

const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const patience_ms = 15_000;

export async function openBrowser(root, rules = 'MAP localhost 127.0.0.1, MAP documents.localhost 127.0.0.1') {
  const { chromium } = createRequire(path.join(root, 'web', 'package.json'))('playwright-core');
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: [...flags, `--host-resolver-rules=${rules}`],
  });
}

/** What must not happen on any page. `allow` announces a refusal that the story provokes; one that never comes is a finding too. */
class Watch {
  findings = [];
  requests = [];
  #allowed = [];
  #leavesTo = null;
  #name;
  #origins;

  constructor(name, origins) {
    this.#name = name;
    this.#origins = origins;
  }

  note(text) {
    this.findings.push(`${this.#name}: ${text}`);
  }

  allow(status, where) {
    this.#allowed.push({ status, where, come: false });
  }

  cut(where) {
    this.#allowed.push({ status: 'cut', where, come: false });
  }

  #isAllowed(status, url) {
    const found = this.#allowed.find((one) => one.status === status && url.includes(one.where));
    if (found) found.come = true;
    return found !== undefined;
  }

  /** From now on the page is left for this address on purpose. */
  leaves(address) {
    this.#leavesTo = address;
  }

  missing() {
    return this.#allowed.filter((one) => !one.come).map((one) => `${this.#name}: expected the refusal ${one.status} of ${one.where}, which never came`);
  }

  follow(context) {
    context.on('request', (request) => {
      const url = request.url();
      this.requests.push({ method: request.method(), url, path: url.replace(/^https:\/\/[^/]+/u, '') });
      if (/^(data|blob|about):/u.test(url) || (this.#leavesTo !== null && request.isNavigationRequest() && url === this.#leavesTo)) return;
      if (!this.#origins.some((origin) => url.startsWith(`${origin}/`))) this.note(`request outside the service: ${url}`);
    });
    context.on('response', (response) => {
      if (response.status() >= 400 && !this.#isAllowed(response.status(), response.url())) this.note(`answer ${response.status()} to ${response.request().method()} ${response.url()}`);
    });
    context.on('requestfailed', (request) => {
      const why = request.failure()?.errorText ?? '';
      if (why !== 'net::ERR_ABORTED' && !this.#isAllowed('cut', request.url())) this.note(`request failed, ${why}: ${request.url()}`);
    });
    context.on('console', (line) => {
      if (line.type() === 'error' && !/^Failed to load resource/u.test(line.text())) this.note(`console: ${line.text().slice(0, 300)}`);
    });
    context.on('weberror', (error) => this.note(`script error: ${error.error().message}`));
    context.on('dialog', (dialog) => {
      this.note(`a script opened a dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
  }
}

export async function openDevice(browser, { name, width, service }) {
  const phone = width < 768;
  const context = await browser.newContext({
    viewport: { width, height: phone ? 844 : 900 },
    hasTouch: phone,
    isMobile: phone,
    locale: 'fr-FR',
    timezoneId: 'Europe/Paris',
    ignoreHTTPSErrors: true,
    serviceWorkers: 'block',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  context.setDefaultTimeout(patience_ms);
  const watch = new Watch(name, [service.origin, service.documents]);
  watch.follow(context);
  await context.exposeBinding('storyOfPolicy', (_source, words) => watch.note(`policy: ${words}`));
  await context.addInitScript(() => addEventListener('securitypolicyviolation', (event) => window.storyOfPolicy(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile ?? ''}`)));
  return { name, width, phone, context, watch, page: await context.newPage() };
}
