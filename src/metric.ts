/** How a rank-0 value is reported, and how it combines over batches. */
import { isFloat } from './dtype.ts';
import type { Expr } from './expr.ts';
import { must } from './errors.ts';
import { divOp } from './ops/arithmetic.ts';
import { cast } from './ops/cast.ts';
import { constant, sizeOf } from './ops/leaves.ts';
import type { Metric } from './program.ts';
import { factors } from './size.ts';
import { postorder } from './walk.ts';

/**
 * A quotient whose denominator no derivative reaches is a mean: batches combine by numerator and
 * denominator. Any other value is weighted by the rows of its batch.
 */
export function asMetric(name: string, expr: Expr | undefined): Metric {
  const value = must(expr, `metric ${name}`);
  const denominator = value.op === divOp ? must(value.args[1], 'denominator') : null;
  const counts = denominator && !followsParameters(denominator);
  if (denominator && counts) return { name, kind: 'mean', value, weight: cast(denominator, 'float64') };
  return { name, kind: 'value', value, weight: rowsOf(value) };
}

/** Whether a derivative of `node` with respect to a parameter can be other than zero. */
function followsParameters(node: Expr): boolean {
  const follows = new Set<Expr>();
  for (const each of postorder([node])) {
    const smooth = isFloat(each.dtype) && each.op.vjp !== 'zero';
    if (each.slot?.kind === 'parameter' || (smooth && each.args.some((arg) => follows.has(arg))))
      follows.add(each);
  }
  return follows.has(node);
}

/** The first named size among the inputs of `value`, as a number; 1 where all sizes are fixed. */
function rowsOf(value: Expr): Expr {
  for (const { slot } of postorder([value])) {
    const size = slot?.kind === 'input' ? slot.shape.find((s) => typeof s === 'string') : undefined;
    if (size !== undefined) return sizeOf([must(factors(size).symbols[0], 'symbol')]);
  }
  return constant(1, 'float64');
}
