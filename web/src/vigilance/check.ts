/** All the script of « Vérifier un message »: no library, nothing kept, nothing of the message outside the page's own text. */
import { api } from '../app/api';
import { formatTime } from '../app/dates';
import { startPlain } from '../app/plain';
import type { Language } from '../app/preferences';
import { asProblem, type Problem } from '../app/problem';
import { answerView } from './answer_view';
import { checkedSchema, tell, type Checked, type PlainSay } from './checked';
import { refusalWords } from './refusals';
import { el } from './dom';
import { bodyOf, emptyDraft, isPicture, kindOf, mistakeOf, type Draft } from './kinds';
import { hush, listenButton } from './speech';
import { reportedSchema, type Reported } from './steps';
import { stepsView } from './steps_view';
import { loadSay } from './words';

type Situation = '' | 'no' | 'yes' | 'unsure' | 'phone';
/** A message id, and what fills it. */
interface Mistake {
  id: string;
  values?: Record<string, string>;
  /** The control to mend. */
  field?: Control;
}
const controls = ['text', 'picture', 'file', 'tick'] as const;
type Control = (typeof controls)[number];

let situation: Situation = '';
/** « Oui », then « Vérifier quand même le message ». */
let still = false;
let draft: Draft = emptyDraft();
let checked: Checked | null = null;
let reported: Reported | null = null;
let mistake: Mistake | null = null;
let busy = false;

const page = startPlain({ name: 'check', title: windowTitle, onLanguage: () => void translate() });

const halves = (): HTMLElement[] => (['fr', 'en'] as const).map((language) => page.half(language));
const part = <T extends HTMLElement>(half: HTMLElement, name: string): T => half.querySelector<T>(`[data-part="${name}"]`)!;
const parts = <T extends HTMLElement>(half: HTMLElement, name: string): T[] => [...half.querySelectorAll<T>(`[data-part="${name}"]`)];
const shown = (): HTMLElement => page.half(page.language());

function windowTitle(half: HTMLElement): string {
  const title = half.querySelector('[data-part="form"] h1')?.textContent ?? '';
  if (checked) return part(half, 'answer').dataset['title'] ?? title;
  return (mistake && part(half, 'summary').dataset['title']) || title;
}

/** Both languages show the same state: the one that comes next loses nothing of what was typed. */
function render(): void {
  const asks = situation === 'no' || situation === 'unsure' || (situation === 'yes' && still);
  for (const half of halves()) {
    const set = (name: string, visible: boolean) => (part(half, name).hidden = !visible);
    for (const radio of parts<HTMLInputElement>(half, 'situation')) radio.checked = radio.value === situation;
    set('private', situation !== 'phone');
    set('phone', situation === 'phone');
    set('yes', situation === 'yes');
    set('still', !still);
    set('unsure', situation === 'unsure');
    set('message', asks);
    set('links', situation !== 'phone');
    set('copied', !draft.cannotCopy && !draft.file);
    set('ticks', draft.cannotCopy);
    set('cannot', !draft.cannotCopy && !draft.file);
    set('can', draft.cannotCopy);
    set('eml', !draft.cannotCopy);
    set('away', draft.file !== null);
    part(half, 'chosen').textContent = draft.file ? (part(half, 'chosen').dataset[isPicture(draft.file) ? 'picture' : 'words'] ?? '') : '';
    write(part<HTMLTextAreaElement>(half, 'text'), draft.text);
    write(part<HTMLInputElement>(half, 'sender'), draft.sender);
    if (!draft.file) for (const name of ['picture', 'file']) part<HTMLInputElement>(half, name).value = '';
    for (const tick of parts<HTMLInputElement>(half, 'tick')) tick.checked = draft.ticks[tick.value as keyof Draft['ticks']];
    part(half, 'submit').setAttribute('aria-disabled', String(busy));
  }
}

function write(control: HTMLTextAreaElement | HTMLInputElement, value: string): void {
  if (control.value !== value) control.value = value;
}

