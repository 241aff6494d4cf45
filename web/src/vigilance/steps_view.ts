import type { PlainSay } from './checked';
import { readyText } from './copy';
import { el } from './dom';
import { smsLink, type Step } from './steps';

/** The steps, numbered, in the order in which they are to be done. */
export function stepsView(steps: readonly Step[], say: PlainSay): HTMLElement {
  return el('ol', { class: 'steps card' }, ...steps.map((step, index) => stepView(step, index + 1, say)));
}

function stepView(step: Step, number: number, say: PlainSay): HTMLElement {
  const values = { call: step.call, open: step.open };
  return el(
    'li',
    { 'data-step': step.code },
    el('span', { class: 'step-mark', 'aria-hidden': 'true' }, String(number)),
    el(
      'div',
      { class: 'stack-s' },
      el('h2', { class: 'step-title' }, say(`vigilance.step.${step.code}`)),
      el('p', {}, say(`vigilance.step.${step.code}.text`, values)),
      step.code === 'report' && el('p', { class: 'link-row' }, el('a', { href: '/signaler' }, say('vigilance.step.report_link_here'))),
      ...step.send.map((send, index) => sendView(step, send, index, say)),
    ),
  );
}

function labelOf(step: Step, to: string, index: number, say: PlainSay): string {
  if (step.open !== '') return say('vigilance.steps.paste_at', { to: step.open });
  if (step.code !== 'forward_sms') return say('vigilance.steps.send_to', { to });
  return say(index === 0 ? 'vigilance.steps.send_first' : 'vigilance.steps.send_second', { to });
}

function sendView(step: Step, { to, text }: Step['send'][number], index: number, say: PlainSay): HTMLElement {
  const label = labelOf(step, to, index, say);
  const { area, button, state } = readyText(`send-${step.code}-${index}`, label, text, say);
  const sms = smsLink(to, text);
  return el(
    'div',
    { class: 'stack-s' },
    area,
    el('div', { class: 'row no-print' }, sms !== null && el('a', { class: 'button button-small sms-link', href: sms }, say('vigilance.steps.sms')), button),
    state,
  );
}
