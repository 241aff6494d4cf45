/** A few lines in place of a library: everything of a message enters the page as text, and only as text. */
type Child = Node | string | null | false | undefined;
interface Props {
  [name: string]: string | boolean | ((event: Event) => void) | undefined;
}

/** `el('p', {class: 'help'}, 'words')`; a function is a listener (`click`), true an attribute without value. */
export function el<K extends keyof HTMLElementTagNameMap>(tag: K, props: Props = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === 'function') made.addEventListener(name, value);
    else if (value === true) made.setAttribute(name, '');
    else if (typeof value === 'string') made.setAttribute(name, value);
  }
  made.append(...children.filter((child): child is Node | string => child !== null && child !== false && child !== undefined));
  return made;
}

const drawings = {
  official: ['M12 22c5-2 8-4.5 8-9V6c-3 0-5.5-1-8-3.5C9.5 5 7 6 4 6v7c0 4.5 3 7 8 9z', 'm8.5 12 2.5 2.5 4.5-5'],
  scam: ['M8.3 2h7.4L22 8.3v7.4L15.7 22H8.3L2 15.7V8.3z', 'm15 9-6 6', 'm9 9 6 6'],
  suspicious: ['M12 3 1.5 21h21z', 'M12 9.5v5', 'M12 17.8h.01'],
  unknown: ['M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20z', 'M9 9.5a3 2.5 0 0 1 6 0c0 2-3 2-3 4', 'M12 17.3h.01'],
};

/** The shape of a verdict: a shield, an octagon, a triangle, a circle. It never stands without its words. */
export function verdictIcon(name: keyof typeof drawings): SVGSVGElement {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  const set = { viewBox: '0 0 24 24', fill: 'none', stroke: 'currentColor', 'stroke-width': '2', 'stroke-linecap': 'round', 'stroke-linejoin': 'round', 'aria-hidden': 'true', focusable: 'false', class: 'icon verdict-icon' };
  for (const [key, value] of Object.entries(set)) svg.setAttribute(key, value);
  for (const line of drawings[name]) {
    const path = document.createElementNS(space, 'path');
    path.setAttribute('d', line);
    svg.append(path);
  }
  return svg;
}
