import { readFileSync } from 'node:fs';
import path from 'node:path';
import { IntlMessageFormat } from 'intl-messageformat';
import { describe, expect, it } from 'vitest';
import { hasWords, whyWords } from './rules_words';

const root = path.join(import.meta.dirname, '../../..');
const codesOfTheDecision = [...new Set([...readFileSync(path.join(root, 'capabilities/access/rules.cpp'), 'utf8').matchAll(/"(access\.\w+)"/gu)].map((found) => found[1] ?? ''))];

function wordsOf(language: 'fr' | 'en') {
  const words = JSON.parse(readFileSync(path.join(root, 'web/messages', language, 'explain.json'), 'utf8')) as Record<string, string>;
  return (id: string, values: Record<string, string> = {}) => {
    const text = words[id.slice('explain.'.length)];
    if (text === undefined) throw new Error(`no words for ${id}`);
    return String(new IntlMessageFormat(text, language).format(values)).replaceAll('\u00a0', ' ');
  };
}

describe('the rules of the decision', () => {
  it('are found in the source of the decision', () => {
    expect(codesOfTheDecision.length).toBeGreaterThan(50);
    for (const known of ['access.care_team', 'access.matrix_refuses', 'access.hidden_in_emergency']) expect(codesOfTheDecision).toContain(known);
  });

  it.each(['fr', 'en'] as const)('each have a sentence in %s, for every reader', (language) => {
    const say = wordsOf(language);
    for (const code of codesOfTheDecision) {
      expect([code, hasWords(code)]).toEqual([code, true]);
      for (const whose of ['self', 'child', 'person'] as const) {
        const [sentence = ''] = whyWords([code], whose, say);
        expect([code, /^[A-ZÀ-Ý].+\.$/u.test(sentence)]).toEqual([code, true]);
        expect([code, /access\.\w|_|\bINS\b|bris de glace|habilit|révoqu|jeton/u.test(sentence)]).toEqual([code, false]);
      }
    }
  });

  it('are said from who the person is to what the document is, each once', () => {
    const say = wordsOf('fr');
    expect(whyWords(['access.matrix', 'access.care_team', 'access.matrix'], 'self', say)).toEqual(['Cette personne fait partie de votre équipe de soins.', 'Sa profession peut lire ce type de document.']);
    expect(whyWords(['access.care_team'], 'child', say)).toEqual(['Cette personne fait partie de son équipe de soins.']);
    expect(whyWords(['access.from_tomorrow', 'other.code'], 'self', say)).toEqual([]);
  });
});
