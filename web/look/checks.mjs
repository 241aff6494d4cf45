// What is measured in a page as it stands. Every check returns a list of findings, empty when all is well.
import AxeBuilder from '@axe-core/playwright';
import axeCore from 'axe-core';

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'];

export async function axe(page) {
  // What sticks to an edge lies over whatever is scrolled beneath: that is no fault of the target. Covered focus is measured by `keyboard`.
  await page.evaluate(() => document.querySelectorAll('.space-nav').forEach((bar) => bar.style.setProperty('position', 'static')));
  const { violations } = page.frames().length > 1 ? await axeAround(page) : await new AxeBuilder({ page }).withTags(tags).analyze();
  await page.evaluate(() => document.querySelectorAll('.space-nav').forEach((bar) => bar.style.removeProperty('position')));
  return violations.flatMap((found) => found.nodes.map((node) => `axe ${found.id}: ${node.target.join(' ')}: ${node.failureSummary?.split('\n').slice(1, 3).join(' ').trim()}`));
}

/** A page around a frame that runs no script: AxeBuilder would wait for it for ever, so axe reads the page alone. */
async function axeAround(page) {
  await page.evaluate(axeCore.source);
  return page.evaluate((values) => window.axe.run(document, { runOnly: { type: 'tag', values }, iframes: false }), tags);
}

/** Text 4.5 (3 when large), edges of controls 3, computed from what the browser resolved. */
export function contrast(page) {
  return page.evaluate(() => {
    const parse = (value) => {
      const parts = value.match(/[\d.]+/gu)?.map(Number) ?? [0, 0, 0, 0];
      if (value.startsWith('color(srgb')) return [parts[0] * 255, parts[1] * 255, parts[2] * 255, parts[3] ?? 1];
      return [parts[0], parts[1], parts[2], parts[3] ?? 1];
    };
    const over = (top, under) => [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
    const ground = (element) => {
      const layers = [];
      for (let at = element; at; at = at.parentElement) layers.push(parse(getComputedStyle(at).backgroundColor));
      return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255, 1]);
    };
    const light = (color) => {
      const [r, g, b] = color.slice(0, 3).map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ratio = (a, b) => {
      const [hi, lo] = [light(a), light(b)].sort((x, y) => y - x);
      return (hi + 0.05) / (lo + 0.05);
    };
    const name = (element) => `${element.tagName.toLowerCase()}${element.id ? `#${element.id}` : ''}.${String(element.className).split(' ').join('.')}`;
    const seen = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !element.closest('.visually-hidden, .skip, .pdf-text');
    const findings = new Set();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      if (!node.textContent.trim() || !element || !seen(element)) continue;
      const style = getComputedStyle(element);
      const size = Number.parseFloat(style.fontSize);
      const need = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
      const under = ground(element);
      const got = ratio(over(parse(style.color), under), under);
      if (got < need) findings.add(`contrast ${got.toFixed(2)} of text in ${name(element)}`);
    }
    for (const control of document.querySelectorAll('input:not([type=radio]):not([type=checkbox]), textarea, select, button.button, a.button, .choice, .code-group')) {
      if (!seen(control)) continue;
      const style = getComputedStyle(control);
      if (control.closest('.code-box') && control.tagName === 'INPUT') continue;
      const outside = ground(control.parentElement);
      const edge = over(parse(style.borderTopColor), outside);
      const fill = ground(control);
      const got = Math.max(ratio(edge, outside), ratio(fill, outside));
      if (got < 3) findings.add(`contrast ${got.toFixed(2)} of the edge of ${name(control)}`);
    }
    return [...findings];
  });
}

