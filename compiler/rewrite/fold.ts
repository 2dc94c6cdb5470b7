/**
 * Constants that follow from constants:
 *
 *     f(k, ...)  =  the number that the kernel language makes of them, in the node's element type
 */
import { InternalError } from '../../src/errors.ts';
import type { Expr } from '../../src/expr.ts';
import { constant as scalarConstant } from '../../src/kernel/build.ts';
import { evaluateScalar } from '../../src/kernel/evaluate.ts';
import type { Environment } from '../../src/kernel/evaluate.ts';
import type { Scalar } from '../../src/kernel/language.ts';
import { broadcastTo } from '../../src/ops/broadcast.ts';
import { constant } from '../../src/ops/leaves.ts';
import type { Rule } from './rule.ts';
import { local } from './rule.ts';
import { constantValue } from './views.ts';

function unknown(): never {
  throw new InternalError('a constant reads what is known only when the step runs');
}
const nothing: Environment = { axis: unknown, size: unknown, variable: unknown, load: unknown };

/** The operands of `node` as scalar constants, or null where one of them varies. */
function constantOperands(node: Expr): Scalar[] | null {
  const values = node.args.map((arg) => {
    const value = constantValue(arg);
    return value === null ? null : scalarConstant(arg.dtype, value);
  });
  const known = values.filter((value) => value !== null);
  return known.length === values.length && known.length > 0 ? known : null;
}

export const fold: readonly Rule[] = [
  local('fold', null, (node) => {
    const { lowering } = node.op;
    if (lowering.kind !== 'elementwise') return null;
    const operands = constantOperands(node);
    if (!operands) return null;
    const value = evaluateScalar(lowering.scalar(operands, node.attrs, node.dtype), nothing);
    return broadcastTo(constant(value, node.dtype), node.shape);
  }),
];
