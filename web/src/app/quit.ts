/** "Quitter vite": the page goes blank, the session ends, a neutral address takes this one's place in the history. */
// A weather forecast: what anyone may be looking at. Nothing of us is sent there (Referrer-Policy: no-referrer).
export const neutralAddress = 'https://meteofrance.com/';

let leave: (address: string) => void = (address) => location.replace(address);

/** Replaced in tests only. */
export function setLeave(other: (address: string) => void): void {
  leave = other;
}

export function quitQuickly(): void {
  document.title = '\u00a0';
  document.body.replaceChildren();
  const sent = { method: 'POST', credentials: 'same-origin', keepalive: true } as const;
  void fetch('/api/sign-out', sent).catch(() => undefined);
  void fetch('/api/activation', { ...sent, method: 'DELETE' }).catch(() => undefined);
  leave(neutralAddress);
}

const presses = 3;
const within = 2000;

/** Shift pressed three times in two seconds, with no other key between, does the same. Returns what stops listening. */
export function watchQuitKeys(quit: () => void = quitQuickly): () => void {
  let times: number[] = [];
  const onKey = (event: KeyboardEvent) => {
    if (event.repeat) return;
    if (event.key !== 'Shift') {
      times = [];
      return;
    }
    times = [...times.filter((time) => event.timeStamp - time < within), event.timeStamp];
    if (times.length >= presses) quit();
  };
  addEventListener('keydown', onKey);
  return () => removeEventListener('keydown', onKey);
}
