/** Sums that fast numerics takes in 16 lanes, where the kernel language has them in one order. */
import { isFloat } from '../../../../src/dtype.ts';
import type { Axis, Statement } from '../../../../src/kernel/language.ts';
import type { Reduce } from '../../loops/order.ts';
import type { Context } from './context.ts';
import { readsSideBySide } from './reach.ts';

type Loop = Extract<Statement, { kind: 'loop' }>;

/** Terms that are worth joining 16 partial results. */
const manyTerms = 16;

const isLong = ({ size }: Axis): boolean => typeof size !== 'number' || size >= manyTerms;

/** Whether a reduction is a long one over elements that lie side by side; `around` holds what it may name. */
export function takesLanes(
  { module, vector }: Context,
  statement: Statement,
  around: readonly Statement[] = [],
): statement is Reduce {
  if (module.numerics !== 'fast' || vector || statement.kind !== 'reduce') return false;
  const { var: of, combine, axes, order } = statement;
  const isSum = order === 'sequential' && isFloat(of.dtype) && (combine === 'sum' || combine === 'prod');
  const inner = axes.at(-1);
  return isSum && inner !== undefined && isLong(inner) && readsSideBySide([...around, statement], inner);
}

/** Whether a loop holds such reductions, whose elements lie apart along its own axis. */
export function holdsLanes(context: Context, { axis, body }: Loop): boolean {
  return body.some((statement) => takesLanes(context, statement, body)) && !readsSideBySide(body, axis);
}
