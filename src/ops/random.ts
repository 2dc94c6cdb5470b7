/**
 * Random numbers: counter-based Threefry-2x32 with 20 rounds (Salmon et al., "Parallel random numbers: as easy as
 * 1, 2, 3", 2011), keyed by (seed, stream), counted by (step, index). The same numbers whatever the batch order.
 */
import type { FloatDType } from '../dtype.ts';
import { must } from '../errors.ts';
import type { Expr } from '../expr.ts';
import { float64, int32, prim } from '../kernel/build.ts';
import type { Scalar } from '../kernel/language.ts';
import type { Shape } from '../shape-types.ts';
import type { Size } from '../size.ts';
import { apply, defineOp } from './define.ts';
import type { Op } from './define.ts';
import { count, flatten } from './index-math.ts';
import { checkShape } from './leaves.ts';

const rotations: readonly number[] = [13, 15, 26, 6, 17, 29, 16, 24];
const parity = 0x1bd11bda;

/** What Threefry needs of a kind of word: numbers here, kernel scalars below. */
interface Words<W> {
  add(x: W, y: W | number): W;
  xor(x: W, y: W | number): W;
  rotate(x: W, by: number): W;
}

const numberWords: Words<number> = {
  add: (x, y) => (x + y) | 0,
  xor: (x, y) => x ^ y,
  rotate: (x, by) => (x << by) | (x >>> (32 - by)),
};

const word = (x: Scalar | number): Scalar => (typeof x === 'number' ? int32(x | 0) : x);
const scalarWords: Words<Scalar> = {
  add: (x, y) => prim('add', x, word(y)),
  xor: (x, y) => prim('xor', x, word(y)),
  rotate: (x, by) => prim('or', prim('shl', x, int32(by)), prim('shr', x, int32(32 - by))),
};

function threefry<W>(words: Words<W>, key: readonly [W, W], counter: readonly [W, W]): [W, W] {
  const schedule = [key[0], key[1], words.xor(words.xor(key[0], key[1]), parity)];
  let [x, y] = [words.add(counter[0], key[0]), words.add(counter[1], key[1])];
  for (let round = 0; round < 20; round++) {
    x = words.add(x, y);
    y = words.xor(words.rotate(y, must(rotations[round % 8], 'rotation')), x);
    if (round % 4 !== 3) continue;
    const injection = (round + 1) / 4;
    x = words.add(x, must(schedule[injection % 3], 'key'));
    y = words.add(words.add(y, must(schedule[(injection + 1) % 3], 'key')), injection);
  }
  return [x, y];
}

/** Threefry-2x32-20 on plain int32 numbers. */
export function threefryNumbers(
  key: readonly [number, number],
  counter: readonly [number, number],
): [number, number] {
  return threefry(numberWords, key, counter);
}

/** A number in [0, 1) from two words: 24 bits for float32, 53 for float64. */
function uniformNumber([high, low]: readonly [number, number], dtype: string): number {
  if (dtype === 'float32') return (high >>> 8) / 0x1000000;
  return ((high >>> 5) * 0x4000000 + (low >>> 6)) / 0x20000000000000;
}

function uniformScalar([high, low]: readonly [Scalar, Scalar], dtype: string): Scalar {
  if (dtype === 'float32') {
    const bits = prim('toFloat64', prim('shr', high, int32(8)));
    return prim('toFloat32', prim('mul', bits, float64(1 / 0x1000000)));
  }
  const upper = prim('mul', prim('toFloat64', prim('shr', high, int32(5))), float64(0x4000000));
  const bits = prim('add', upper, prim('toFloat64', prim('shr', low, int32(6))));
  return prim('mul', bits, float64(1 / 0x20000000000000));
}

export type RandomAttrs = {
  readonly shape: readonly Size[];
  readonly dtype: FloatDType;
  readonly stream: number;
};

/** Operands: seed and step, rank-0 int32. */
export const randomOp: Op<RandomAttrs> = defineOp<RandomAttrs>({
  name: 'random',
  family: 'random',
  doc: 'Uniform numbers in [0, 1), a function of (seed, stream, step, index).',
  infer: (_args, { shape, dtype }) => ({ shape, dtype }),
  meaning: (k, [seed, step], { attrs, shape }) => {
    const [s, t] = [must(seed?.data[0], 'seed'), must(step?.data[0], 'step')].map((x) => k.primal(x));
    return Array.from({ length: count(shape) }, (_, i) =>
      k.constant(uniformNumber(threefryNumbers([s ?? 0, attrs.stream], [t ?? 0, i]), attrs.dtype)),
    );
  },
  vjp: 'zero',
  lowering: {
    kind: 'view',
    read: (node, index, read) => {
      const { stream, dtype } = node.attrs as RandomAttrs;
      const key = [read(0, []), int32(stream)] as const;
      return uniformScalar(threefry(scalarWords, key, [read(1, []), flatten(index, node.shape)]), dtype);
    },
  },
});

type UniformAttrs = { readonly shape: readonly Size[]; readonly dtype: FloatDType };

/** Randomness as it is declared: without seed, step and number, which the program gives it. */
export const uniformOp: Op<UniformAttrs> = defineOp<UniformAttrs>({
  name: 'uniform',
  family: 'random',
  doc: 'Uniform numbers in [0, 1) from a stream of its own; new ones in every step.',
  infer: (_args, { shape, dtype }) => ({ shape, dtype }),
  meaning: () => {
    throw new Error('internal: uniform reached the interpreter');
  },
  vjp: 'zero',
  lowering: { kind: 'expanded' },
});

/** New uniform numbers in [0, 1) in every step; each call declares a stream of its own. */
export function uniform<const S extends Shape, D extends FloatDType = 'float32'>(
  shape: S,
  dtype?: D,
): Expr<S, D> {
  checkShape('uniform', shape);
  const type: FloatDType = dtype ?? 'float32';
  const slot = { kind: 'random', name: 'random', shape, dtype: type } as const;
  return apply(uniformOp, [], { shape, dtype: type }, slot) as unknown as Expr<S, D>;
}
