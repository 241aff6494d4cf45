// A key pair from a seed, so that the same sets are signed the same on every machine. For the evaluation's own mails only:
// such a key is as public as its seed.
import { createPrivateKey } from 'node:crypto';
import { chanceOf } from './rng.mjs';

const smallPrimes = [];
for (let n = 3; smallPrimes.length < 300; n += 2) if (smallPrimes.every((p) => n % p !== 0)) smallPrimes.push(n);

function power(base, exponent, modulus) {
  let result = 1n;
  for (let b = base % modulus, e = exponent; e > 0n; e >>= 1n) {
    if (e & 1n) result = (result * b) % modulus;
    b = (b * b) % modulus;
  }
  return result;
}

function looksPrime(n) {
  if (smallPrimes.some((p) => n % BigInt(p) === 0n)) return false;
  let odd = n - 1n;
  let twos = 0;
  while (!(odd & 1n)) { odd >>= 1n; twos += 1; }
  return [2n, 3n, 5n, 7n, 11n, 13n].every((base) => {
    let x = power(base, odd, n);
    if (x === 1n || x === n - 1n) return true;
    for (let i = 1; i < twos; i += 1) {
      x = (x * x) % n;
      if (x === n - 1n) return true;
    }
    return false;
  });
}

function inverse(a, modulus) {
  let [r0, r1, s0, s1] = [a % modulus, modulus, 1n, 0n];
  while (r1) {
    const q = r0 / r1;
    [r0, r1, s0, s1] = [r1, r0 - q * r1, s1, s0 - q * s1];
  }
  return ((s0 % modulus) + modulus) % modulus;
}

function prime(bits, r) {
  let n = 0n;
  for (let i = 0; i < bits; i += 16) n = (n << 16n) | BigInt(r.int(65536));
  n |= (3n << BigInt(bits - 2)) | 1n;
  while ((n - 1n) % 65537n === 0n || !looksPrime(n)) n += 2n;
  return n;
}

const url64 = (n) => {
  const hex = n.toString(16);
  return Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex').toString('base64url');
};

export function rsaKey(seed, bits = 2048) {
  const r = chanceOf(seed);
  const p = prime(bits / 2, r);
  const q = prime(bits / 2, r);
  const d = inverse(65537n, (p - 1n) * (q - 1n));
  const jwk = { kty: 'RSA', n: url64(p * q), e: 'AQAB', d: url64(d), p: url64(p), q: url64(q), dp: url64(d % (p - 1n)), dq: url64(d % (q - 1n)), qi: url64(inverse(q, p)) };
  return createPrivateKey({ key: jwk, format: 'jwk' });
}

export function ed25519Key(seed) {
  const r = chanceOf(seed);
  const secret = Buffer.from(Array.from({ length: 32 }, () => r.int(256)));
  return createPrivateKey({ key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), secret]), format: 'der', type: 'pkcs8' });
}
