// What one browser asks of its world: one request at a time, each at a step of its own, in an order that does not depend on who was faster.
const quiet_ms = 20;
const settled_ms = 120;
const patience_ms = 30_000;
const leftOut = new Set(['date', 'x-request-id', 'content-length']); // random, or follows from the body's text

const after = (ms) => new Promise((wake) => setTimeout(wake, ms));
const withoutRequest = (text, id) => (id ? text.replaceAll(id, '(request)') : text);
/** Files of the web front are the same in both; what is asked of the service is not known to be. */
const isFile = (url) => url.hostname === 'localhost' && !url.pathname.startsWith('/api/') && !url.pathname.startsWith('/fhir/');

/** In the page: turns of an idle main thread, each with its frame drawn. */
export const nothingLeft = async (turns) => {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((idle) => requestIdleCallback(() => requestAnimationFrame(idle)));
};

export class Traffic {
  #waiting = [];
  #pumping = false;
  #open = new Set();
  #arrived = 0;
  #last = Date.now();
  #heard = [];
  #files = new Set();

  constructor(step) {
    this.step = step;
  }

  async follow(context, page) {
    this.page = page;
    context.on('request', (request) => this.#begins(request));
    context.on('requestfinished', (request) => this.#ends(request));
    context.on('requestfailed', (request) => this.#ends(request));
    await context.route('**/*', (route) => this.#take(route));
  }

  #begins(request) {
    if (!/^https:/u.test(request.url())) return;
    this.#open.add(request);
    this.#last = Date.now();
  }

  #ends(request) {
    this.#open.delete(request);
    this.#last = Date.now();
  }

  #take(route) {
    const url = new URL(route.request().url());
    if (isFile(url)) {
      this.#files.add(url.pathname);
      return route.continue();
    }
    this.#last = Date.now();
    this.#arrived += 1;
    this.#waiting.push({ route, key: `${route.request().method()} ${route.request().url()} ${route.request().postData() ?? ''}` });
    void this.#pump();
    return undefined;
  }

  async #pump() {
    if (this.#pumping) return;
    this.#pumping = true;
    while (this.#waiting.length > 0) {
      await this.#allArrived();
      this.#waiting.sort((one, two) => (one.key < two.key ? -1 : 1));
      await this.#pass(this.#waiting.shift());
    }
    this.#pumping = false;
  }

  /** Whatever the page asks at once has come when it has nothing left to do and waits for no file, however busy the machine. */
  async #allArrived() {
    for (let before = -1; before !== this.#arrived || [...this.#open].some((one) => isFile(new URL(one.url()))); ) {
      before = this.#arrived;
      await after(quiet_ms);
      await this.page.evaluate(nothingLeft, 2).catch(() => undefined); // a page on its way out asks nothing more
    }
  }

  async #pass({ route, key }) {
    await this.step();
    const request = route.request();
    await route.continue();
    const response = await request.response();
    if (response === null) return void this.#heard.push(`${key}\nno answer: ${request.failure()?.errorText}\n`);
    const headers = (await response.headersArray()).map(({ name, value }) => [name.toLowerCase(), value]).filter(([name]) => !leftOut.has(name));
    // What a viewer of PDF reads as it comes is not kept by the browser: its length, here; its bytes are compared by proof_worlds.
    const isText = /json|text|xml/u.test((await response.headerValue('content-type')) ?? '');
    const text = isText ? withoutRequest((await response.body()).toString('utf8'), await response.headerValue('x-request-id')) : `${await response.headerValue('content-length')} bytes`;
    this.#heard.push(`${key}\n${response.status()}\n${headers.map((one) => one.join(': ')).sort().join('\n')}\n\n${text}\n`);
  }

  /** Until nothing is asked any more. */
  async settled() {
    const end = Date.now() + patience_ms;
    while (this.#pumping || this.#open.size > 0 || Date.now() - this.#last < settled_ms) {
      if (Date.now() > end) throw new Error(`a page asks for ever: ${[...this.#open].map((one) => one.url()).join(' ')}`);
      await after(quiet_ms / 2);
    }
  }

  /** What was asked and answered since the last time. */
  taken() {
    const all = { answers: this.#heard, files: [...this.#files].sort() };
    this.#heard = [];
    this.#files = new Set();
    return all;
  }
}
