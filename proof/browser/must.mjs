// A promise the story did not see kept: what was expected, and what stood there instead.
export class Unmet extends Error {
  constructor(expected, seen) {
    super(`expected: ${expected}\n    seen:     ${String(seen).replace(/\s+/gu, ' ').trim().slice(0, 900)}`);
  }
}

export function must(condition, expected, seen) {
  if (!condition) throw new Unmet(expected, seen);
}

/** As read: any space is a space, either apostrophe an apostrophe. */
const plain = (text) => String(text).replace(/\s+/gu, ' ').replaceAll('’', "'");

export function mustEqual(got, wanted, what) {
  must(typeof got === 'string' && typeof wanted === 'string' ? plain(got) === plain(wanted) : got === wanted, `${what}: ${wanted}`, got);
}

export function mustSay(text, words, what) {
  must(words instanceof RegExp ? words.test(plain(text)) : plain(text).includes(plain(words)), `${what} says « ${words} »`, plain(text));
}

/** Asks again until the answer is not undefined, for what another program does in its own time. */
export async function eventually(ask, expected, { for_ms = 20_000, every_ms = 250, seen = () => 'nothing' } = {}) {
  const end = Date.now() + for_ms;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Unmet(`${expected}, within ${for_ms / 1000} s`, await seen());
    await new Promise((wake) => setTimeout(wake, every_ms));
  }
}
