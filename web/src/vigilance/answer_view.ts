import { piecesOf, reasonText, tell, wordsBehind, type Checked, type PlainSay } from './checked';
import { el, verdictIcon } from './dom';

interface AnswerOptions {
  checked: Checked;
  say: PlainSay;
  language: 'fr' | 'en';
  /** The answer is the page: its verdict is the h1. */
  isPage?: boolean;
  /** In the place of « Signalez-la »: the button that does it. */
  report?: HTMLElement;
}

/** One verdict, one action, one reason, the rest folded. Nothing of the message is live: it enters the page as text. */
export function answerView({ checked, say, language, isPage = false, report }: AnswerOptions): HTMLElement {
  const told = tell(checked, language, say);
  const heading = el(isPage ? 'h1' : 'h3', { tabindex: '-1', 'aria-describedby': 'answer-action answer-reason' }, told.verdict);
  const action =
    report && checked.verdict === 'scam'
      ? el('div', { class: 'row verdict-action', id: 'answer-action' }, report, el('span', {}, say('vigilance.answer.action.scam')))
      : el('p', { class: 'verdict-action', id: 'answer-action' }, told.action);
  return el(
    'div',
    { class: 'stack' },
    el('div', { class: `verdict verdict-${checked.verdict}` }, verdictIcon(checked.verdict), heading),
    action,
    el('p', { id: 'answer-reason' }, told.reason),
    told.deadline && el('p', { class: 'card' }, told.deadline),
    !checked.coarse && whyView(checked, say),
  );
}

function whyView(checked: Checked, say: PlainSay): HTMLElement | null {
  const reasons = checked.reasons.map((reason) => reasonView(checked, reason, say)).filter((item) => item !== null);
  const pieces = piecesOf(checked.shown, checked.reasons);
  if (reasons.length === 0 && pieces.length === 0) return null;
  const message = el('blockquote', { class: 'as-sent message-shown' }, ...pieces.map((piece) => (piece.marked ? el('mark', {}, piece.text) : piece.text)));
  return el(
    'details',
    { class: 'why' },
    el('summary', {}, say('vigilance.answer.why')),
    el(
      'div',
      { class: 'stack-s' },
      reasons.length > 0 && el('ul', {}, ...reasons),
      pieces.length > 0 && el('p', { class: 'field-label' }, say('vigilance.answer.message')),
      pieces.some((piece) => piece.marked) && el('p', { class: 'help' }, say('vigilance.answer.marked')),
      pieces.length > 0 && message,
    ),
  );
}

function reasonView(checked: Checked, reason: Checked['reasons'][number], say: PlainSay): HTMLElement | null {
  const text = reasonText(reason, say);
  if (!text) return null;
  const words = wordsBehind(reason, checked.shown).join(say('vigilance.answer.between'));
  return el('li', {}, text, words !== '' && el('span', { class: 'reason-words help' }, say('vigilance.answer.found', { words })));
}
