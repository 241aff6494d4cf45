// The perfect hash of a type's JSON names; standards/fhir/definitions.cpp computes the same.
const mask = (1n << 64n) - 1n;
const mixer = 0x9e3779b97f4a7c15n;

const load = (bytes, at, count) => {
  let value = 0n;
  for (let i = count - 1; i >= 0; --i) value = (value << 8n) | BigInt(bytes[at + i]);
  return value;
};

// A name as one word: its first and last eight bytes, and its length.
export function word(name) {
  const bytes = Buffer.from(name);
  const n = bytes.length;
  let head, last = 0n;
  if (n >= 8) {
    head = load(bytes, 0, 8);
    last = load(bytes, n - 8, 8);
  } else if (n >= 4) {
    head = load(bytes, 0, 4) | (load(bytes, n - 4, 4) << 32n);
  } else {
    head = BigInt(bytes[0]) | (BigInt(bytes[n >> 1]) << 8n) | (BigInt(bytes[n - 1]) << 16n);
  }
  const turned = ((last << 29n) | (last >> 35n)) & mask;
  return (head ^ turned) + BigInt(n) * mixer & mask;
}

let state = 1n;
function nextOdd() {
  state = (state * 6364136223846793005n + 1442695040888963407n) & mask;
  return (state ^ (state >> 29n)) | 1n;
}

// {multiplier, slots}: slots[(word * multiplier) >> (64 - bits)] is 1 + the index of the name, or 0.
export function perfectHash(names) {
  const words = names.map(word);
  if (new Set(words).size !== words.length) throw new Error(`two names have one word: ${names}`);
  state = 1n;
  let bits = 1n;
  while (1 << Number(bits) < names.length * 2) ++bits;
  for (;; ++bits) {
    for (let attempt = 0; attempt < 400; ++attempt) {
      const multiplier = nextOdd();
      const slots = new Array(1 << Number(bits)).fill(0);
      const fits = words.every((w, i) => {
        const slot = Number(((w * multiplier) & mask) >> (64n - bits));
        if (slots[slot] !== 0) return false;
        slots[slot] = i + 1;
        return true;
      });
      if (fits) return { multiplier, slots };
    }
  }
}
