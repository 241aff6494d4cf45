import { infiniteQueryOptions, type QueryClient, queryOptions, useInfiniteQuery } from '@tanstack/react-query';
import * as z from 'zod/mini';
import { api } from '../app/api';
import { type DocumentList, documentListSchema, documentSchema, type Filters, type HealthDocument, listAddress } from './documents';

const base = (who: string) => `/api/spaces/${encodeURIComponent(who)}`;
const one = (who: string, id: string) => `${base(who)}/documents/${encodeURIComponent(id)}`;

const minute = 60_000;

/** A list keeps its pages for half an hour, so that Back finds its place; a long one is not read again at each return. */
export const documentsQuery = (who: string, filters: Filters) =>
  infiniteQueryOptions({
    queryKey: ['record', who, 'documents', filters],
    queryFn: ({ pageParam, signal }) => api.get(listAddress(who, filters, pageParam), documentListSchema, signal),
    initialPageParam: '',
    getNextPageParam: (last: DocumentList) => last.next_cursor,
    staleTime: (query) => ((query.state.data?.pages.length ?? 0) > 2 ? 10 * minute : minute),
    gcTime: 30 * minute,
  });

export const useDocuments = (who: string, filters: Filters) => useInfiniteQuery(documentsQuery(who, filters));
export type DocumentsShown = ReturnType<typeof useDocuments>;

export const documentQuery = (client: QueryClient, who: string, id: string) =>
  queryOptions({
    queryKey: ['record', who, 'document', id],
    queryFn: ({ signal }) => api.get(one(who, id), documentSchema, signal),
    placeholderData: () => inLists(client, who, id),
    staleTime: minute,
  });

/** A document that a list already shows needs not be waited for. */
function inLists(client: QueryClient, who: string, id: string): HealthDocument | undefined {
  const lists = client.getQueriesData<{ pages: DocumentList[] }>({ queryKey: ['record', who, 'documents'] });
  for (const [, list] of lists) {
    const found = list?.pages.flatMap((page) => page.documents).find((document) => document.id === id);
    if (found) return found;
  }
  return undefined;
}

/** `url`: on the documents' own origin. `content`: the same bytes on this one, for a PDF (that inside a CDA included) or an image. */
const viewSchema = z.object({ kind: z.enum(['html', 'pdf', 'image']), url: z.string(), content: z.optional(z.string()) });
export type View = z.infer<typeof viewSchema>;

/** Each view leaves a trace and lasts five minutes: asked once per opening of the page, never again by itself. */
export const viewQuery = (who: string, id: string) =>
  queryOptions({
    queryKey: ['record', who, 'view', id],
    queryFn: () => askView(who, id),
    staleTime: 4 * minute,
    gcTime: 0,
    retry: false,
    refetchOnReconnect: false,
  });

export const askView = (who: string, id: string): Promise<View> => api.post(`${one(who, id)}/view`, {}, viewSchema);

/** The bytes as they were deposited. */
export const contentAddress = (who: string, id: string): string => `${one(who, id)}/content`;

export const contest = (who: string, id: string) => api.command('POST', `${one(who, id)}/contest`, {});

/** « Masquer aux professionnels », and back. The answer is the document as it now stands. */
export const setVisibility = (who: string, id: string, visibility: { masked: boolean; visible_in_emergency: boolean }) => api.post(`${one(who, id)}/visibility`, visibility, documentSchema);

/** The document as the service has just given it: what is shown of it needs no other reading. */
export function keepDocument(client: QueryClient, who: string, document: HealthDocument): void {
  client.setQueryData(documentQuery(client, who, document.id).queryKey, document);
}

/** Something was added or hidden: what was listed is no longer true. */
export async function forgetLists(client: QueryClient, who: string): Promise<void> {
  client.removeQueries({ queryKey: ['record', who, 'documents'], type: 'inactive' });
  await client.invalidateQueries({ queryKey: ['record', who, 'documents'] });
}

const begun = z.object({ upload: z.string(), received: z.number(), chunk: z.number() });
const progress = z.object({ received: z.number(), size: z.number() });

export const uploads = {
  begin: (who: string, size: number, media_type: string) => api.post(`${base(who)}/uploads`, { size, media_type }, begun),
  status: (who: string, upload: string) => api.get(`${base(who)}/uploads/${encodeURIComponent(upload)}`, progress),
  address: (who: string, upload: string, offset: number) => `${base(who)}/uploads/${encodeURIComponent(upload)}?offset=${offset}`,
  document: (who: string, upload: string, about: { title: string; type: string; date: string }) =>
    api.post(`${base(who)}/uploads/${encodeURIComponent(upload)}/document`, about, documentSchema),
};
