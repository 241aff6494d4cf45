import { useEffect, useRef, useState } from 'react';
import { AlertDialog } from '../ui/alert_dialog';
import { Button } from '../ui/button';
import { idleState, type IdleState } from './idle_clock';
import { useSay } from './words';

interface IdleGuardProps {
  /** How long nothing may happen: 15 in a space (the session says), 30 in a form. */
  minutes: number;
  /** Tells the service that the person is there; called at most every two minutes of activity, and on "Continuer". */
  onAlive: () => void;
  onExpire: () => void;
}

const tellEvery = 120_000;

/** Watches for silence; two minutes before the end asks "Toujours là ?", and says so again at one minute and 20 seconds. */
export function IdleGuard({ minutes, onAlive, onExpire }: IdleGuardProps) {
  const say = useSay();
  const [state, setState] = useState<IdleState>({ phase: 'active' });
  const lastSign = useRef(Date.now());
  const lastTold = useRef(Date.now());
  const calls = useRef({ onAlive, onExpire });
  calls.current = { onAlive, onExpire };
  const warned = state.phase !== 'active';

  useEffect(() => {
    const timer = setInterval(() => {
      const next = idleState((Date.now() - lastSign.current) / 1000, minutes * 60);
      setState((now) => (JSON.stringify(now) === JSON.stringify(next) ? now : next));
      if (next.phase === 'expired') {
        clearInterval(timer);
        calls.current.onExpire();
      }
    }, 1000);
    return () => clearInterval(timer);
  }, [minutes]);

  useEffect(() => {
    if (warned) return undefined;
    const onSign = () => {
      lastSign.current = Date.now();
      if (lastSign.current - lastTold.current > tellEvery) {
        lastTold.current = lastSign.current;
        calls.current.onAlive();
      }
    };
    const events = ['pointerdown', 'keydown', 'scroll', 'input'] as const;
    for (const name of events) addEventListener(name, onSign, { passive: true, capture: true });
    return () => {
      for (const name of events) removeEventListener(name, onSign, { capture: true });
    };
  }, [warned]);

  if (state.phase !== 'warning') return null;
  const stay = () => {
    lastSign.current = Date.now();
    lastTold.current = lastSign.current;
    setState({ phase: 'active' });
    calls.current.onAlive();
  };
  return (
    <AlertDialog
      title={say('app.idle.title')}
      onDismiss={stay}
      actions={
        <>
          <Button onPress={stay}>{say('app.idle.stay')}</Button>
          <Button look="plain" onPress={() => calls.current.onExpire()}>
            {say('app.idle.leave')}
          </Button>
        </>
      }
    >
      <p role="alert">{say(`app.idle.${state.says}`)}</p>
    </AlertDialog>
  );
}
