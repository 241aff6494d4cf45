import { useCallback, useState } from 'react';

/**
 * Text typed and not yet sent, kept in this window's memory (never on the device) so that a time-out loses nothing.
 * It is given back to the person who typed it only: the sign-in name is its owner.
 */
const drafts = new Map<string, unknown>();
let owner: string | null = null;

/** Called by the sign-in page: another person finds nothing of the one before. */
export function ownDrafts(identifier: string): void {
  const name = identifier.trim().toLowerCase();
  if (owner !== null && owner !== name) drafts.clear();
  owner = name;
}

export function forgetDrafts(): void {
  drafts.clear();
  owner = null;
}

/** useState whose value comes back after a time-out and a new sign-in. `key` names the page and field, not the person. */
export function useDraft<T>(key: string, initial: T): [T, (value: T) => void, () => void] {
  const [value, setValue] = useState<T>(() => (drafts.has(key) ? (drafts.get(key) as T) : initial));
  const set = useCallback(
    (next: T) => {
      drafts.set(key, next);
      setValue(next);
    },
    [key],
  );
  const clear = useCallback(() => {
    drafts.delete(key);
  }, [key]);
  return [value, set, clear];
}
