/**
 * The algebra for operators whose meaning is one correctly rounded operation: on operands that every way of computing
 * gives, its result is known to the bit, so comparisons of such values are sure.
 */
import type { Algebra } from '../../../src/algebra/algebra.ts';
import type { DType } from '../../../src/dtype.ts';
import { isFloat, roundTo } from '../../../src/dtype.ts';
import { boundedAlgebra } from './algebra.ts';
import { exact, roundingOf } from './number.ts';
import type { Bounded } from './number.ts';

type Binary = 'add' | 'sub' | 'mul' | 'div';

/** As int32 multiplies; halving, which meanings do to two equal numbers, is none of that. */
const wholeProduct = (x: number, y: number): number =>
  Number.isInteger(x) && Number.isInteger(y) ? Math.imul(x, y) : x * y;

/** Rounding of `sqrt` and the four operations to float32 may go through float64. Integers wrap once they are stored. */
export function exactAlgebra(dtype: DType): Algebra<Bounded> {
  const base = boundedAlgebra(roundingOf(dtype));
  const keep = (value: number): number => (isFloat(dtype) ? roundTo(dtype, value) : value);
  const binary =
    (name: Binary, f: (x: number, y: number) => number) =>
    (x: Bounded, y: Bounded): Bounded =>
      x.error === 0 && y.error === 0 ? exact(keep(f(x.value, y.value))) : base[name](x, y);
  return {
    ...base,
    add: binary('add', (x, y) => x + y),
    sub: binary('sub', (x, y) => x - y),
    mul: binary('mul', isFloat(dtype) ? (x, y) => x * y : wholeProduct),
    div: binary('div', (x, y) => x / y),
    sqrt: (x) => (x.error === 0 ? exact(keep(Math.sqrt(x.value))) : base.sqrt(x)),
    neg: (x) => (x.error === 0 ? exact(keep(-x.value)) : base.neg(x)),
    abs: (x) => (x.error === 0 ? exact(keep(Math.abs(x.value))) : base.abs(x)),
  };
}
