import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Say } from '../app/words';
import { classWords, professionWords } from './words';

const folder = path.join(import.meta.dirname, '../../messages');
const read = (language: string, file: string) => JSON.parse(readFileSync(path.join(folder, language, `${file}.json`), 'utf8')) as Record<string, string>;

/** Says a message that has nothing to fill in. */
const say = ((id: string) => {
  const [file = '', ...key] = id.split('.');
  const words = read('fr', file)[key.join('.')];
  if (words === undefined) throw new Error(`no words for ${id}`);
  return words;
}) as Say;

it('names a profession by its code, and leaves other words alone', () => {
  expect(professionWords('10', say)).toBe('médecin');
  expect(professionWords('10/SM54', say)).toBe('médecin');
  expect(professionWords('60', say)).toBe('soins infirmiers');
  expect(professionWords('Cardiologue', say)).toBe('Cardiologue');
  for (const code of '10 21 26 28 35 36 40 50 60 70 80 81 86 91 92 94 95 96 98'.split(' ')) expect(professionWords(code, say)).not.toBe(code);
});

it('names each class of documents', () => {
  expect(classWords('42', say)).toBe('Ordonnances');
  expect(classWords('99', say)).toBe('Autres');
});

describe('the labels people know, in the space', () => {
  const all = ['space', 'record', 'add', 'audit', 'access', 'explain', 'carers', 'tiles']
    .flatMap((file) => Object.values(read('fr', file)))
    .join('\n')
    .replaceAll('\u00a0', ' ');
  it.each([
    'Mes documents de santé',
    'Ajouter un document',
    'Document ajouté par vous',
    'Qui a consulté mon dossier',
    "En cas d'urgence",
    'Mes enfants, mes aidants',
    'Qui peut voir ce document ?',
    'Masquer aux professionnels',
    'Bloquer un professionnel',
    "Si je ne peux pas m'exprimer",
    'Quand le 15 est appelé',
    'Vérifier un message',
    'Mes enfants',
    'Récupérer tous mes documents',
    'Paramètres',
    'Clôture du profil',
    'Opposition enregistrée',
    "Ce document n'est pas à moi",
    "Conservé jusqu'au {date} ; vous pouvez rouvrir.",
    'Aucun document à afficher. Vos professionnels de santé déposent ici ; vous aussi.',
    'Rien à afficher avec ces filtres.',
    "Vos documents sont conservés, mais ne s'affichent pas.",
    "Ce document ne s'affiche pas ici. Téléchargez-le : il est entier.",
    'PDF ou photo, 25 Mo au plus.',
    "c'est trop. Envoyez-le en deux parties.",
    "L'envoi s'est arrêté à {percent} %.",
    'Document ajouté, lisible par vos professionnels de santé.',
    'Aucune consultation à afficher.',
    'Je ne connais pas cette personne',
    'Plus aucun dépôt. Plus aucune lecture, même en urgence.',
    'Clôturer mon profil',
    'Garder mon espace',
  ])('%s', (label) => expect(all).toContain(label));
});
