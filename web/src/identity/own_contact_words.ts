import type { Say } from '../app/words';
import type { OwnContact } from './account_calls';

const named = new Set(['sms', 'voice', 'email', 'letter']);

/** "SMS au numéro qui finit par 42": what it is, and no more of it than the service gave. */
export function ownContactWords(contact: OwnContact, say: Say): string {
  return say(`account.contacts.${named.has(contact.channel) ? contact.channel : 'other'}`, { hint: contact.hint });
}
