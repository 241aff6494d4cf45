// An invented space: its documents, its traces, its bytes.
import { deflateSync } from 'node:zlib';

export const own = { who: 'moi', name: 'Nadia Martin', relation: 'self', state: 'opened_by_holder' };
export const child = { who: 'e7d1c0a9b2', name: 'Léa Martin', relation: 'child', state: 'opened_by_holder' };
export const session = (...spaces) => ({ signed_in: true, name: 'Nadia Martin', idle_minutes: 15, expires_at: '2025-03-04T21:00:00Z', spaces, second_letter_awaited: false });
export const space = (one, more = {}) => ({ ...one, opened_on: '2025-01-12', second_letter_awaited: false, pending: [], new_documents: 0, ...more });

const authors = [
  { name: 'Dr Lina Benali', profession: '10', structure: 'Laboratoire des Lilas' },
  { name: 'Dr Paul Roy', profession: '10', structure: 'Centre hospitalier universitaire de Rennes, service de cardiologie et maladies vasculaires' },
  { name: 'Claire Le Goff', profession: '60', structure: 'Cabinet des Lilas' },
  { name: '', structure: 'Pharmacie du Marché' },
];
const kinds = [
  ['10', 'Compte rendu de biologie médicale', 'CR de biologie', 'cda'],
  ['42', 'Ordonnance', 'Prescription de médicaments', 'pdf'],
  ['31', 'Radiographie du genou droit, deux incidences, en charge et au repos', "CR d'imagerie médicale", 'image'],
  ['11', 'Lettre de liaison à la sortie', 'Lettre de liaison', 'pdf'],
];

const day = (index) => new Date(Date.UTC(2025, 2, 4) - index * 9 * 86_400_000).toISOString().slice(0, 10);

export function documents(count) {
  return Array.from({ length: count }, (_none, index) => {
    const mine = index % 7 === 2;
    const [cls, title, label, media] = kinds[index % 4];
    return {
      id: `d${index}`,
      title: mine ? 'Radio du genou' : title,
      class: mine ? '31' : cls,
      type: mine ? 'DOCPAT04' : '11502-2',
      type_label: mine ? 'Imagerie déposée par le patient' : label,
      date: index === count - 1 && count > 5 ? '2016' : day(index),
      author: mine ? { name: 'Nadia Martin' } : authors[index % 4],
      source: mine ? 'holder' : 'professional',
      media: mine ? 'image' : media,
      size: 184_320,
      deposited_at: `${day(index)}T09:12:00Z`,
      is_new: index < 2,
      version: 1,
      masked: false,
      visible_in_emergency: false,
      may_mask: !mine,
    };
  });
}

const tally = (list, of) => [...list.reduce((counts, one) => counts.set(of(one), (counts.get(of(one)) ?? 0) + 1), new Map())];

/** Answers the list as the service does: 25 a page, filtered, with the facets of the whole. */
export function lister(all) {
  const facets = {
    classes: tally(all, (d) => d.class).map(([code, count]) => ({ code, count })),
    years: tally(all, (d) => d.date.slice(0, 4)).map(([year, count]) => ({ year: Number(year), count })),
    authors: tally(all, (d) => d.author.name || d.author.structure).map(([name, count], index) => ({ key: `a${index}`, name, count })),
  };
  return ({ url }) => {
    const asked = url.searchParams;
    const by = facets.authors.find((a) => a.key === asked.get('by'))?.name;
    const kept = all.filter((d) => (!asked.get('class') || d.class === asked.get('class')) && (!asked.get('year') || d.date.startsWith(asked.get('year'))) && (!by || (d.author.name || d.author.structure) === by));
    const from = Number(asked.get('cursor') ?? 0);
    return { documents: kept.slice(from, from + 25), total: all.length, filtered_total: kept.length, facets, ...(from + 25 < kept.length ? { next_cursor: String(from + 25) } : {}) };
  };
}

const benali = { kind: 'professional', name: 'Dr Lina Benali', profession: '10', structure: 'Cabinet des Lilas' };
const roy = { kind: 'professional', name: 'Dr Paul Roy', profession: '10', structure: 'Centre hospitalier universitaire de Rennes' };
const me = { kind: 'holder', name: 'Nadia Martin' };

