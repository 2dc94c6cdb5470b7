/**
 * What a body holds that only differentiation looks at. Derivatives inside a body are worked out when its loop is
 * declared; derivatives given by hand stay until the loop around them has been differentiated.
 */
import { must } from '../errors.ts';
import type { Expr } from '../expr.ts';
import { mapGraph, rebuild } from '../walk.ts';
import { broadcastTo } from './broadcast.ts';
import { gradientOp } from './control.ts';
import { checkpointOp, withGradientOp } from './custom.ts';
import { constant } from './leaves.ts';
import { dependents, pullback, total } from './scan-pullback.ts';

const marks: ReadonlySet<string> = new Set([withGradientOp.name, checkpointOp.name]);

/** The operands that the value of a node needs: of a mark, the first alone. */
export const valueOperands = ({ op, args }: Expr): readonly Expr[] =>
  marks.has(op.name) ? args.slice(0, 1) : args;

/** The nodes of a rule given by hand: what depends on the cotangent that differentiation will put in. */
export function ruleNodes(mark: Expr): Set<Expr> {
  const [, cotangent, ...rest] = mark.args;
  if (mark.op.name !== withGradientOp.name || !cotangent) return new Set();
  return dependents(rest, [cotangent]);
}

/** The same values without marks. */
export function withoutMarks(roots: readonly Expr[]): Expr[] {
  const find = mapGraph(roots, (node, args) =>
    marks.has(node.op.name) ? must(args[0], 'value') : rebuild(node, args),
  );
  return roots.map(find);
}

/** The same values with the derivatives among `inside` worked out, innermost first. */
export function withDerivatives(roots: readonly Expr[], inside: ReadonlySet<Expr>): Expr[] {
  const find = mapGraph(roots, (node, args) => {
    if (!inside.has(node)) return node;
    return node.op.name === gradientOp.name ? derivative(args) : rebuild(node, args);
  });
  return roots.map(find);
}

function derivative([value, variable, weight]: readonly Expr[]): Expr {
  const [y, x] = [must(value, 'value'), must(variable, 'variable')];
  const received = pullback([[y, weight ?? constant(1, y.dtype)]], new Set([x])).get(x);
  return received ? total(received) : broadcastTo(constant(0, x.dtype), x.shape);
}
