import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet, redirect, type AnyRoute } from '@tanstack/react-router';
import { QueryClient } from '@tanstack/react-query';
import type { ComponentType } from 'react';
import { spaceRoutes } from '../record/routes';
import { loadMessages, type MessageFile } from './messages';
import { asProblem } from './problem';
import { noteDeparture } from './session';
import { PageFailed, PageMissing, PagePending } from './states';
import { Shell } from './shell';
import { serviceQuery, sessionQuery } from './service';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (failures, thrown) => asProblem(thrown).status === 0 && failures < 2,
      refetchOnWindowFocus: false,
      gcTime: 5 * 60_000,
    },
  },
});

/** A page that comes with its words and its code only when it is asked for. Used for the space's pages too. */
export function pageRoute(parent: AnyRoute, path: string, files: MessageFile[], load: () => Promise<{ default: ComponentType }>) {
  return createRoute({
    getParentRoute: () => parent,
    path,
    loader: () => loadMessages(files),
    component: lazyRouteComponent(load),
  });
}

const root = createRootRoute({
  loader: async () => {
    await Promise.all([loadMessages(['app']), queryClient.ensureQueryData(serviceQuery).catch(() => undefined)]);
  },
  component: Outlet,
  notFoundComponent: () => (
    <Shell>
      <PageMissing />
    </Shell>
  ),
});

const open = createRoute({
  getParentRoute: () => root,
  id: 'open',
  component: () => (
    <Shell>
      <Outlet />
    </Shell>
  ),
});

/** Everything under /espace needs a session: without one the person signs in first, then comes back to the same page. */
const space = createRoute({
  getParentRoute: () => root,
  path: '/espace',
  errorComponent: () => (
    <Shell>
      <PageFailed />
    </Shell>
  ),
  beforeLoad: async ({ location }) => {
    await loadMessages(['app']);
    const session = await queryClient.fetchQuery(sessionQuery);
    if (session.signed_in) return;
    noteDeparture({ reason: 'needed', returnTo: location.pathname });
    throw redirect({ to: '/connexion', replace: true });
  },
});

const forms: MessageFile[] = ['app', 'enrollment', 'identity'];
const help: MessageFile[] = ['app', 'help'];
const vigilance: MessageFile[] = ['app', 'vigilance'];
const tree = root.addChildren([
  open.addChildren([
    pageRoute(open, '/activer', forms, () => import('../enrollment/activate_page')),
    pageRoute(open, '/opposition', forms, () => import('../enrollment/object_page')),
    pageRoute(open, '/code', forms, () => import('../enrollment/code_page')),
    pageRoute(open, '/cloturer', forms, () => import('../enrollment/close_page')),
    pageRoute(open, '/connexion', ['app', 'identity'], () => import('../identity/sign_in_page')),
    pageRoute(open, '/connexion/oubli', ['app', 'identity'], () => import('../identity/recovery_page')),
    pageRoute(open, '/arreter-changement', ['app', 'stop'], () => import('../identity/stop_change_page')),
    pageRoute(open, '/aide', help, () => import('../help/help_page')),
    pageRoute(open, '/accessibilite', help, () => import('../help/accessibility_page')),
    pageRoute(open, '/vie-privee', help, () => import('../help/privacy_page')),
    // /verifier is no page of the application: it is shown without React (vigilance/check_page.tsx, check.ts).
    pageRoute(open, '/signaler', vigilance, () => import('../vigilance/report_page')),
    pageRoute(open, '/victime', vigilance, () => import('../vigilance/victim_page')),
    pageRoute(open, '/ce-qui-circule', vigilance, () => import('../vigilance/radar_page')),
    pageRoute(open, '/apprendre', vigilance, () => import('../vigilance/learn_page')),
    pageRoute(open, '/demonstration/courrier', ['app', 'demonstration'], () => import('../demonstration/outbox_page')),
  ]),
  space.addChildren(spaceRoutes(space)),
]);

export const router = createRouter({
  routeTree: tree,
  scrollRestoration: true,
  defaultPendingMs: 1000,
  defaultPendingMinMs: 300,
  defaultPendingComponent: PagePending,
  defaultErrorComponent: PageFailed,
  defaultPreload: false,
});
