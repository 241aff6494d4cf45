import { useNavigate } from '@tanstack/react-router';
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect } from 'react';
import { api, signedOut } from './api';
import { forgetDrafts } from './drafts';
import { sessionQuery } from './service';

/** Why the sign-in page is being shown, and where to go back to. Lives in this window's memory only. */
export interface Departure {
  reason: 'expired' | 'left' | 'needed' | null;
  returnTo: string | null;
}

let departure: Departure = { reason: null, returnTo: null };

export function departed(): Departure {
  return departure;
}

export function noteDeparture(next: Departure): void {
  departure = next;
}

/** Forgets everything shown so far: nothing of a person stays in this window once the session has ended. */
export function dropSession(client: QueryClient): void {
  client.removeQueries({ predicate: (query) => query.queryKey[0] !== 'service' && query.queryKey[0] !== 'session' });
  client.setQueryData(sessionQuery.queryKey, { signed_in: false });
}

/** Call once signed in: the next page reads the new session, and sign-in leads back to where the person was. */
export function useEnter(): (home: string) => Promise<void> {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useCallback(
    async (home: string) => {
      const to = departure.returnTo ?? home;
      departure = { reason: null, returnTo: null };
      await client.fetchQuery({ ...sessionQuery, staleTime: 0 });
      await navigate({ to, replace: true });
    },
    [client, navigate],
  );
}

/** Leaves the space. `expired` keeps the page and the typed text for the same person's return; `left` forgets them. */
export function useLeave(): (reason: 'expired' | 'left') => Promise<void> {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useCallback(
    async (reason) => {
      const here = location.pathname + location.search;
      departure = { reason, returnTo: reason === 'expired' && here.startsWith('/espace') ? here : null };
      if (reason === 'left') forgetDrafts();
      await api.command('POST', '/api/sign-out').catch(() => undefined);
      await navigate({ to: '/connexion', replace: true });
      dropSession(client);
    },
    [client, navigate],
  );
}

/** When the service says the session is over while a page of the space is shown, the person is told and led to sign in. */
export function useSignedOutWatch(): void {
  const leave = useLeave();
  useEffect(() => {
    const onEnd = () => {
      if (location.pathname.startsWith('/espace')) void leave('expired');
    };
    signedOut.addEventListener('signed-out', onEnd);
    return () => signedOut.removeEventListener('signed-out', onEnd);
  }, [leave]);
}
