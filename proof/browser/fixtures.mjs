// What the story is played with: people for the register, documents for the hospital. All invented.
import { deflateSync } from 'node:zlib';

const oidOfDemonstration = '1.2.250.1.213.1.4.11';
const oidOfNir = '1.2.250.1.213.1.4.8';

/** 13 digits and their key. */
export const numbered = (thirteen) => thirteen + String(97n - (BigInt(thirteen) % 97n)).padStart(2, '0');

/** Three people who come by a register file: one objects by the keyboard alone, one does nothing, one has no contact on file. */
export const marthe = { system: oidOfNir, number: numbered('2610367482011'), birthName: 'Keller', given: 'Marthe', birthDate: '1961-03-09', sex: 'F', serial: '8025000011112222', email: 'marthe.keller@courriel.example', place: '67482' };
export const gabriel = { system: oidOfNir, number: numbered('1570587085023'), birthName: 'Sorel', given: 'Gabriel', birthDate: '1957-05-21', sex: 'M', serial: '8025000033334444', email: 'gabriel.sorel@courriel.example', place: '87085' };
export const rose = { system: oidOfNir, number: numbered('2480223096044'), birthName: 'Tournier', given: 'Rose', birthDate: '1948-02-17', sex: 'F', serial: '8025000055556666', email: '', place: '23096' };
export const nameOf = (person) => `${person.given} ${person.birthName}`;

export function registerOf(people) {
  const header = 'system;matricule;birth_name;given_names;birth_date;sex;birthplace;email;card_serials;address1;postcode;city';
  return [header, ...people.map((p) => [p.system, p.number, p.birthName, p.given, p.birthDate, p.sex, p.place, p.email, p.serial, '3 rue des Lilas', '87000', 'Limoges'].join(';')), ''].join('\n');
}

/** The person of the printed cast that a document is about. */
export const patientNamed = (cast, birthDate, sex) => {
  const [given, birthName] = cast.name.split(' ');
  return { system: oidOfDemonstration, number: cast.number, birthName, given, birthDate, sex };
};

const pixel = () => image(24, 24, (x, y) => [x * 10, y * 10, 120]).toString('base64');
const digits = (date) => date.replaceAll('-', '');

/** Level 3: a header, sections, a table, a list, an image; and everything of the kind that must not survive. */
export function cdaOf({ person, id, title, type = '11502-2', typeWords = "CR d'examens biologiques", date, author, structure, words }) {
  return `<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet type="text/xsl" href="https://outside.example/run.xsl"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <realmCode code="FR"/>
  <typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
  <templateId root="2.16.840.1.113883.2.8.2.1"/>
  <id root="1.2.250.1.999.7" extension="${id}"/>
  <code code="${type}" codeSystem="2.16.840.1.113883.6.1" displayName="${typeWords}"/>
  <title>${title}</title>
  <effectiveTime value="${digits(date)}091500+0100"/>
  <confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25" displayName="Normal"/>
  <languageCode code="fr-FR"/>
  <setId root="1.2.250.1.999.7" extension="${id}"/>
  <versionNumber value="1"/>
  <recordTarget><patientRole>
    <id root="${person.system}" extension="${person.number}"/>
    <patient>
      <name><given qualifier="BR">${person.given.toUpperCase()}</given><family qualifier="BR">${person.birthName.toUpperCase()}</family></name>
      <administrativeGenderCode code="${person.sex}" codeSystem="2.16.840.1.113883.5.1"/>
      <birthTime value="${digits(person.birthDate)}"/>
    </patient>
  </patientRole></recordTarget>
  <author>
    <time value="${digits(date)}091500+0100"/>
    <assignedAuthor>
      <id root="1.2.250.1.71.4.2.1" extension="${author.rpps}"/>
      <code code="G15_10/SM03" codeSystem="1.2.250.1.213.1.1.4.5" displayName="Médecin - Biologie médicale (SM)"/>
      <assignedPerson><name><given>${author.given}</given><family>${author.family}</family></name></assignedPerson>
      <representedOrganization><id root="1.2.250.1.71.4.2.2" extension="${structure.id}"/><name>${structure.name}</name></representedOrganization>
    </assignedAuthor>
  </author>
  <custodian><assignedCustodian><representedCustodianOrganization>
    <id root="1.2.250.1.71.4.2.2" extension="${structure.id}"/><name>${structure.name}</name>
  </representedCustodianOrganization></assignedCustodian></custodian>
  <component><structuredBody>
    <component><section>
      <code code="18719-5" codeSystem="2.16.840.1.113883.6.1" displayName="Biochimie"/>
      <title>Biochimie du sang</title>
      <text>
        <paragraph>${words} &lt;script>alert(1)&lt;/script></paragraph>
        <paragraph><content ID="c1" onclick="alert(2)" style="position:fixed">Prélèvement à jeun.</content> <linkHtml href="javascript:alert(3)">Notice du laboratoire</linkHtml></paragraph>
        <script>alert(4)</script>
        <table border="1">
          <caption>Résultats</caption>
          <thead><tr><th>Examen</th><th>Valeur</th></tr></thead>
          <tbody><tr><th>Glucose</th><td>5,0 mmol/l</td></tr><tr><th>Cholestérol</th><td>4,9 mmol/l</td></tr></tbody>
        </table>
        <list listType="unordered"><item>Revenir dans six mois</item><item>Poursuivre le traitement</item></list>
        <renderMultiMedia referencedObject="IMG1"><caption>Courbe de glycémie</caption></renderMultiMedia>
      </text>
      <entry><observationMedia classCode="OBS" moodCode="EVN" ID="IMG1"><value mediaType="image/png" representation="B64">${pixel()}</value></observationMedia></entry>
    </section></component>
  </structuredBody></component>
</ClinicalDocument>
`;
}

/** A PDF of a few pages, each with its lines of text. */
export function pdfOf(pages) {
  const objects = [];
  const put = (text) => objects.push(text);
  const count = pages.length;
  put('<< /Type /Catalog /Pages 2 0 R >>');
  put(`<< /Type /Pages /Kids [${pages.map((_page, i) => `${4 + 2 * i} 0 R`).join(' ')}] /Count ${count} >>`);
  put('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>');
  for (const [i, lines] of pages.entries()) {
    const drawn = `BT /F1 18 Tf 24 TL 60 760 Td ${lines.map((line) => `(${line}) Tj T*`).join(' ')} ET`;
    put(`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + 2 * i} 0 R >>`);
    put(`<< /Length ${drawn.length} >>\nstream\n${drawn}\nendstream`);
  }
  let text = '%PDF-1.4\n';
  const places = objects.map((object, i) => {
    const place = text.length;
    text += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return place;
  });
  const table = text.length;
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('')}`;
  text += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`;
  return Buffer.from(text, 'latin1');
}

const crcTable = Array.from({ length: 256 }, (_none, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});
function chunk(kind, data) {
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), data]);
  const crc = body.reduce((sum, byte) => crcTable[(sum ^ byte) & 255] ^ (sum >>> 8), 0xffffffff);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE((crc ^ 0xffffffff) >>> 0, 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}

/** A PNG whose colours are given for each point. */
export function image(width, height, colour) {
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      for (const [i, part] of colour(x, y).entries()) rows[y * (1 + width * 3) + 1 + x * 3 + i] = part & 255;
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

/** A photograph's worth of bytes: what cannot be compressed, the same at each run. */
export function photo(width, height) {
  let seed = 7;
  const noise = () => (seed = (Math.imul(seed, 1103515245) + 12345) | 0) >> 16;
  return image(width, height, () => [noise(), noise(), noise()]);
}
