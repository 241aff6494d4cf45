import { queryOptions } from '@tanstack/react-query';
import * as z from 'zod/mini';
import { api } from '../../app/api';
import { receiptSchema } from '../receipt';
import { sentSchema } from '../../identity/contact';

const base = (who: string) => `/api/spaces/${encodeURIComponent(who)}`;

const spaceSchema = z.object({
  who: z.string(),
  name: z.string(),
  relation: z.enum(['self', 'child', 'guardian', 'carer']),
  state: z.string(),
  opened_on: z.optional(z.string()),
  /** Everything was stopped by the holder: nothing is read but that it is so. */
  frozen: z.optional(z.boolean()),
  kept_until: z.optional(z.string()),
  second_letter_awaited: z.boolean(),
  pending: z.array(z.object({ kind: z.string(), on: z.string() })),
  new_documents: z.number(),
});
export type SpaceFacts = z.infer<typeof spaceSchema>;

export const spaceQuery = (who: string) =>
  queryOptions({
    queryKey: ['enrollment', who, 'space'],
    queryFn: ({ signal }) => api.get(base(who), spaceSchema, signal),
    staleTime: 20_000,
  });

const childSchema = z.object({
  who: z.string(),
  name: z.string(),
  birth_date: z.optional(z.string()),
  state: z.string(),
  deadline: z.optional(z.string()),
  /** What the other parent decided may be refused until then. */
  refusable_until: z.optional(z.string()),
});
export type Child = z.infer<typeof childSchema>;

export const childrenQuery = queryOptions({
  queryKey: ['enrollment', 'moi', 'children'],
  queryFn: async ({ signal }) => (await api.get('/api/children', z.object({ children: z.array(childSchema) }), signal)).children,
  staleTime: 20_000,
});

const decided = z.object({ receipt: receiptSchema });
export type Decided = z.infer<typeof decided>;
const closed = z.object({ receipt: receiptSchema, kept_until: z.optional(z.string()) });
export type Closed = z.infer<typeof closed>;

export type ChildDecision = 'activation' | 'objection';
export const decideForChild = (who: string, decision: ChildDecision, code: string) => api.post(`/api/children/${encodeURIComponent(who)}/${decision}`, { code }, decided);

const codeLeft = z.object({ channel: z.string(), hint: z.optional(z.string()), until: z.optional(z.string()), last_day: z.optional(z.string()) });
export type CodeLeft = z.infer<typeof codeLeft>;
export const askChildCode = (who: string) => api.post(`/api/children/${encodeURIComponent(who)}/code`, {}, codeLeft);
export const refuseForChild = (who: string) => api.post(`/api/children/${encodeURIComponent(who)}/refusal`, {}, decided);

export const enterSecondLetter = (who: string, code: string) => api.command('POST', `${base(who)}/second-letter`, { code });

/** The password again; a one-time code leaves for the known contact and is given with the act itself. */
export const reauthenticate = async (password: string) => (await api.post('/api/reauthentication', { password }, z.object({ sent: sentSchema }))).sent;
/** The same code, given for what is then only read: the export. */
export const confirmReauthentication = (one_time_code: string) => api.command('POST', '/api/reauthentication/code', { one_time_code });

export const closeSpace = (who: string, one_time_code: string) => api.post(`${base(who)}/closure`, { one_time_code }, closed);
/** Closed at once; destroyed after `kept_until`, unless it is reopened before. */
export const eraseSpace = (who: string, one_time_code: string) => api.post(`${base(who)}/erasure`, { one_time_code }, closed);
export const reopenSpace = (who: string, one_time_code: string) => api.post(`${base(who)}/reopening`, { one_time_code }, decided);
/** Part 0: everything, refused with `record.export_parts` when it takes several. */
export const exportAddress = (who: string, part: number) => `${base(who)}/export${part > 0 ? `?part=${part}` : ''}`;
