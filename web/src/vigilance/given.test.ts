import { describe, expect, it } from 'vitest';
import { Problem, unreachable } from '../app/problem';
import { base64Of, bodyOf, emptyDraft, kindOf, maxEmlBytes, maxPictureBytes, mistakeOf } from './kinds';
import { refusalWords } from './refusals';
import { reportedSchema, smsLink, stepsSchema } from './steps';
import { sayFrom } from './words';

const sized = (size: number, type = '') => ({ size, type }) as File;

describe('what was given', () => {
  it.each([
    ['Votre colis attend : http://a.example', 'sms'],
    ['arneli-assurance.example/carte', 'link'],
    ['+33 8 99 70 11 22', 'call'],
    ['08.99.70.11.22', 'call'],
    ['De : ameli\nObjet : votre carte\n\nBonjour', 'email'],
    ['mot '.repeat(300), 'email'],
    ['Rappelez', 'sms'],
  ])('%s is taken for: %s', (text, kind) => expect(kindOf(text, false)).toBe(kind));

  it('is an e-mail when it is a file', () => expect(kindOf('', true)).toBe('email'));

  it('must be something', () => {
    expect(mistakeOf({ ...emptyDraft(), text: ' \n' })).toBe('empty');
    expect(mistakeOf({ ...emptyDraft(), text: 'x' })).toBeNull();
    expect(mistakeOf({ ...emptyDraft(), text: 'x', cannotCopy: true })).toBe('empty');
    expect(mistakeOf({ ...emptyDraft(), cannotCopy: true, ticks: { health_card: false, payment: true, link: false } })).toBeNull();
    expect(mistakeOf({ ...emptyDraft(), file: sized(0) })).toBe('empty');
    expect(mistakeOf({ ...emptyDraft(), file: sized(maxEmlBytes) })).toBeNull();
    expect(mistakeOf({ ...emptyDraft(), file: sized(maxEmlBytes + 1) })).toBe('too_large');
    expect(mistakeOf({ ...emptyDraft(), file: sized(maxPictureBytes, 'image/png') })).toBeNull();
    expect(mistakeOf({ ...emptyDraft(), file: sized(maxPictureBytes + 1, 'image/jpeg') })).toBe('picture_size');
    expect(mistakeOf({ ...emptyDraft(), file: sized(9, 'image/heic') })).toBe('picture');
  });

  it('is sent as it stands, and nothing else: neither the file\'s name nor what was typed elsewhere', async () => {
    const file = new File(['Subject: é'], 'lettre-de-nadia.eml');
    expect(await bodyOf({ ...emptyDraft(), text: ' a ', sender: ' 38 200 ' })).toEqual({ text: ' a ', sender: '38 200' });
    expect(await bodyOf({ ...emptyDraft(), text: 'a' })).toEqual({ text: 'a' });
    expect(await bodyOf({ ...emptyDraft(), text: 'a', file })).toEqual({ eml: Buffer.from('Subject: é').toString('base64') });
    expect(await bodyOf({ ...emptyDraft(), text: 'a', cannotCopy: true, ticks: { health_card: true, payment: false, link: true } })).toEqual({ text: '', ticks: { health_card: true, payment: false, link: true } });
  });

  it('is base64 of every byte, however long', async () => {
    const bytes = Uint8Array.from({ length: 100_003 }, (_none, index) => (index * 31) % 256);
    expect(await base64Of(new Blob([bytes]))).toBe(Buffer.from(bytes).toString('base64'));
  });
});

describe('a refusal', () => {
  const now = Date.parse('2025-03-04T13:20:00Z');
  it.each([
    [new Problem(429, 'http.too_many', [], 90), false, 'vigilance.errors.wait', '2025-03-04T13:22:00.000Z'],
    [new Problem(429, 'http.too_many'), true, 'vigilance.report.wait', '2025-03-04T13:21:00.000Z'],
    [new Problem(0, unreachable), false, 'vigilance.errors.unreachable', ''],
    [new Problem(422, 'vigilance.unreadable'), false, 'vigilance.errors.unreadable', ''],
    [new Problem(422, 'vigilance.picture'), false, 'vigilance.errors.picture', ''],
    [new Problem(503, 'vigilance.no_reader'), false, 'vigilance.errors.picture', ''],
    [new Problem(413, 'http.413'), false, 'vigilance.errors.too_large', ''],
    [new Problem(422, 'body'), false, 'vigilance.errors.empty', ''],
    [new Problem(200, 'answer.unreadable'), false, 'vigilance.errors.server', ''],
    [new Problem(503, 'vigilance.busy'), false, 'vigilance.errors.server', ''],
  ])('%s', (problem, isReport, id, at) => expect(refusalWords(problem, isReport, now)).toEqual({ id, at }));
});

describe('the steps', () => {
  it('keep their order, leave out what has no words, and give addresses as one types them', () => {
    const steps = stepsSchema.parse({ steps: [{ code: 'call_bank' }, { code: 'of_another_age' }, { code: 'tell_help', open: 'https://www.cybermalveillance.gouv.fr/' }, { code: 'forward_sms', send: [{ to: '33700', text: 'a' }, { to: '', text: 'b' }, null] }] });
    expect(steps.map(({ code }) => code)).toEqual(['call_bank', 'tell_help', 'forward_sms']);
    expect(steps[1]?.open).toBe('www.cybermalveillance.gouv.fr');
    expect(steps[2]?.send).toEqual([{ to: '33700', text: 'a' }]);
  });

  it('read a report, or nothing of it', () => {
    expect(reportedSchema.parse({ reference: 'A-1', steps: [{ code: 'report' }] })).toEqual({ reference: 'A-1', steps: [{ code: 'report', send: [], call: '', open: '' }] });
    expect(reportedSchema.parse(null)).toEqual({ reference: '', steps: [] });
  });

  it('open an SMS to 33700 and to no other number', () => {
    expect(smsLink('33700', 'a & b\n?')).toBe('sms:33700?&body=a%20%26%20b%0A%3F');
    for (const to of ['0899701122', '+33700', '33700;0899701122', 'https://x.example', 'javascript:1']) expect(smsLink(to, 'a')).toBeNull();
  });
});

describe('words without a library', () => {
  const say = sayFrom({ 'a.b': [{ type: 0, value: 'De ' }, { type: 1, value: 'name' }, { type: 0, value: '\u202f!' }] });
  it('fill their places, and keep to the spaces our letters have', () => {
    expect(say('vigilance.a.b', { name: '<b>x</b>' })).toBe('De <b>x</b>\u00a0!');
    expect(say('vigilance.none')).toBe('vigilance.none');
  });
});
