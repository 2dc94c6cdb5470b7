/** The worked example of docs/adding-an-operator.md. */
import { constant, prim } from '../../src/kernel/build.ts';
import { add, div, mul } from '../../src/ops/arithmetic.ts';
import { unary } from '../../src/ops/elementwise.ts';
import type { Unary } from '../../src/ops/elementwise.ts';
import { pow } from '../../src/ops/power.ts';

/** x / sqrt(1 + x^2): a sigmoid without exponentials. */
export const isru: Unary = unary({
  name: 'isru',
  family: 'exponential',
  doc: 'x / sqrt(1 + x^2), in (-1, 1).',
  domain: [-4, 4],
  meaning: (k, x) => k.div(x, k.sqrt(k.add(k.constant(1), k.mul(x, x)))),
  vjp: (g, x) => div(g, pow(add(mul(x, x), 1), 1.5)),
  lower: (x) => prim('div', x, prim('sqrt', prim('add', constant(x.dtype, 1), prim('mul', x, x)))),
});
