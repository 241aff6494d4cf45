import { queryOptions } from '@tanstack/react-query';
import * as z from 'zod/mini';
import { api } from '../app/api';

const sessionSchema = z.object({ id: z.string(), current: z.boolean(), began_at: z.string(), last_used_at: z.string(), device: z.optional(z.string()) });
export type Device = z.infer<typeof sessionSchema>;

/** Where the account is open. Asked anew at each visit of the page: what it shows must be true. */
export const devicesQuery = queryOptions({
  queryKey: ['identity', 'moi', 'sessions'],
  queryFn: async ({ signal }) => (await api.get('/api/sessions', z.object({ sessions: z.array(sessionSchema) }), signal)).sessions,
  staleTime: 0,
});
export const endSession = (id: string) => api.command('POST', `/api/sessions/${encodeURIComponent(id)}/end`);
export const endOtherSessions = () => api.command('POST', '/api/sessions/end-others', {});

const contactSchema = z.object({
  id: z.string(),
  channel: z.string(),
  hint: z.string(),
  confirmed: z.boolean(),
  pending_until: z.optional(z.string()),
  replaces: z.optional(z.string()),
});
export type OwnContact = z.infer<typeof contactSchema>;

export const contactsQuery = queryOptions({
  queryKey: ['identity', 'moi', 'contacts'],
  queryFn: async ({ signal }) => (await api.get('/api/contacts', z.object({ contacts: z.array(contactSchema) }), signal)).contacts,
  staleTime: 10_000,
});
export const addContact = (given: { channel: string; address: string; replaces?: string }) => api.post('/api/contacts', given, z.object({ id: z.string(), effective_at: z.string() }));
export const confirmContact = (id: string, one_time_code: string) => api.command('POST', `/api/contacts/${encodeURIComponent(id)}/confirm`, { one_time_code });
export const cancelContact = (id: string) => api.command('POST', `/api/contacts/${encodeURIComponent(id)}/cancel`);
/** By the code told to every contact on file, signed in or not: right or wrong, the same answer. */
export const stopContactChange = (code: string) => api.command('POST', '/api/contacts/cancel', { code });

export const askCodeSheet = () => api.post('/api/code-sheet', {}, z.object({ posted_on: z.string() }));
