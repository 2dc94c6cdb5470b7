import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { permutation, random } from '../../runtime/random.ts';

const seed = 20262;

/** sfc32 written over BigInt, as its author describes it. */
function* reference(key: number, stream: number): Generator<number> {
  const wrap = (value: bigint): bigint => BigInt.asUintN(32, value);
  let [a, b, c, counter] = [wrap(BigInt(key)), wrap(BigInt(key) >> 32n), wrap(BigInt(stream)), 1n];
  for (let drawn = 0; ; drawn++) {
    const result = wrap(a + b + counter);
    counter = wrap(counter + 1n);
    a = b ^ (b >> 9n);
    b = wrap(c + (c << 3n));
    c = wrap(wrap((c << 21n) | (c >> 11n)) + result);
    if (drawn >= 15) yield Number(result);
  }
}

describe('random', () => {
  it(`draws the words of sfc32, whatever the seed (seed ${seed})`, () => {
    const key = fc.maxSafeInteger();
    const property = fc.property(key, fc.nat(), (key, stream) => {
      const generator = random(key, stream);
      const words = reference(key, stream);
      for (let i = 0; i < 8; i++) expect(generator.below(2 ** 32)).toBe(words.next().value);
    });
    fc.assert(property, { seed, numRuns: 200 });
  });

  it(`takes the high word of a word times n, drawing again where that favors some results (seed ${seed})`, () => {
    const bound = fc.oneof(
      fc.integer({ min: 1, max: 2 ** 32 }),
      fc.integer({ min: 2 ** 31, max: 2 ** 31 + 9 }),
    );
    const property = fc.property(fc.maxSafeInteger(), bound, (key, n) => {
      const generator = random(key);
      const words = reference(key, 0);
      const expected = (): number => {
        const product = BigInt(words.next().value) * BigInt(n);
        const favored = BigInt.asUintN(32, product) < (1n << 32n) % BigInt(n);
        return favored ? expected() : Number(product >> 32n);
      };
      for (let i = 0; i < 8; i++) expect(generator.below(n)).toBe(expected());
    });
    fc.assert(property, { seed, numRuns: 300 });
  });

  it('starts the same stream everywhere', () => {
    const generator = random(42, 1);
    expect(Array.from({ length: 6 }, () => generator.below(1000))).toEqual([599, 128, 137, 922, 647, 387]);
  });

  it('draws each number below n about equally often', () => {
    const generator = random(7);
    const counts = Array.from({ length: 10 }, () => 0);
    for (let i = 0; i < 10_000; i++) {
      const drawn = generator.below(10);
      counts[drawn] = (counts[drawn] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(200);
  });
});

describe('permutation', () => {
  it(`holds each number below n once (seed ${seed})`, () => {
    const property = fc.property(fc.nat({ max: 300 }), fc.integer(), fc.nat(), (n, key, stream) => {
      const order = permutation(n, key, stream);
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
    });
    fc.assert(property, { seed, numRuns: 200 });
  });

  it('depends on the seed and the stream', () => {
    expect(permutation(50, 1, 2)).toEqual(permutation(50, 1, 2));
    expect(permutation(50, 1, 2)).not.toEqual(permutation(50, 1, 3));
    expect(permutation(50, 1, 2)).not.toEqual(permutation(50, 2, 2));
    expect(permutation(50, 1)).not.toEqual(permutation(50, 1 + 2 ** 32));
  });

  it('takes every order of four about equally often', () => {
    const counts = new Map<string, number>();
    for (let stream = 0; stream < 2400; stream++) {
      const order = permutation(4, 11, stream).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    for (const count of counts.values()) expect(Math.abs(count - 100)).toBeLessThan(50);
  });
});