function listen(half: HTMLElement): void {
  const on = (name: string, event: string, act: (found: HTMLInputElement) => void) =>
    parts<HTMLInputElement>(half, name).forEach((found) =>
      found.addEventListener(event, () => {
        act(found);
        render();
      }),
    );
  on('situation', 'change', (radio) => {
    situation = radio.value as Situation;
    still = false;
  });
  on('still', 'click', () => (still = true));
  on('cannot', 'click', () => (draft.cannotCopy = true));
  on('can', 'click', () => (draft.cannotCopy = false));
  on('text', 'input', (area) => (draft.text = area.value));
  on('sender', 'input', (input) => (draft.sender = input.value));
  on('tick', 'change', (tick) => (draft.ticks[tick.value as keyof Draft['ticks']] = tick.checked));
  on('picture', 'change', (input) => (draft.file = input.files?.[0] ?? null));
  on('file', 'change', (input) => (draft.file = input.files?.[0] ?? null));
  on('away', 'click', () => (draft.file = null));
  on('still', 'click', () => part(half, 'text').focus());
  on('can', 'click', () => part(half, 'text').focus());
  on('cannot', 'click', () => parts<HTMLInputElement>(half, 'tick')[0]?.focus());
  const form = half.querySelector('form')!;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void submit();
  });
  acceptDrops(form);
}

function acceptDrops(form: HTMLFormElement): void {
  const over = (is: boolean) => (event: DragEvent) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    form.classList.toggle('dropping', is);
  };
  form.addEventListener('dragover', over(true));
  form.addEventListener('dragleave', over(false));
  form.addEventListener('drop', (event) => {
    over(false)(event);
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    draft = { ...draft, file, cannotCopy: false };
    if (situation === '' || situation === 'phone') situation = 'no';
    render();
  });
}

async function submit(): Promise<void> {
  const wrong = mistakeOf(draft);
  if (wrong) {
    await refuse({ id: `vigilance.errors.${wrong}`, field: draft.cannotCopy ? 'tick' : draft.file ? (draft.file.type.startsWith('image/') ? 'picture' : 'file') : 'text' });
    return;
  }
  await once(async () => {
    checked = picture() ? await api.post('/api/vigilance/check-image', picture(), checkedSchema) : await checkWords(await bodyOf(draft));
    reported = null;
    await open();
  });
}

/** A text that bears a reference of ours is asked about again with the session, where there is one: it alone can prove it. */
async function checkWords(body: Record<string, unknown>): Promise<Checked> {
  const found = await api.post('/api/vigilance/check', body, checkedSchema);
  if (found.reasons[0]?.sign !== 'reference_printed') return found;
  return api.post('/api/vigilance/check-notice', body, checkedSchema).catch(() => found);
}

/** The screenshot that was chosen, when that is what is to be checked. */
const picture = (): Blob | null => (!draft.cannotCopy && isPicture(draft.file) ? draft.file : null);

/** « Signaler une arnaque », in one gesture: what was checked is what is reported. */
async function report(): Promise<void> {
  await once(async () => {
    const kind = kindOf(draft.text, draft.file !== null && !draft.cannotCopy);
    const given = picture() ? { text: checked?.shown ?? '' } : await bodyOf(draft);
    reported = await api.post('/api/vigilance/report', { kind: picture() ? kindOf(checked?.shown ?? '', false) : kind, ...given }, reportedSchema);
    await showAnswer();
  }, true);
}

/** One call at a time; from a second on, words say that it lasts. A refusal goes where it can be read. */
async function once(act: () => Promise<void>, isReport = false): Promise<void> {
  if (busy) return;
  busy = true;
  await setMistake(null);
  render();
  const slow = setTimeout(() => halves().forEach((half) => (part(half, 'status').textContent = part(half, 'submit').dataset['busy'] ?? '')), 1000);
  try {
    await act();
  } catch (thrown) {
    await refuse(refusal(asProblem(thrown), isReport));
  } finally {
    clearTimeout(slow);
    busy = false;
    halves().forEach((half) => (part(half, 'status').textContent = ''));
    render();
    page.name();
  }
}

function refusal(problem: Problem, isReport: boolean): { id: string; values: Record<string, string> } {
  const { id, at } = refusalWords(problem, isReport, Date.now());
  return { id, values: { time: at === '' ? '' : formatTime(at, page.language(), null) } };
}

/** A report that failed is said above the answer, a check that failed above the form; either takes the focus. */
async function refuse(what: Mistake): Promise<void> {
  await setMistake(what);
  page.name();
  const box = checked ? part(shown(), 'answer').querySelector<HTMLElement>('.note-bad') : part(shown(), 'summary');
  box?.focus();
  box?.scrollIntoView({ block: 'nearest' });
}

