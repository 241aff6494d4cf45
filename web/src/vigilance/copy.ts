import type { PlainSay } from './checked';
import { el } from './dom';

type How = 'copied' | 'selected';

/** Without a clipboard (an old phone, a page not in front) the text is selected, for the person's own « Copier ». */
async function copy(area: HTMLTextAreaElement): Promise<How> {
  try {
    await navigator.clipboard.writeText(area.value);
    return 'copied';
  } catch {
    area.focus();
    area.select();
    try {
      return document.execCommand('copy') ? 'copied' : 'selected';
    } catch {
      return 'selected';
    }
  }
}

/** A text ready to be sent: read, selected and copied with or without a clipboard. */
export function readyText(id: string, label: string, words: string, say: PlainSay): { area: HTMLElement; button: HTMLElement; state: HTMLElement } {
  const rows = Math.min(12, words.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / 26)), 0));
  const area = el('textarea', { class: 'input text-area', id, readonly: true, rows: String(rows), spellcheck: 'false' });
  area.value = words;
  const state = el('p', { class: 'field-state', role: 'status' });
  const press = () => void copy(area).then((how) => (state.textContent = say(how === 'copied' ? 'vigilance.steps.copied' : 'vigilance.steps.select')));
  const button = el('button', { type: 'button', class: 'button button-plain button-small', 'aria-label': say('vigilance.steps.copy_named', { what: label }), click: press }, say('vigilance.steps.copy'));
  return { area: el('div', { class: 'field' }, el('label', { for: id }, label), area), button, state };
}
