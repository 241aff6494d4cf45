import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

/**
 * The step of a path stands in the address (`?etape=3`), so the device's Back button goes back one step;
 * the answers do not.
 */
export function useStep(): string {
  const search: { etape?: unknown } = useSearch({ strict: false });
  const step = search.etape;
  return typeof step === 'string' || typeof step === 'number' ? String(step) : '';
}

export interface GoOptions {
  /** The step left behind must not be reached by Back: a decision was made there. */
  replace?: boolean;
}

export function useGo(path: string): (step: string, options?: GoOptions) => Promise<void> {
  const navigate = useNavigate();
  return useCallback(
    (step, options) => {
      return navigate({ to: path, search: (step === '' ? {} : { etape: /^\d+$/u.test(step) ? Number(step) : step }) as never, replace: options?.replace ?? false });
    },
    [navigate, path],
  );
}