async function setMistake(what: Mistake | null): Promise<void> {
  mistake = what;
  const text = what ? (await words())(what.id, what.values) : '';
  for (const half of halves()) {
    const isForm = what !== null && checked === null;
    part(half, 'summary').hidden = !isForm;
    part(half, 'mistake').replaceChildren(...(isForm ? [what.field ? toControl(half, what.field, text) : el('p', {}, text)] : []));
    for (const control of controls) sayAt(half, control, isForm && what.field === control ? text : '');
    const place = part(half, 'answer');
    place.querySelector('.note-bad')?.remove();
    if (what && checked) place.firstElementChild?.prepend(el('p', { class: 'note note-bad', role: 'alert', tabindex: '-1' }, text));
  }
}

/** From the summary to the control to mend. */
function toControl(half: HTMLElement, field: Control, text: string): HTMLElement {
  const go = (event: Event) => {
    event.preventDefault();
    part(half, field).focus();
    part(half, field).scrollIntoView({ block: 'center' });
  };
  return el('a', { href: `#${part(half, field).id}`, click: go }, text);
}

function sayAt(half: HTMLElement, control: Control, text: string): void {
  const wrong = part(half, `${control}-error`);
  wrong.hidden = text === '';
  wrong.lastElementChild!.textContent = text;
  wrong.closest('.field')?.classList.toggle('field-invalid', text !== '');
  if (text === '') part(half, control).removeAttribute('aria-invalid');
  else part(half, control).setAttribute('aria-invalid', 'true');
}

/** The words come with the page; should the line have been cut meanwhile, the id is said rather than nothing. */
function words(language: Language = page.language()): Promise<PlainSay> {
  return loadSay(language).catch(() => (id) => id);
}

/** The answer takes the page's place; the device's own Back gives the form again, with what was typed. */
async function open(): Promise<void> {
  history.pushState(null, '');
  await showAnswer();
}

async function showAnswer(): Promise<void> {
  const language = page.language();
  const say = await words(language);
  for (const half of halves()) {
    part(half, 'form').hidden = checked !== null;
    const place = part(half, 'answer');
    place.hidden = checked === null;
    place.replaceChildren(...(checked && half === page.half(language) ? [reported ? stepsPage(reported, say) : answerPage(checked, say, language)] : []));
  }
  if (!checked) return;
  scrollTo(0, 0);
  part(shown(), 'answer').querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
}

function answerPage(answer: Checked, say: PlainSay, language: Language): HTMLElement {
  const told = tell(answer, language, say);
  const button = el('button', { type: 'button', class: answer.verdict === 'scam' ? 'button' : 'button button-plain', click: () => void report() }, say('vigilance.answer.report'));
  const view = answerView({ checked: answer, say, language, isPage: true, report: button });
  const listening = listenButton(el('button', { type: 'button', class: 'button button-plain' }), [told.verdict, told.action, told.reason, told.deadline], language, { listen: say('vigilance.answer.listen'), hush: say('vigilance.answer.hush') });
  view.append(
    el('div', { class: 'buttons' }, listening, answer.verdict === 'suspicious' && button, el('button', { type: 'button', class: 'button button-plain', click: again }, say('vigilance.answer.again'))),
    el('p', { class: 'link-row' }, answer.verdict !== 'official' && el('a', { href: '/victime' }, say('vigilance.answer.gave'))),
  );
  return view;
}

function stepsPage(done: Reported, say: PlainSay): HTMLElement {
  return el(
    'div',
    { class: 'stack' },
    el('h1', { tabindex: '-1' }, say('vigilance.report.done')),
    el('p', {}, say('vigilance.report.done_lead', { reference: done.reference })),
    stepsView(done.steps, say),
    el('div', { class: 'buttons' }, el('button', { type: 'button', class: 'button button-plain', click: again }, say('vigilance.answer.again'))),
    el('p', { class: 'link-row' }, el('a', { href: '/victime' }, say('vigilance.steps.lost')), done.steps.some((step) => step.code === 'forward_sms') && el('a', { href: '/signaler' }, say('vigilance.report.other_kind'))),
  );
}

function again(): void {
  draft = emptyDraft();
  situation = '';
  still = false;
  history.back();
}

async function backToForm(): Promise<void> {
  hush();
  checked = null;
  reported = null;
  render();
  await showAnswer();
  await setMistake(null);
  page.name();
  part(shown(), 'form').querySelector<HTMLElement>('h1')?.focus();
}

async function translate(): Promise<void> {
  hush();
  const active = page.language();
  if (checked) await showAnswer();
  await setMistake(mistake);
  page.half(active).querySelector<HTMLElement>('[data-language]')?.focus();
}

halves().forEach(listen);
render();
addEventListener('popstate', () => void backToForm());
// A page brought back whole by the Back button would still hold what someone pasted.
addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload();
});
void words();
