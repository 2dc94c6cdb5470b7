/** Replaces every `gradient` node by ordinary operators, innermost first, one reverse walk per differentiated value. */
import type { Expr } from '../../src/expr.ts';
import { withName } from '../../src/expr.ts';
import { must } from '../../src/errors.ts';
import { gradientOp } from '../../src/ops/control.ts';
import { slotName } from '../../src/slot.ts';
import { mapGraph, postorder, rebuild } from '../../src/walk.ts';
import { derivatives } from './reverse.ts';

/** The nodes that each differentiated value is differentiated with respect to. */
function requests(roots: readonly Expr[]): Map<Expr, Expr[]> {
  const wanted = new Map<Expr, Expr[]>();
  for (const node of postorder(roots)) {
    if (node.op.name !== gradientOp.name) continue;
    const [value, wrt] = [must(node.args[0], 'value'), must(node.args[1], 'variable')];
    const list = wanted.get(value) ?? [];
    if (!list.includes(wrt)) list.push(wrt);
    wanted.set(value, list);
  }
  return wanted;
}

const derivativeOf = (value: Expr, wrt: Expr): Expr => must(derivatives(value, [wrt])[0], 'derivative');

/** The derivative with respect to a parameter bears its name in reports and emitted code. */
function named(derivative: Expr, wrt: Expr): Expr {
  const isNameless = derivative.slot === null && !derivative.origin?.name;
  return wrt.slot?.kind === 'parameter' && isNameless
    ? withName(derivative, `${slotName(wrt.slot)}.grad`)
    : derivative;
}

/**
 * The roots without derivatives. A node to differentiate with respect to is an operand of the gradient node, so it
 * is replaced before the gradient is: identity is kept through the walk.
 */
export function expandGradients(roots: readonly Expr[]): Expr[] {
  const wanted = requests(roots);
  if (wanted.size === 0) return [...roots];
  const results = new Map<Expr, Map<Expr, Expr>>();
  const replaced = new Map<Expr, Expr>();
  const find = mapGraph(roots, (node, args) => {
    const result = node.op.name === gradientOp.name ? expandOne(node) : rebuild(node, args);
    replaced.set(node, result);
    return result;
  });
  function expandOne(node: Expr): Expr {
    const [value, wrt] = [must(node.args[0], 'value'), must(node.args[1], 'variable')];
    if (!results.has(value)) {
      // A variable that the walk has not reached yet cannot be part of the value; its derivative is zero.
      const variables = must(wanted.get(value), 'requests').filter((variable) => replaced.has(variable));
      const found = derivatives(
        must(replaced.get(value), 'value'),
        variables.map((variable) => must(replaced.get(variable), 'variable')),
      );
      results.set(value, new Map(variables.map((variable, i) => [variable, must(found[i], 'derivative')])));
    }
    const known = must(results.get(value), 'derivatives').get(wrt);
    return named(
      known ?? derivativeOf(must(replaced.get(value), 'value'), must(replaced.get(wrt), 'variable')),
      wrt,
    );
  }
  return roots.map(find);
}
