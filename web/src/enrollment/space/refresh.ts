import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { sessionQuery } from '../../app/service';

/** After an act that changes the state of a space: everything known of the spaces is asked for again. */
export function useRefreshSpaces(): () => Promise<void> {
  const client = useQueryClient();
  return useCallback(async () => {
    client.removeQueries({ predicate: (query) => query.queryKey[0] === 'record' || query.queryKey[0] === 'audit' });
    await Promise.all([client.fetchQuery({ ...sessionQuery, staleTime: 0 }).catch(() => undefined), client.invalidateQueries({ queryKey: ['enrollment'] })]);
  }, [client]);
}
