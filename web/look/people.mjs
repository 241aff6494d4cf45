// Invented people and the codes they type; the check signs are computed here by another road than the page's.
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

export function codeOf(data) {
  const sum = [...data].reduce((total, sign, index) => total + BigInt(alphabet.indexOf(sign)) * 37n ** BigInt(10 - index), 0n) % 1021n;
  return data + alphabet[Number(sum / 32n)] + alphabet[Number(sum % 32n)];
}

export const code = codeOf('K7QM2W9F40');
export const number = '255081416802538';
export const serial = '80250000123456789012';
export const password = 'trois chats sur un toit';
export const identifier = 'nadia.martin@exemple.fr';
export const secrets = [code, number, serial, 'trois chats', 'nadia.martin', 'Nadia'];

export const receipt = (kind) => ({ number: '2025-7F3K-0042', at: '2025-03-04T13:07:00Z', kind, pdf: '/api/receipts/0123456789abcdef.pdf' });

export const flow = {
  name: 'Nadia',
  child: false,
  deadline: '2025-03-14',
  contacts: [
    { channel: 'sms', hint: '42' },
    { channel: 'voice', hint: '42' },
    { channel: 'email', hint: 'n…@exemple.fr' },
  ],
  contact_confirmed: false,
  needs_second_letter: false,
  needs_account: true,
};

export const sent = { channel: 'sms', hint: '42', sent_at: '2025-03-04T13:05:00Z' };

/** Types as a person would, then leaves the field. */
export async function type(page, label, words) {
  await page.getByLabel(label, { exact: true }).fill(words);
}

export const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