/** One day of a busy record, newest first. */
const oneDay = (date) => [
  { at: `${date}T16:20:00Z`, action: 'traces_read', actor: me, reason: 'access.self' },
  { at: `${date}T14:02:00Z`, action: 'document_read', actor: roy, mode: 'bris_de_glace', reason: 'Patiente inconsciente aux urgences', item: { id: 'd1', title: 'Ordonnance' } },
  { at: `${date}T14:01:00Z`, action: 'documents_listed', actor: roy, mode: 'bris_de_glace', reason: 'access.bris_de_glace', count: 12 },
  { at: `${date}T08:31:00Z`, action: 'document_read', actor: benali, reason: 'access.care_team', item: { id: 'd1', title: 'Ordonnance' } },
  { at: `${date}T08:12:00Z`, action: 'document_read', actor: benali, reason: 'access.care_team', item: { id: 'd0', title: 'Compte rendu de biologie médicale' } },
  { at: `${date}T08:11:00Z`, action: 'documents_listed', actor: benali, reason: 'access.care_team', count: 12 },
  ...Array.from({ length: 3 }, (_none, index) => ({ at: `${date}T05:0${index}:00Z`, action: 'document_read', actor: { kind: 'machine', name: 'extractor' }, reason: 'machine.extract', machine: true, item: { id: `d${index}` } })),
  { at: `${date}T04:40:00Z`, action: 'document_deposited', actor: { kind: 'producer', name: 'LaboSoft', structure: 'Laboratoire des Lilas' }, reason: 'access.producer', item: { id: 'd0', title: 'Compte rendu de biologie médicale' } },
];

export function traces(count) {
  const list = [];
  for (let index = 0; list.length < count; index += 1) list.push(...oneDay(new Date(Date.UTC(2025, 2, 4) - index * 86_400_000).toISOString().slice(0, 10)));
  return list.slice(0, count).map((one, index) => ({ mode: 'normal', machine: false, ...one, sequence: count - index }));
}

export function tracer(all) {
  return ({ url }) => {
    const kind = url.searchParams.get('kind');
    const before = Number(url.searchParams.get('before') ?? Infinity) || Infinity;
    const wanted = { all: () => true, professionals: (t) => ['professional', 'producer'].includes(t.actor.kind), self: (t) => t.actor.kind === 'holder', emergency: (t) => t.mode !== 'normal' }[kind];
    const kept = all.filter((t) => t.sequence < before && wanted(t));
    const page = kept.slice(0, 100);
    return { traces: page, ...(kept.length > 100 ? { next_before: page.at(-1).sequence } : {}) };
  };
}

/** A PDF of plain text, one list of lines per page; `[]` makes a page without words. */
export function pdf(pages) {
  const objects = [];
  const add = (body) => objects.push(body);
  add('<</Type/Catalog/Pages 2 0 R>>');
  add(`<</Type/Pages/Count ${pages.length}/Kids[${pages.map((_page, index) => `${4 + index * 2} 0 R`).join(' ')}]>>`);
  add('<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>');
  pages.forEach((lines, index) => {
    add(`<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents ${5 + index * 2} 0 R>>`);
    const text = lines.map((line) => `(${line.replace(/[()\\]/gu, '\\$&')}) Tj 0 -24 Td`).join('\n');
    const stream = `0.8 g 60 200 475 60 re f 0 g BT /F1 16 Tf 60 760 Td\n${text}\nET`;
    add(`<</Length ${Buffer.byteLength(stream, 'latin1')}>>stream\n${stream}\nendstream`);
  });
  let out = '%PDF-1.4\n';
  const offsets = objects.map((body, index) => {
    const at = out.length;
    out += `${index + 1} 0 obj\n${body}\nendobj\n`;
    return at;
  });
  const xref = out.length;
  out += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('')}trailer<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${xref}\n%%EOF\n`;
  return Buffer.from(out, 'latin1');
}

function crc(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return (sum ^ 0xffffffff) >>> 0;
}

/** A grey PNG, with a lighter bone across it. */
export function png(width, height) {
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) rows[y * (width + 1) + 1 + x] = Math.abs(x - width / 2 - 40 * Math.sin(y / 90)) < 70 ? 200 : 40;
  const chunk = (name, data) => {
    const head = Buffer.alloc(4);
    head.writeUInt32BE(data.length);
    const body = Buffer.concat([Buffer.from(name), data]);
    const tail = Buffer.alloc(4);
    tail.writeUInt32BE(crc(body));
    return Buffer.concat([head, body, tail]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

export const cdaPage =
  '<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Compte rendu</title></head><body><main><h1>Compte rendu de biologie médicale</h1>' +
  '<p>Prélèvement du 4 mars 2025</p><div class="table" role="region" tabindex="0" aria-label="Tableau 1"><table border="1"><caption>Hémogramme</caption><tr><th>Analyse</th><th>Résultat</th></tr><tr><td>Hémoglobine</td><td>13,2 g/dL</td></tr></table></div></main></body></html>';
