/**
 * Closes a traced body: finds what it reads from outside, and makes that operands of the loop. Views of outer values
 * stay inside, so that a captured matrix is captured itself and not its transpose.
 */
import { must } from '../errors.ts';
import type { Expr } from '../expr.ts';
import type { Size } from '../size.ts';
import { mapGraph, postorder, rebuild } from '../walk.ts';
import type { Vjp } from './define.ts';
import { ruleNodes, valueOperands } from './scan-marks.ts';
import { dependents } from './scan-pullback.ts';
import { isScan, placeholder, scanNode } from './scan.ts';
import type { ScanBody } from './scan.ts';

/** A placeholder, and the operand that it stands for: a first value, or a stack. */
export interface Bound {
  readonly leaf: Expr;
  readonly operand: Expr;
}

/** A loop as it was traced: `next` and `outputs` may read any outer value. */
export interface Loop {
  readonly carries: readonly Bound[];
  readonly inputs: readonly Bound[];
  readonly next: readonly Expr[];
  readonly outputs: readonly Expr[];
  readonly length: Size;
  readonly reverse: boolean;
}

/** Whether a node that does not depend on placeholders is cheap to have in each iteration: a number or a view. */
function isView({ slot, op }: Expr): boolean {
  return slot === null && (op.family === 'leaf' || op.family === 'movement');
}

/** The scan that runs a traced loop. Its first results are the carries and the outputs; then come values to keep. */
export function closeLoop(loop: Loop, vjp: Vjp): Expr {
  const { carries, inputs, next } = loop;
  const traced = [...next, ...loop.outputs];
  const own = new Set([...carries, ...inputs].map(({ leaf }) => leaf));
  const inside = dependents(traced, own);
  for (const node of inside) for (const rule of ruleNodes(node)) inside.add(rule);
  const captured = new Map<Expr, Expr>();
  const close = mapGraph(traced, (node, args) => {
    if (own.has(node)) return node;
    if (inside.has(node) || isView(node)) return rebuild(node, args);
    const leaf = placeholder('constant', node.shape, node.dtype);
    captured.set(leaf, node);
    return leaf;
  });
  const roots = traced.map(close);
  const order = postorder(roots);
  const usedInputs = inputs.filter(({ leaf }) => order.includes(leaf));
  const constants = order.filter((node) => captured.has(node));
  const outputs = roots.slice(next.length);
  const body: ScanBody = {
    carries: carries.map(({ leaf }) => leaf),
    inputs: usedInputs.map(({ leaf }) => leaf),
    constants,
    next: roots.slice(0, next.length),
    outputs: [...outputs, ...keepable(roots, own, outputs, usedInputs)],
  };
  const args = [
    ...carries.map(({ operand }) => operand),
    ...usedInputs.map(({ operand }) => operand),
    ...constants.map((leaf) => must(captured.get(leaf), 'captured value')),
  ];
  return scanNode(body, args, loop, vjp);
}

/** Values of the body that a derivative may want: carries before the iteration, and all but views computed in it. */
function keepable(
  roots: readonly Expr[],
  own: ReadonlySet<Expr>,
  outputs: readonly Expr[],
  inputs: readonly Bound[],
): Expr[] {
  const stacked = new Set(inputs.map(({ leaf }) => leaf));
  const inside = dependents(roots, own);
  const computed = new Set(roots);
  for (const node of computed) for (const operand of valueOperands(node)) computed.add(operand);
  return postorder(roots).filter(
    (node) =>
      inside.has(node) &&
      computed.has(node) &&
      !stacked.has(node) &&
      !outputs.includes(node) &&
      !isScan(node) &&
      node.op.family !== 'movement',
  );
}
