import { queryOptions } from '@tanstack/react-query';
import * as z from 'zod/mini';
import { api } from '../app/api';
import { asProblem } from '../app/problem';
import { type Channel, contactSchema, sentSchema } from '../identity/contact';
import { receiptSchema } from './receipt';

export const flowSchema = z.object({
  name: z.string(),
  child: z.boolean(),
  deadline: z.string(),
  contacts: z.array(contactSchema),
  contact_confirmed: z.boolean(),
  sent: z.optional(sentSchema),
  needs_second_letter: z.boolean(),
  needs_account: z.boolean(),
});
export type Flow = z.infer<typeof flowSchema>;

const opened = z.object({ receipt: receiptSchema, who: z.string() });
export type Opened = z.infer<typeof opened>;
const objected = z.object({ receipt: receiptSchema });
export type Objected = z.infer<typeof objected>;
const closed = z.object({ receipt: receiptSchema, kept_until: z.optional(z.string()) });
export type Closed = z.infer<typeof closed>;
const requested = z.object({ requested_on: z.string() });
export type Requested = z.infer<typeof requested>;

export type Purpose = 'open' | 'object' | 'close';

export interface Facts {
  code: string;
  number: string;
  serial: string;
  child: boolean;
}

/** The activation under way, or null: it lives on the service's side for 30 idle minutes. */
export const flowQuery = queryOptions({
  queryKey: ['enrollment', 'activation'],
  queryFn: async ({ signal }): Promise<Flow | null> => {
    try {
      return await api.get('/api/activation', flowSchema, signal);
    } catch (thrown) {
      if (asProblem(thrown).status === 404) return null;
      throw thrown;
    }
  },
  staleTime: Infinity,
});

export const activation = {
  facts: (facts: Facts) => api.post('/api/activation/facts', facts, flowSchema),
  contact: (wanted: { channel: Channel; address?: string }) => api.post('/api/activation/contact', wanted, sentSchema),
  confirm: (one_time_code: string) => api.post('/api/activation/contact/confirm', { one_time_code }, flowSchema),
  identifier: (identifier: string) => api.command('POST', '/api/activation/identifier', { identifier }),
  open: (account: { identifier?: string; password?: string }) => api.post('/api/activation/open', account, opened),
  object: () => api.post('/api/activation/object', {}, objected),
  drop: () => api.command('DELETE', '/api/activation'),
};

export const objectNow = (code: string, number: string) => api.post('/api/objection', { code, number }, objected);
export const closeNow = (code: string, number: string) => api.post('/api/closure', { code, number }, closed);
export const requestCode = (number: string, serial: string, purpose: Purpose) => api.post('/api/code-requests', { number, serial, purpose }, requested);
