/**
 * Random numbers: counter-based Threefry-2x32 with 20 rounds (Salmon et al., "Parallel random numbers: as easy as
 * 1, 2, 3", 2011), keyed by (seed, stream), counted by (step, index). The same numbers whatever the batch order.
 */
import type { FloatDType } from '../dtype.ts';
import { must } from '../errors.ts';
import type { Expr } from '../expr.ts';
import { int32, prim } from '../kernel/build.ts';
import type { Shape } from '../shape-types.ts';
import type { Size } from '../size.ts';
import { apply, defineOp } from './define.ts';
import type { ExampleOperand, Op } from './define.ts';
import { count, flatten } from './index-math.ts';
import { checkShape } from './leaves.ts';

const rotations: readonly number[] = [13, 15, 26, 6, 17, 29, 16, 24];
const parity = 0x1bd11bda;

/** Threefry-2x32-20 on int32 words. */
export function threefry(
  key: readonly [number, number],
  counter: readonly [number, number],
): [number, number] {
  const schedule = [key[0], key[1], key[0] ^ key[1] ^ parity];
  let [x, y] = [(counter[0] + key[0]) | 0, (counter[1] + key[1]) | 0];
  for (let round = 0; round < 20; round++) {
    const by = must(rotations[round % 8], 'rotation');
    x = (x + y) | 0;
    y = ((y << by) | (y >>> (32 - by))) ^ x;
    if (round % 4 !== 3) continue;
    const injection = (round + 1) / 4;
    x = (x + must(schedule[injection % 3], 'key')) | 0;
    y = (y + must(schedule[(injection + 1) % 3], 'key') + injection) | 0;
  }
  return [x, y];
}

/** A number in [0, 1) from two words: 24 bits for float32, 53 for float64. */
function uniformNumber([high, low]: readonly [number, number], dtype: string): number {
  if (dtype === 'float32') return (high >>> 8) / 0x1000000;
  return ((high >>> 5) * 0x4000000 + (low >>> 6)) / 0x20000000000000;
}

export type RandomAttrs = {
  readonly shape: readonly Size[];
  readonly dtype: FloatDType;
  readonly stream: number;
};

const counter: ExampleOperand = { shape: [], dtype: 'int32', range: [0, 1000] };

/** Operands: seed and step, rank-0 int32. */
export const randomOp: Op<RandomAttrs> = defineOp<RandomAttrs>({
  name: 'random',
  family: 'random',
  doc: 'Uniform numbers in [0, 1), a function of (seed, stream, step, index).',
  examples: [
    {
      operands: [counter, counter],
      attrs: { shape: [2, 3], dtype: 'float64', stream: 1 },
    },
    { operands: [counter, counter], attrs: { shape: [4], dtype: 'float32', stream: 0 } },
  ],
  infer: (_args, { shape, dtype }) => ({ shape, dtype }),
  meaning: (k, [seed, step], { attrs, shape }) => {
    const [s, t] = [must(seed?.data[0], 'seed'), must(step?.data[0], 'step')].map((x) => k.primal(x));
    return Array.from({ length: count(shape) }, (_, i) =>
      k.constant(uniformNumber(threefry([s ?? 0, attrs.stream], [t ?? 0, i]), attrs.dtype)),
    );
  },
  vjp: 'zero',
  lowering: {
    kind: 'view',
    read: (node, index, read) => {
      const { stream, dtype } = node.attrs as RandomAttrs;
      const words = [read(0, []), int32(stream), read(1, []), flatten(index, node.shape)];
      const params = words.map((word) => prim('toFloat64', word));
      if (dtype === 'float64') return prim('uniform53', ...params);
      return prim('toFloat32', prim('uniform24', ...params));
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