/** Nothing wider than the window, no text cut by its box. */
export function reflow(page, label) {
  return page.evaluate((where) => {
    const findings = [];
    const wide = document.scrollingElement.scrollWidth;
    if (wide > innerWidth + 1) {
      const worst = [...document.querySelectorAll('body *')].filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.visually-hidden, .skip')).slice(0, 3).map((e) => `${e.tagName.toLowerCase()}.${e.className}`);
      findings.push(`reflow ${where}: ${wide} px wide in ${innerWidth}: ${worst.join(', ')}`);
    }
    for (const element of document.querySelectorAll('main *, header *, nav *, footer *')) {
      if (!element.checkVisibility() || element.closest('.visually-hidden, svg')) continue;
      const style = getComputedStyle(element);
      const cuts = (axis) => ['hidden', 'clip'].includes(style[`overflow${axis}`]);
      if (element.textContent.trim() && ((cuts('X') && element.scrollWidth > element.clientWidth + 1) || (cuts('Y') && element.scrollHeight > element.clientHeight + 1)))
        findings.push(`reflow ${where}: text cut in ${element.tagName.toLowerCase()}.${element.className}`);
    }
    return findings;
  }, label);
}

/** Tab through the whole page: each stop is seen, not covered, drawn with a focus, and no stop is missing. */
export async function keyboard(page) {
  const total = await page.evaluate(() => {
    const scope = document.querySelector('dialog[open]') ?? document;
    document.activeElement?.blur();
    getSelection()?.removeAllRanges();
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute('tabindex');
    scrollTo(0, 0);
    const names = new Set();
    return [...scope.querySelectorAll('a[href], button, input, select, textarea, iframe, summary, [tabindex="0"]')].filter((e) => {
      if (!e.checkVisibility() || e.disabled || e.tabIndex < 0) return false;
      if (e.type !== 'radio') return true;
      if (names.has(e.name)) return false;
      names.add(e.name);
      return true;
    }).length;
  });
  const findings = [];
  const stops = new Set();
  for (let press = 0; press < total + 3; press += 1) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(focusFacts);
    if (!stop) continue;
    // A frame may take two presses: itself, then what is inside.
    if (stops.has(stop.key) && stop.frame) continue;
    if (stops.has(stop.key)) break;
    stops.add(stop.key);
    for (const wrong of stop.wrong) findings.push(`keyboard: ${wrong}: ${stop.label}`);
  }
  if (stops.size < total) findings.push(`keyboard: ${stops.size} stops for ${total} controls`);
  return findings;
}

function focusFacts() {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  if (!element.dataset.lookStop) {
    window.lookStops = (window.lookStops ?? 0) + 1;
    element.dataset.lookStop = String(window.lookStops);
  }
  const wrong = [];
  const box = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  if (box.bottom < 0 || box.top > innerHeight || box.width === 0) wrong.push('out of sight');
  else {
    const x = Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 1);
    const y = Math.min(Math.max(box.top + Math.min(box.height / 2, 20), 1), innerHeight - 1);
    const top = document.elementFromPoint(x, y);
    if (top && !element.contains(top) && !top.contains(element) && !top.closest('label')?.contains(element)) wrong.push(`covered by ${top.tagName}.${top.className}`);
  }
  if (style.outlineStyle === 'none' || Number.parseFloat(style.outlineWidth) < 2) wrong.push('no drawn focus');
  if (box.height < 24 && element.tagName !== 'A') wrong.push(`target ${Math.round(box.height)} px`);
  return { key: element.dataset.lookStop, frame: element.tagName === 'IFRAME', label: `${element.tagName} ${element.textContent?.slice(0, 40) || element.id}`, wrong };
}

/** No person's datum outside the page itself. */
export function traces(page, secrets) {
  return page.evaluate((list) => {
    const places = { address: location.href, title: document.title, local: JSON.stringify({ ...localStorage }), session: JSON.stringify({ ...sessionStorage }), cookies: document.cookie };
    return Object.entries(places).flatMap(([place, text]) => list.filter((secret) => text.includes(secret)).map((secret) => `principle 8: ${secret} in ${place}`));
  }, secrets);
}
