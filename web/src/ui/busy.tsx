import { useCallback, useEffect, useRef, useState } from 'react';
import { useSay } from '../app/words';

/** Runs one thing at a time: `busy` while it lasts, a second call meanwhile does nothing. */
export function useBusy(): [boolean, (act: () => Promise<void>) => Promise<void>] {
  const [busy, setBusy] = useState(false);
  const running = useRef(false);
  const run = useCallback(async (act: () => Promise<void>) => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    try {
      await act();
    } finally {
      running.current = false;
      setBusy(false);
    }
  }, []);
  return [busy, run];
}

/** True once `busy` has lasted a second: before that, words would only flicker. */
export function useSlow(busy: boolean, afterMs = 1000): boolean {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    if (!busy) {
      setSlow(false);
      return undefined;
    }
    const timer = setTimeout(() => setSlow(true), afterMs);
    return () => clearTimeout(timer);
  }, [busy, afterMs]);
  return slow;
}

/** "Envoi en cours." from one second on, said politely. Its place is always there, so nothing moves. */
export function BusyNote({ busy, text }: { busy: boolean; text?: string }) {
  const say = useSay();
  const slow = useSlow(busy);
  return (
    <p className="field-state" role="status">
      {slow ? (text ?? say('app.sending')) : ''}
    </p>
  );
}
