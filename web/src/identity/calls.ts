import * as z from 'zod/mini';
import { api } from '../app/api';
import { type Channel, contactSchema, sentSchema } from './contact';

/** Nothing was sent when no contact can be reached: a code of the posted sheet serves, or a sheet is asked for by letter. */
const challenge = z.object({ channels: z.array(contactSchema), sent: z.optional(sentSchema), sheet_codes_left: z.optional(z.number()) });
export type Challenge = z.infer<typeof challenge>;

export const signIn = {
  start: (identifier: string, password: string) => api.post('/api/sign-in', { identifier, password }, challenge),
  resend: (channel: Channel) => api.post('/api/sign-in/resend', { channel }, sentSchema),
  code: (one_time_code: string) => api.post('/api/sign-in/code', { one_time_code }, z.object({ home: z.string() })),
};

export const recovery = {
  start: (number: string, serial: string, by_post = false) => api.command('POST', '/api/recovery', { number, serial, by_post }),
  confirm: (given: { number: string; serial: string; one_time_code: string; password: string }) =>
    api.post('/api/recovery/confirm', given, z.object({ identifier: z.string() })),
};
