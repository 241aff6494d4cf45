import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query';
import * as z from 'zod/mini';
import { api } from '../app/api';

const traceSchema = z.object({
  sequence: z.number(),
  at: z.string(),
  action: z.string(),
  actor: z.object({ kind: z.string(), name: z.optional(z.string()), profession: z.optional(z.string()), structure: z.optional(z.string()) }),
  mode: z.string(),
  reason: z.optional(z.string()),
  item: z.optional(z.object({ id: z.string(), title: z.optional(z.string()) })),
  about: z.optional(z.string()),
  count: z.optional(z.number()),
  machine: z.optional(z.boolean()),
});
export type Trace = z.infer<typeof traceSchema>;

const pageSchema = z.object({ traces: z.array(traceSchema), next_before: z.optional(z.number()) });

export const kinds = ['all', 'professionals', 'self', 'emergency'] as const;
export type Kind = (typeof kinds)[number];

/** Who looked, newest first. Reading it leaves a trace too: a page is asked for once, not at every glance. */
const tracesQuery = (who: string, kind: Kind) =>
  infiniteQueryOptions({
    queryKey: ['audit', who, 'traces', kind],
    queryFn: ({ pageParam, signal }) => {
      const asked = new URLSearchParams({ kind, limit: '100', ...(pageParam > 0 ? { before: String(pageParam) } : {}) });
      return api.get(`/api/spaces/${encodeURIComponent(who)}/traces?${asked}`, pageSchema, signal);
    },
    initialPageParam: 0,
    getNextPageParam: (last) => last.next_before,
    staleTime: 30_000,
  });

export const useTraces = (who: string, kind: Kind) => useInfiniteQuery(tracesQuery(who, kind));
