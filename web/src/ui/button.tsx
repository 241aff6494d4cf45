import type { ReactNode } from 'react';
import { Link as RouterLink } from '@tanstack/react-router';

interface ButtonProps {
  children: ReactNode;
  onPress?: () => void;
  /** main: filled; plain: outlined; link: looks like a link and acts. */
  look?: 'main' | 'plain' | 'link';
  small?: boolean;
  submit?: boolean;
  /** While the answer is awaited: still focusable, pressed again it does nothing. Never a disabled submit. */
  busy?: boolean;
  describedBy?: string;
  label?: string;
  expanded?: boolean;
  pressed?: boolean;
  className?: string;
}

function classes(look: 'main' | 'plain' | 'link', small: boolean, busy: boolean, extra?: string): string {
  if (look === 'link') return `link${extra ? ` ${extra}` : ''}`;
  return ['button', look === 'plain' && 'button-plain', small && 'button-small', busy && 'button-busy', extra].filter(Boolean).join(' ');
}

export function Button(props: ButtonProps) {
  const { children, onPress, look = 'main', small = false, submit = false, busy = false, describedBy, label, expanded, pressed, className } = props;
  return (
    <button
      type={submit ? 'submit' : 'button'}
      className={classes(look, small, busy, className)}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onPress?.();
      }}
      aria-disabled={busy || undefined}
      aria-describedby={describedBy}
      aria-label={label}
      aria-expanded={expanded}
      aria-pressed={pressed}
    >
      {children}
    </button>
  );
}

interface LinkProps {
  to: string;
  children: ReactNode;
  search?: Record<string, string | number>;
  /** Drawn as a button: for what opens a path, not for what decides. */
  look?: 'main' | 'plain' | 'link';
  className?: string;
  current?: boolean;
  onPress?: () => void;
}

/** A link inside the application. `/` is a page of its own, outside of it: give it to HomeLink. */
export function Link({ to, children, search, look, className, current, onPress }: LinkProps) {
  const name = look ? classes(look, false, false, className) : className;
  return (
    <RouterLink
      to={to}
      {...(search ? { search: search as never } : {})}
      {...(name ? { className: name } : {})}
      {...(current ? { 'aria-current': 'page' as const } : {})}
      {...(onPress ? { onClick: onPress } : {})}
    >
      {children}
    </RouterLink>
  );
}

/** The home page is static: it is loaded whole. */
export function HomeLink({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <a href="/" className={className}>
      {children}
    </a>
  );
}
