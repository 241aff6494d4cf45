import type { QueryClient } from '@tanstack/react-query';
import { type Filters, noFilters } from './documents';

/** Where someone was in the list of a space: the filters, the height, the document opened. Forgotten with the session. */
export interface Place {
  filters: Filters;
  top: number;
  opened: string | null;
}

const start: Place = { filters: noFilters, top: 0, opened: null };
const places = ['record', 'place'];
const key = (who: string) => [...places, who];

export function placeIn(client: QueryClient, who: string): Place {
  return client.getQueryData<Place>(key(who)) ?? start;
}

export function keepPlace(client: QueryClient, who: string, part: Partial<Place>): void {
  client.setQueryDefaults(places, { gcTime: Infinity });
  client.setQueryData(key(who), { ...placeIn(client, who), ...part });
}
