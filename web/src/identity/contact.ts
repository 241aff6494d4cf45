import * as z from 'zod/mini';
import type { Say } from '../app/words';

const channel = z.enum(['sms', 'voice', 'email', 'letter']);
export type Channel = z.infer<typeof channel>;

export const contactSchema = z.object({ channel, hint: z.string() });
export type Contact = z.infer<typeof contactSchema>;

export const sentSchema = z.object({ channel, hint: z.string(), sent_at: z.string() });
export type Sent = z.infer<typeof sentSchema>;

/** One choice for each way: the service is asked by channel. */
export function ways(contacts: readonly Contact[]): Contact[] {
  return contacts.filter((contact, rank) => contact.channel !== 'letter' && contacts.findIndex((other) => other.channel === contact.channel) === rank);
}

/** "SMS au numéro qui finit par 42": the channel, and no more of the address than the service gave. */
export function contactWords(contact: Contact, say: Say): string {
  return say(`identity.contact.${contact.channel}`, { hint: contact.hint });
}

/** "Envoyé au numéro qui finit par 42, à 14 h 05." */
export function sentWords(sent: Sent, say: Say): string {
  return say(`identity.sent.${sent.channel}`, { hint: sent.hint, time: say.localTime(sent.sent_at) });
}
