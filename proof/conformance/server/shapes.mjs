// What the clients send: an observation, a visit, a document, and Bundles of them.
export const loinc = 'http://loinc.org';
export const weightOf = (person, kilograms, more = {}) => ({
  resourceType: 'Observation',
  status: 'final',
  code: { coding: [{ system: loinc, code: '29463-7' }] },
  subject: { reference: `Patient/${person}` },
  effectiveDateTime: '2026-01-05T08:30:00+01:00',
  valueQuantity: { value: kilograms, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' },
  ...more,
});
export const visitOf = (person) => ({
  resourceType: 'Encounter',
  status: 'finished',
  class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
  subject: { reference: `Patient/${person}` },
  period: { start: '2026-01-05', end: '2026-01-06' },
});
export const pdf = Buffer.from('%PDF-1.4\n% un compte rendu\n%%EOF\n');
export const documentOf = (person, traits, uniqueId) => ({
  resourceType: 'DocumentReference',
  contained: [
    { resourceType: 'Patient', id: 'person', ...traits },
    {
      resourceType: 'Practitioner',
      id: 'author',
      identifier: [{ system: 'https://rpps.esante.gouv.fr', value: '10000010007' }],
      name: [{ family: 'Benali', given: ['Lina'] }],
    },
    {
      resourceType: 'Organization',
      id: 'structure',
      identifier: [{ system: 'urn:oid:1.2.250.1.71.4.2.2', value: '1750001008' }],
      name: 'Centre hospitalier',
    },
  ],
  masterIdentifier: { system: 'urn:ietf:rfc:3986', value: uniqueId },
  status: 'current',
  type: { coding: [{ system: loinc, code: '11502-2' }] },
  category: [{ coding: [{ system: 'urn:oid:1.2.250.1.213.1.1.4.1', code: '10' }] }],
  subject: { reference: `Patient/${person}` },
  date: '2026-01-05T10:00:00Z',
  author: [{ reference: '#author' }, { reference: '#structure' }],
  securityLabel: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'N' }] }],
  context: { sourcePatientInfo: { reference: '#person' } },
});
export const attached = (attachment) => ({
  content: [
    { attachment: { contentType: 'application/pdf', language: 'fr-FR', title: 'Compte rendu', creation: '2026-01-05', ...attachment } },
  ],
});

export const transactionOf = (...entry) => ({ resourceType: 'Bundle', type: 'transaction', entry });
export const entryOf = (method, url, resource, fullUrl) => ({
  ...(fullUrl && { fullUrl }),
  ...(resource && { resource }),
  request: { method, url },
});
export const urn = (n) => `urn:uuid:00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
export const idIn = (location) => /\/?(\w+)\/([a-z0-9]{26})(?:\/|$)/.exec(location)[2];
