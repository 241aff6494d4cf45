import { createContext, useContext } from 'react';
import { useLocation, useNavigate, useSearch } from '@tanstack/react-router';
import type { SpaceSummary } from '../app/service';

/** The space being visited: `moi`, a child's, or that of somebody the person helps, by its opaque id. */
export const SpaceContext = createContext<SpaceSummary | null>(null);

export function useSpace(): SpaceSummary {
  const space = useContext(SpaceContext);
  if (!space) throw new Error('a page of a space stands outside of its frame');
  return space;
}

export type Whose = 'self' | 'child' | 'person';

/** For the words of a message: "Mes documents" or "Ses documents", and whose they are where that is said. */
export function whoseSpace(space: SpaceSummary): Whose {
  return space.relation === 'self' || space.relation === 'child' ? space.relation : 'person';
}

export function useWhose(): { whose: Whose } {
  return { whose: whoseSpace(useSpace()) };
}

/** After closing, only the archive is left, to the holder alone. */
export function isArchive(space: SpaceSummary): boolean {
  return space.state === 'closed' || space.state === 'archived';
}

/** What is not this person's to do in that space is not offered. */
export function mayDo(space: SpaceSummary, act: 'traces' | 'contest' | 'add' | 'settings' | 'copy' | 'delegate' | 'close'): boolean {
  return space.may?.includes(act) ?? true;
}

/** The step of a page is in its address (`?etape=`); what was typed is not. */
export function useStep(): [string, (step: string, how?: { replace?: boolean }) => Promise<void>] {
  const search: { etape?: unknown } = useSearch({ strict: false });
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const step = typeof search.etape === 'string' ? search.etape : '';
  return [step, (next, how = {}) => navigate({ to: pathname, search: (next === '' ? {} : { etape: next }) as never, replace: how.replace ?? false })];
}
