import { queryOptions, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import * as z from 'zod/mini';
import { api } from './api';

export const serviceSchema = z.object({
  name: z.string(),
  mode: z.enum(['demonstration', 'production']),
  today: z.string(),
  now: z.string(),
  phone: z.string(),
  documents_origin: z.optional(z.string()),
  password_min_length: z.number(),
});
export type Service = z.infer<typeof serviceSchema>;

export const spaceSummarySchema = z.object({
  who: z.string(),
  name: z.string(),
  relation: z.enum(['self', 'child', 'guardian', 'carer']),
  state: z.string(),
  /** What a guardian or carer may do there; without it, everything. */
  may: z.optional(z.array(z.string())),
});
export type SpaceSummary = z.infer<typeof spaceSummarySchema>;

export const sessionSchema = z.discriminatedUnion('signed_in', [
  z.object({ signed_in: z.literal(false) }),
  z.object({
    signed_in: z.literal(true),
    name: z.string(),
    idle_minutes: z.number(),
    expires_at: z.string(),
    spaces: z.array(spaceSummarySchema),
    second_letter_awaited: z.optional(z.boolean()),
  }),
]);
export type Session = z.infer<typeof sessionSchema>;
export type OpenSession = Extract<Session, { signed_in: true }>;

/** Before the service has answered, or when it cannot: nothing of it is invented but what stands on paper too. */
const unknownService: Service = {
  name: 'Carnet',
  mode: 'production',
  today: '',
  now: '',
  phone: '3422',
  password_min_length: 12,
};

export const serviceQuery = queryOptions({
  queryKey: ['service'],
  queryFn: ({ signal }) => api.get('/api/service', serviceSchema, signal),
  staleTime: 60_000,
});

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => api.get('/api/session', sessionSchema, signal),
  staleTime: 10_000,
});

/** The service's name, day, telephone and mode. Never suspends: falls back on what is certain. */
export function useService(): Service {
  return useQuery(serviceQuery).data ?? unknownService;
}

export function useSession(): Session {
  return useSuspenseQuery(sessionQuery).data;
}
