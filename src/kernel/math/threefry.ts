/**
 * Uniform numbers from counter-based Threefry-2x32 with 20 rounds (Salmon, Moraes, Dror, Shaw, "Parallel random
 * numbers: as easy as 1, 2, 3", 2011), keyed by (seed, stream) and counted by (step, index). The parameters are
 * int32 values held in float64.
 */
import { float64, int32, prim } from '../build.ts';
import type { Scalar } from '../language.ts';
import type { Let, MathKernel } from './kernel.ts';
import { defineMath } from './kernel.ts';

const rotations = [13, 15, 26, 6, 17, 29, 16, 24] as const;
const parity = 0x1bd11bda;

const add = (x: Scalar, y: Scalar): Scalar => prim('add', x, y);
const xor = (x: Scalar, y: Scalar): Scalar => prim('xor', x, y);
const rotate = (x: Scalar, by: number): Scalar =>
  prim('or', prim('shl', x, int32(by)), prim('shr', x, int32(32 - by)));

function threefry(bind: Let, params: readonly [Scalar, Scalar, Scalar, Scalar]): [Scalar, Scalar] {
  const [seed, stream, step, index] = params;
  const first = bind('key', prim('toInt32', seed));
  const second = bind('key', prim('toInt32', stream));
  const third = bind('key', xor(xor(first, second), int32(parity)));
  const keys = [first, second, third] as const;
  let x = bind('x', add(prim('toInt32', step), first));
  let y = bind('y', add(prim('toInt32', index), second));
  for (let round = 0; round < 20; round++) {
    x = bind('x', add(x, y));
    y = bind('y', xor(rotate(y, rotations[(round % 8) as 0]), x));
    if (round % 4 !== 3) continue;
    const injection = (round + 1) / 4;
    x = bind('x', add(x, keys[(injection % 3) as 0]));
    y = bind('y', add(add(y, keys[((injection + 1) % 3) as 0]), int32(injection)));
  }
  return [x, y];
}

/** 24 bits of a word as a number in [0, 1): exact in float32. */
export const uniform24: MathKernel = defineMath(
  'uniform24',
  ['seed', 'stream', 'step', 'index'],
  (bind, ...params) => {
    const [x] = threefry(bind, params);
    return prim('mul', prim('toFloat64', prim('shr', x, int32(8))), float64(2 ** -24));
  },
);

/** 53 bits of two words as a number in [0, 1). */
export const uniform53: MathKernel = defineMath(
  'uniform53',
  ['seed', 'stream', 'step', 'index'],
  (bind, ...params) => {
    const [x, y] = threefry(bind, params);
    const upper = prim('mul', prim('toFloat64', prim('shr', x, int32(5))), float64(2 ** 26));
    const bits = prim('add', upper, prim('toFloat64', prim('shr', y, int32(6))));
    return prim('mul', bits, float64(2 ** -53));
  },
);
