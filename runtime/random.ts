/**
 * A small generator of integers for shuffling and splitting. It uses 32-bit integer arithmetic alone, so the
 * same key gives the same numbers on every engine. Not for secrets.
 */

/** Draws integers: `below(n)` is uniform over 0 to n - 1, for n from 1 to 2^32. */
export interface Random {
  below(n: number): number;
}

/**
 * A generator of its own for each key of two integers. The algorithm is sfc32 (C. Doty-Humphrey's Small Fast
 * Counting generator, period at least 2^32), keyed with the low and high words of `seed` and the low word of
 * `stream`, and stirred 15 times.
 */
export function random(seed: number, stream = 0): Random {
  let a = seed | 0;
  let b = Math.floor(seed / 4294967296) | 0;
  let c = stream | 0;
  let counter = 1;
  const word = (): number => {
    const result = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + result) | 0;
    return result >>> 0;
  };
  for (let i = 0; i < 15; i++) word();
  return { below: (n) => uniform(word, n) };
}

/**
 * The high word of a word times `n` (D. Lemire, "Fast Random Integer Generation in an Interval", 2019). Where the
 * low word shows that some results would be favored, it draws again. The product may round, its high word does not.
 */
function uniform(word: () => number, n: number): number {
  let drawn = word();
  let low = Math.imul(drawn, n) >>> 0;
  if (low < n) {
    const least = (4294967296 - n) % n;
    while (low < least) {
      drawn = word();
      low = Math.imul(drawn, n) >>> 0;
    }
  }
  return Math.round((drawn * n - low) / 4294967296);
}

/** Shuffles `order` in place (Fisher-Yates, from the last entry down). */
export function shuffle(order: Int32Array, generator: Random): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = generator.below(i + 1);
    const swapped = order[i] ?? 0;
    order[i] = order[j] ?? 0;
    order[j] = swapped;
  }
}

/** The numbers 0 to n - 1 in an order that depends on `seed` and `stream` alone. */
export function permutation(n: number, seed: number, stream = 0): Int32Array {
  const order = new Int32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  shuffle(order, random(seed, stream));
  return order;
}
