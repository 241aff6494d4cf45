import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse, TYPE, type MessageFormatElement } from '@formatjs/icu-messageformat-parser';
import { describe, expect, it } from 'vitest';

const folder = path.join(import.meta.dirname, '../../messages');
const read = (language: string, file: string) => JSON.parse(readFileSync(path.join(folder, language, file), 'utf8')) as Record<string, string>;
const files = readdirSync(path.join(folder, 'fr')).filter((file) => file.endsWith('.json'));

/** Words never shown: those of the rules, and those of the voice. */
const forbidden =
  /\b(INS|NIR|habilitations?|bris de glace|révoqu\w*|jetons?|authentifi\w*|valid(er|ez|é|ée)|veuillez|oups|cliquez ici|cliquez|usagers?|100\s?%\s?sécurisé|erreur technique|déconnecté\(e\)|connecté\(e\)|saisie invalide)(?![\wéè])/iu;

function argumentsOf(elements: MessageFormatElement[]): string[] {
  return elements
    .flatMap((element): string[] => {
      if (element.type === TYPE.literal || element.type === TYPE.pound) return [];
      const inside = element.type === TYPE.select || element.type === TYPE.plural ? Object.values(element.options).flatMap((option) => argumentsOf(option.value)) : element.type === TYPE.tag ? argumentsOf(element.children) : [];
      return [element.value, ...inside];
    })
    .sort();
}

/** The text between the braces: what is read. */
function literals(elements: MessageFormatElement[]): string {
  return elements
    .map((element) => {
      if (element.type === TYPE.literal) return element.value;
      if (element.type === TYPE.select || element.type === TYPE.plural) return Object.values(element.options).map((option) => literals(option.value)).join(' | ');
      return element.type === TYPE.tag ? literals(element.children) : '0';
    })
    .join('');
}

describe.each(files)('the catalogue %s', (file) => {
  const fr = read('fr', file);
  const en = read('en', file);

  it('has the same keys in both languages, and the same values to fill in', () => {
    expect(Object.keys(en)).toEqual(Object.keys(fr));
    for (const [key, text] of Object.entries(fr)) expect([key, ...new Set(argumentsOf(parse(en[key] ?? '')))]).toEqual([key, ...new Set(argumentsOf(parse(text)))]);
  });

  it('uses no forbidden word', () => {
    for (const [key, text] of Object.entries(fr)) expect(`${key}: ${text}`).not.toMatch(forbidden);
  });

  // Letters and text messages have their own spacing (a no-break space would double the price of an SMS) and their own tests.
  if (file === 'notices.json') return;

  it('writes French with no-break spaces, and never the narrow one our letters lack', () => {
    for (const [key, text] of Object.entries({ ...fr, ...en })) expect(`${key}: ${text}`).not.toMatch(/\u202f/u);
    for (const [key, text] of Object.entries(fr)) {
      const words = literals(parse(text));
      expect(`${key}| ${words}`).not.toMatch(/[ ][;!?»]|[ ]:(?=\s|$)|«[ ]|\d (h|Mo|%)(?![\wà-ÿ])/u);
      expect(`${key}| ${words}`).not.toMatch(/[^\s\u00a0(\d|][;!?»]|[a-zà-ÿ»]:(?=\s|$)/iu);
    }
  });

  it('keeps sentences short', () => {
    for (const [key, text] of Object.entries(fr)) {
      for (const sentence of literals(parse(text)).split(/(?<=[.!?])\s|:\s/u)) expect([key, sentence.split(/\s+/u).filter(Boolean).length <= 24]).toEqual([key, true]);
    }
  });
});

describe('the labels people know', () => {
  const all = files.flatMap((file) => Object.values(read('fr', file))).join('\n').replaceAll('\u00a0', ' ');
  it.each([
    'Activer mon espace santé',
    "M'opposer à mon espace santé",
    "Je m'oppose à la création de Mon espace santé",
    'Code provisoire',
    'Demander un code provisoire',
    "Je n'ai pas reçu de code",
    'Numéro de Sécurité sociale',
    'Numéro de série de la carte Vitale',
    'Opposition enregistrée',
    'Opposition commencée, pas terminée',
    'Se faire aider près de chez vous',
    "Personne ne peut exiger l'accès à ce dossier, même avec votre accord.",
  ])('%s', (label) => expect(all).toContain(label));
});
