import { Link as RouterLink } from '@tanstack/react-router';
import type { ReactNode } from 'react';

interface SpaceLinkProps {
  who: string;
  /** Below /espace/{who}: "documents", "" for its home. */
  page: string;
  children: ReactNode;
  className?: string;
  step?: string;
  onPress?: () => void;
  /** The page that comes finds its own place in a long list. */
  keepPlace?: boolean;
  label?: string;
  id?: string;
  /** In the navigation: also current on the pages below it. */
  fuzzy?: boolean;
}

/** A link to a page of a space; "current" only where it leads, not on every page below. */
export function SpaceLink({ who, page, children, className, step, onPress, keepPlace = false, label, id, fuzzy = false }: SpaceLinkProps) {
  return (
    <RouterLink
      to={spacePath(who, page)}
      search={(step ? { etape: step } : {}) as never}
      activeOptions={{ exact: !fuzzy, includeSearch: false }}
      resetScroll={!keepPlace}
      {...(className ? { className } : {})}
      {...(onPress ? { onClick: onPress } : {})}
      {...(label ? { 'aria-label': label } : {})}
      {...(id ? { id } : {})}
    >
      {children}
    </RouterLink>
  );
}

export function spacePath(who: string, page: string): string {
  return `/espace/${encodeURIComponent(who)}${page === '' ? '' : `/${page}`}`;
}
