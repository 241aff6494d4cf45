import { createRoute, redirect, type AnyRoute } from '@tanstack/react-router';
import type { MessageFile } from '../app/messages';
import { pageRoute } from '../app/router';

const frameWords: MessageFile[] = ['app', 'space'];
const recordWords: MessageFile[] = [...frameWords, 'record'];
const formWords: MessageFile[] = [...frameWords, 'enrollment', 'identity'];

/** The pages of a space, under /espace: `enfants` belongs to the person signed in, every other page to one space. */
export function spaceRoutes(space: AnyRoute): AnyRoute[] {
  const start = createRoute({
    getParentRoute: () => space,
    path: '/',
    beforeLoad: () => {
      throw redirect({ to: '/espace/moi', replace: true });
    },
  });
  const family = pageRoute(space, 'enfants', frameWords, () => import('./space_frame'));
  const one = pageRoute(space, '$qui', frameWords, () => import('./space_frame'));
  return [
    start,
    family.addChildren([pageRoute(family, '/', formWords, () => import('../enrollment/space/children_page'))]),
    one.addChildren([
      pageRoute(one, '/', [...frameWords, 'enrollment'], () => import('../enrollment/space/home_page')),
      pageRoute(one, 'documents', recordWords, () => import('./documents_page')),
      pageRoute(one, 'documents/ajouter', recordWords, () => import('./add_page')),
      pageRoute(one, 'documents/$id', recordWords, () => import('./document_page')),
      pageRoute(one, 'qui-a-consulte', [...frameWords, 'audit'], () => import('../audit/readers_page')),
      pageRoute(one, 'parametres', formWords, () => import('../enrollment/space/settings_page')),
      pageRoute(one, 'parametres/cloture', formWords, () => import('../enrollment/space/closure_page')),
    ]),
  ];
}
