import { createContext, useContext } from 'react';
import { useLocation, useNavigate, useSearch } from '@tanstack/react-router';
import type { SpaceSummary } from '../app/service';

/** The space being visited: `moi`, or a child's by its opaque id. */
export const SpaceContext = createContext<SpaceSummary | null>(null);

export function useSpace(): SpaceSummary {
  const space = useContext(SpaceContext);
  if (!space) throw new Error('a page of a space stands outside of its frame');
  return space;
}

/** `self` or `child`, for the words of a message: "Mes documents" or "Ses documents". */
export function useWhose(): { whose: 'self' | 'child' } {
  return { whose: useSpace().relation };
}

/** After closing, only the archive is left, to the holder alone. */
export function isArchive(space: SpaceSummary): boolean {
  return space.state === 'closed' || space.state === 'archived';
}

/** The step of a page is in its address (`?etape=`); what was typed is not. */
export function useStep(): [string, (step: string, how?: { replace?: boolean }) => Promise<void>] {
  const search: { etape?: unknown } = useSearch({ strict: false });
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const step = typeof search.etape === 'string' ? search.etape : '';
  return [step, (next, how = {}) => navigate({ to: pathname, search: (next === '' ? {} : { etape: next }) as never, replace: how.replace ?? false })];
}
