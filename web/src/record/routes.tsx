import type { AnyRoute } from '@tanstack/react-router';

/** The pages of a space, under /espace. */
export function spaceRoutes(_space: AnyRoute): AnyRoute[] {
  return [];
}
