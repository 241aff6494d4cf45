// The scripted API. A scene gives, per "METHOD /path", a body, {status, body, headers, delay}, a list of those (one per call, the last repeats), or a function of the request.
export const service = {
  name: 'Carnet',
  mode: 'demonstration',
  today: '2025-03-04',
  now: '2025-03-04T13:05:00Z',
  phone: '3422',
  documents_origin: 'http://localhost:1',
  password_min_length: 12,
};

const always = {
  'GET /api/service': service,
  'GET /api/session': { signed_in: false },
  'POST /api/session/extend': { status: 204 },
  'POST /api/sign-out': { status: 204 },
  'GET /api/activation': { status: 404, body: { code: 'activation.none' } },
  'DELETE /api/activation': { status: 204 },
};

/** A refusal in the service's form. */
export const refusal = (status, code, more = {}) => ({ status, body: { type: 'about:blank', title: code, status, code, issues: [], ...more } });

function next(entry, calls) {
  if (!Array.isArray(entry)) return entry;
  return entry[Math.min(calls, entry.length - 1)];
}

function find(answers, method, pathname) {
  const exact = answers[`${method} ${pathname}`];
  if (exact !== undefined) return exact;
  const pattern = Object.keys(answers).find((key) => key.startsWith(`${method} `) && key.endsWith('*') && pathname.startsWith(key.slice(method.length + 1, -1)));
  return pattern === undefined ? undefined : answers[pattern];
}

/** Answers the page's calls; returns the list of what was sent: {method, path, body}. */
export async function script(page, given) {
  const answers = { ...always, ...given };
  const counts = new Map();
  const sent = [];
  await page.route(/\/(api|log)\//u, async (route) => {
    const request = route.request();
    const url = new URL(request.url());
    const key = `${request.method()} ${url.pathname}`;
    let body = null;
    try {
      body = request.postDataJSON();
    } catch {
      body = request.postDataBuffer()?.length ?? null;
    }
    sent.push({ method: request.method(), path: url.pathname, search: url.search, body });
    const calls = counts.get(key) ?? 0;
    counts.set(key, calls + 1);
    let answer = next(find(answers, request.method(), url.pathname), calls);
    if (typeof answer === 'function') answer = await answer({ url, body, calls });
    if (answer === 'never') return;
    if (answer === 'unreachable') {
      await route.abort();
      return;
    }
    if (answer === undefined) answer = refusal(404, 'not_found');
    const full = typeof answer === 'object' && 'status' in answer && typeof answer.status === 'number' ? answer : { status: 200, body: answer };
    if (full.delay) await new Promise((done) => setTimeout(done, full.delay));
    const isBytes = Buffer.isBuffer(full.body);
    await route
      .fulfill({ status: full.status, headers: { 'content-type': full.status >= 400 ? 'application/problem+json' : 'application/json', ...full.headers }, body: isBytes ? full.body : full.body === undefined ? '' : JSON.stringify(full.body) })
      .catch(() => undefined);
  });
  return sent;
}
