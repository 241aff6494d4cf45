// A sequence of numbers that depends on its seed only: the same words give the same sets on every machine.
function hashOf(text) {
  let h = 1779033703 ^ text.length;
  for (let i = 0; i < text.length; i += 1) {
    h = Math.imul(h ^ text.charCodeAt(i), 3432918353);
    h = (h << 13) | (h >>> 19);
  }
  h = Math.imul(h ^ (h >>> 16), 2246822507);
  return (h ^ (h >>> 13)) >>> 0;
}

export function chanceOf(seed) {
  let state = hashOf(String(seed));
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const int = (n) => Math.floor(next() * n);
  const pick = (list) => list[int(list.length)];
  const some = (list, count) => {
    const rest = [...list];
    return Array.from({ length: Math.min(count, rest.length) }, () => rest.splice(int(rest.length), 1)[0]);
  };
  const digits = (n) => Array.from({ length: n }, (_, i) => (i === 0 ? 1 + int(9) : int(10))).join('');
  const letters = (n, from = 'abcdefghijkmnopqrstuvwxyz0123456789') => Array.from({ length: n }, () => from[int(from.length)]).join('');
  return { next, int, pick, some, digits, letters, maybe: (p) => next() < p, between: (a, b) => a + int(b - a + 1) };
}
