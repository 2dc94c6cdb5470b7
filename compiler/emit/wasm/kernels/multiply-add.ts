/**
 * Products that are added at once, where numerics are fast: a multiplication and an addition that an engine with
 * relaxed SIMD may do as one. Both have their places marked, and `../relaxed.ts` writes the one instruction there.
 */
import type { FloatDType } from '../../../../src/dtype.ts';
import { isFloat } from '../../../../src/dtype.ts';
import type { Scalar } from '../../../../src/kernel/language.ts';
import type { FunctionBuilder } from '../function-builder.ts';
import type { Context } from './context.ts';
import { varies } from './varying.ts';
import { shapeOf } from './vector-prims.ts';

/** Leaves a vector on the stack. */
type Push = () => void;

/** Leaves a * b + c. */
export function multiplyAdd(f: FunctionBuilder, dtype: FloatDType, a: Push, b: Push, c: Push): void {
  const shape = shapeOf[dtype];
  a();
  b();
  f.mark().op(`${shape}.mul`);
  c();
  f.mark().op(`${shape}.add`);
}

/** Factors and what is added to their product. */
type Operands = readonly [Scalar, Scalar, Scalar];
type Prim = Extract<Scalar, { kind: 'prim' }>;

/** Leaves one part of a sum or difference with a product in it; false where there is none. */
export function pushMultiplyAdd(context: Context, scalar: Prim, part: number): boolean {
  const operands = context.contracts && isFloat(scalar.dtype) ? operandsOf(context, scalar) : null;
  if (!operands) return false;
  const [a, b, c] = operands.map((operand) => () => context.writers.pushPart(context, operand, part));
  if (a && b && c) multiplyAdd(context.f, scalar.dtype as FloatDType, a, b, c);
  return true;
}

/** Whether a scalar is a product of which each lane has its own. */
export function isProduct(context: Context, scalar: Scalar): scalar is Prim {
  return scalar.kind === 'prim' && scalar.prim === 'mul' && isFloat(scalar.dtype) && varies(context, scalar);
}

function operandsOf(context: Context, { prim, args: [x, y] }: Prim): Operands | null {
  if (!x || !y || (prim !== 'add' && prim !== 'sub')) return null;
  if (isProduct(context, x)) return prim === 'add' ? withProduct(x, y) : withProduct(x, negative(context, y));
  if (!isProduct(context, y)) return null;
  if (prim === 'add') return withProduct(y, x);
  // x - a b is (-a) b + x: worth it where -a is computed once.
  const [a, b] = y.args;
  const [first, second] = [a && negative(context, a), b && negative(context, b)];
  if (a && second) return [a, second, x];
  return b && first ? [first, b, x] : null;
}

function withProduct({ args: [a, b] }: Prim, c: Scalar | null): Operands | null {
  return a && b && c ? [a, b, c] : null;
}

/** The negative of what is the same in all lanes; null for what is not. */
function negative(context: Context, scalar: Scalar): Scalar | null {
  if (varies(context, scalar)) return null;
  if (scalar.kind === 'const') return { ...scalar, value: -scalar.value };
  const known = context.negatives.get(scalar);
  const negated: Scalar = known ?? { kind: 'prim', prim: 'neg', dtype: scalar.dtype, args: [scalar] };
  context.negatives.set(scalar, negated);
  return negated;
}
