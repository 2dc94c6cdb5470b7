/** What losses demand of their operands. Every refusal names the user's things and the way out. */
import type { DType, FloatDType } from '../dtype.ts';
import { isFloat } from '../dtype.ts';
import type { ErrorCode } from '../errors.ts';
import { AdjointError } from '../errors.ts';
import { describe, nameOf, showShape } from '../describe.ts';
import type { Expr } from '../expr.ts';
import { isExpr } from '../expr.ts';
import { tensor } from '../ops/leaves.ts';
import type { Shape } from '../shape-types.ts';
import type { Size } from '../size.ts';

/** Weights of a loss: an expression, or numbers that become a rank-1 tensor of the loss's precision. */
export type Weights = readonly number[] | Expr<Shape, FloatDType>;

const shapeText = (shape: readonly Size[]): string =>
  `[${shape.map((size) => (typeof size === 'number' ? String(size) : `'${size}'`)).join(', ')}]`;

/** How to repair an operand that has a wrong shape: in its declaration where it is an input. */
function repair(operand: Expr, shape: readonly Size[]): string {
  const wanted = shapeText(shape);
  const { slot, dtype } = operand;
  const type = dtype === 'float32' ? '' : `, '${dtype}'`;
  if (slot?.kind === 'input') return `Did you mean input('${slot.name}', ${wanted}${type})?`;
  return `${nameOf(operand)} must have shape ${wanted}: use reshape, squeeze or unsqueeze.`;
}

/** Throws E-SHAPE-SAME unless `operand` has `shape`, which follows from `model`. */
export function checkShapeIs(what: string, operand: Expr, shape: readonly Size[], model: Expr): void {
  if (showShape(operand.shape) === showShape(shape)) return;
  const headline = `${what}: ${nameOf(operand)} has shape ${showShape(operand.shape)}, not ${showShape(shape)}`;
  throw new AdjointError(
    'E-SHAPE-SAME',
    headline,
    [describe(model), describe(operand)],
    repair(operand, shape),
  );
}

/** Throws E-PROGRAM unless `operand`, the `role` of a loss, is an expression: for callers without types. */
export function checkGiven(what: string, role: string, operand: unknown): void {
  if (isExpr(operand)) return;
  const found = operand === null ? 'null' : Array.isArray(operand) ? 'an array' : `of type ${typeof operand}`;
  const hint = 'Declare data of the batch with input(name, shape), constants with tensor(data, shape).';
  throw new AdjointError('E-PROGRAM', `${what}: the ${role} is ${found}, not an expression`, [], hint);
}

/** Throws E-DTYPE-FLOAT unless `operand` is float32 or float64. */
export function checkFloat(what: string, operand: Expr): void {
  if (isFloat(operand.dtype)) return;
  throw new AdjointError('E-DTYPE-FLOAT', `${what}: ${nameOf(operand)} is ${operand.dtype}`, [
    describe(operand),
  ]);
}

/** Throws E-DTYPE unless `operand` has `dtype`, which is that of `model`. */
export function checkDType(what: string, operand: Expr, dtype: DType, model: Expr): void {
  if (operand.dtype === dtype) return;
  const headline = `${what}: ${nameOf(operand)} is ${operand.dtype}, not ${dtype}`;
  throw new AdjointError('E-DTYPE', headline, [describe(model), describe(operand)]);
}

/** Throws unless both have one shape and one float type: E-SHAPE-SAME, E-DTYPE, E-DTYPE-FLOAT. */
export function checkPair(what: string, prediction: Expr, target: Expr): void {
  checkGiven(what, 'prediction', prediction);
  checkGiven(what, 'target', target);
  checkFloat(what, prediction);
  checkShapeIs(what, target, prediction.shape, prediction);
  checkDType(what, target, prediction.dtype, prediction);
}

/** Throws E-ATTRIBUTE unless `fits`. */
export function checkOption(what: string, fits: boolean, demand: string): void {
  if (!fits) refuse('E-ATTRIBUTE', `${what}: ${demand}`);
}

function refuse(code: ErrorCode, headline: string): never {
  throw new AdjointError(code, headline);
}

/** Weights as an expression of `model`'s precision, or null where there are none. */
export function weightsOf(what: string, weights: Weights | undefined, model: Expr): Expr | null {
  if (weights === undefined) return null;
  if (!isExpr(weights)) return tensor(weights, [weights.length], model.dtype);
  checkDType(what, weights, model.dtype, model);
  return weights;
}
