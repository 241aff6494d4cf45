// A hospital deposits for Nadia: eight documents of several years, kinds and authors; a doctor of the care team reads one.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cdaOf, image, patientNamed, pdfOf } from '../fixtures.mjs';
import { mustSay } from '../must.mjs';

const benali = { author: { rpps: '810001234567', given: 'Karim', family: 'BENALI' }, structure: { id: '1140000001', name: 'Labo des Lilas' } };
const roy = { author: { rpps: '810007654321', given: 'Anne', family: 'ROY' }, structure: { id: '1140000002', name: 'Cabinet du Port' } };
const synthesis = { type: '11490-0', typeWords: 'Lettre de liaison' };

/** By title; the years and the authors are what the filters are tried on. */
export const reports = [
  { title: 'Bilan sanguin de mars', date: '2025-03-04', ...benali, words: 'Glycémie normale, à contrôler.' },
  { title: 'Bilan sanguin de janvier', date: '2025-01-14', ...benali, words: 'Cholestérol un peu élevé.' },
  { title: 'Bilan rénal', date: '2024-09-02', ...benali, words: 'Fonction rénale normale.' },
  { title: 'Lettre du docteur Roy', date: '2024-05-21', ...roy, ...synthesis, words: 'Adressée pour avis.' },
  { title: 'Suivi de cardiologie', date: '2023-11-08', ...roy, ...synthesis, words: 'Tension bien réglée.' },
  { title: 'Bilan de santé', date: '2022-06-30', ...benali, words: 'Rien à signaler.' },
];
export const pdfTitle = 'Compte rendu de sortie';
export const imageTitle = 'Radio du genou';
export const titles = [pdfTitle, imageTitle, ...reports.map((one) => one.title)];
export const doctor = 'Lina Benali';
export const hospital = 'Centre hospitalier des Lilas';

export async function deposit(story) {
  const { service } = story;
  const nadia = patientNamed(service.cast.holder, '1983-05-17', 'F');
  for (const [index, report] of reports.entries()) {
    const file = path.join(service.folder, `report-${index}.xml`);
    await writeFile(file, cdaOf({ person: nadia, id: `CR-${index}`, ...report }));
    mustSay(await service.carnetDoes('demo', 'deposit', file, '--for', 'holder'), `Déposé : ${report.title}`, 'carnet demo deposit');
  }
  mustSay(await service.carnetDoes('demo', 'deposit', story.files.pdf, '--for', 'holder'), `Déposé : ${pdfTitle}`, 'carnet demo deposit');
  const radio = path.join(service.folder, `${imageTitle}.png`);
  await writeFile(radio, image(480, 360, (x, y) => (Math.hypot(x - 240, y - 180) < 120 ? [230, 230, 220] : [30, 34, 40])));
  await service.carnetDoes('demo', 'deposit', radio, '--for', 'holder');
  await wrongPerson(story, nadia);
  const read = await service.carnetDoes('demo', 'read', '--for', 'holder');
  mustSay(read, `${doctor} lit les documents de ${service.cast.holder.name}`, 'carnet demo read');
  for (const title of titles) mustSay(read, title, 'carnet demo read');
  mustSay(read, /Premier document lu : \d+ octets/u, 'carnet demo read');
  // Whoever is asked for, and when nobody is: parents too, whose numbers stand in their children's lines of the register.
  for (const words of [[], ['--for', 'ruth'], ['--for', 'parent'], ['--for', 'child']]) {
    mustSay(await service.carnetDoes('demo', 'read', ...words), `${doctor} lit les documents de`, 'carnet demo read');
  }
}

/** What is about someone else, or cut short, is refused, saying where. */
async function wrongPerson(story, nadia) {
  const { service } = story;
  const other = path.join(service.folder, 'other.xml');
  await writeFile(other, cdaOf({ person: { ...nadia, birthDate: '1984-05-17' }, id: 'CR-OTHER', ...reports[0] }));
  await service.carnetRefuses('birthTime', 'demo', 'deposit', other, '--for', 'holder');
  const child = path.join(service.folder, 'Vaccins.pdf');
  await writeFile(child, pdfOf([['Vaccins de Léa', 'À jour.'.replace('À', 'A')]]));
  await service.carnetDoes('demo', 'deposit', child, '--for', 'child');
}
