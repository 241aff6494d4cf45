import { createRoute, redirect, type AnyRoute } from '@tanstack/react-router';
import type { MessageFile } from '../app/messages';
import { pageRoute } from '../app/router';

const frameWords: MessageFile[] = ['app', 'space'];
const recordWords: MessageFile[] = [...frameWords, 'record', 'professions'];
const accessWords: MessageFile[] = [...frameWords, 'access', 'professions'];
const accountWords: MessageFile[] = [...frameWords, 'identity'];

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
    family.addChildren([pageRoute(family, '/', [...frameWords, 'children', 'enrollment'], () => import('../enrollment/space/children_page'))]),
    one.addChildren([
      pageRoute(one, '/', [...frameWords, 'enrollment', 'tiles'], () => import('../enrollment/space/home_page')),
      pageRoute(one, 'documents', recordWords, () => import('./documents_page')),
      pageRoute(one, 'documents/ajouter', [...frameWords, 'add'], () => import('./add_page')),
      pageRoute(one, 'documents/$id', recordWords, () => import('./document_page')),
      pageRoute(one, 'qui-a-consulte', [...frameWords, 'audit', 'professions'], () => import('../audit/readers_page')),
      pageRoute(one, 'qui-peut-voir', accessWords, () => import('../access/who_page')),
      pageRoute(one, 'aidants', [...frameWords, 'carers'], () => import('../access/carers_page')),
      pageRoute(one, 'parametres', [...accountWords, 'tiles'], () => import('../enrollment/space/settings_page')),
      pageRoute(one, 'parametres/alertes', [...frameWords, 'account'], () => import('../access/alerts_page')),
      pageRoute(one, 'parametres/appareils', [...frameWords, 'account'], () => import('../identity/devices_page')),
      pageRoute(one, 'parametres/contacts', [...frameWords, 'account'], () => import('../identity/contacts_page')),
      pageRoute(one, 'parametres/codes', [...frameWords, 'account'], () => import('../identity/code_sheet_page')),
      pageRoute(one, 'parametres/tout-arreter', [...frameWords, 'account'], () => import('../access/freeze_page')),
      pageRoute(one, 'parametres/effacement', [...accountWords, 'erasure'], () => import('../enrollment/space/erasure_page')),
      pageRoute(one, 'parametres/cloture', accountWords, () => import('../enrollment/space/closure_page')),
    ]),
  ];
}
