/** What a kernel for a stored node reads, and whether it reads it at its own place or elsewhere. */
import type { Expr } from '../../src/expr.ts';
import { axisOf, int32, load } from '../../src/kernel/build.ts';
import type { Axis, Buffer, Scalar } from '../../src/kernel/language.ts';
import { nestShape, partsOf } from '../lower/parts.ts';
import { Trace, locating } from '../lower/trace.ts';

const somewhere: Buffer = { name: 'stored', dtype: 'float64', size: 1 };

/**
 * The stored nodes and the leaves that `node` reads. The value says whether each read is aligned: axis d of the
 * operand at axis d of the node's loop nest, or at 0 where the operand has size 1.
 */
export function readsOf(node: Expr, stored: ReadonlySet<Expr>): Map<Expr, boolean> {
  const reads = new Map<Expr, boolean>();
  if (node.op.lowering.kind === 'loops' || node.op.lowering.kind === 'scan') {
    for (const arg of node.args) reads.set(arg, false);
    return reads;
  }
  const axes = nestShape(node).map((size): Axis | null => (size === 1 ? null : { name: 'i', size }));
  const isAligned = (operand: Expr, index: readonly Scalar[]): boolean =>
    index.every((at, d) => {
      if (operand.shape[d] === 1) return at.kind === 'const' && at.value === 0;
      return at.kind === 'axis' && at.axis === axes[d];
    });
  const trace = new Trace((operand, index) => {
    const isLeaf = operand.args.length === 0 && operand.slot !== null;
    if (!isLeaf && !stored.has(operand)) return null;
    reads.set(operand, (reads.get(operand) ?? true) && isAligned(operand, index));
    return load(somewhere, int32(0));
  });
  const index = axes.map((axis) => (axis ? axisOf(axis) : int32(0)));
  for (const part of partsOf(node)) {
    if (part === node) trace.compute(node, index);
    else trace.value(part, index);
  }
  return reads;
}

/** Whether an index has quotients or remainders. */
const wraps = (index: Scalar): boolean =>
  index.kind === 'prim' && (index.prim === 'idiv' || index.prim === 'irem' || index.args.some(wraps));

/**
 * Whether `view`, which shows `source`, steps through its memory by fixed distances along each of its axes. A reshape
 * of exchanged axes does not: its places are quotients and remainders.
 */
export function isStrided(view: Expr, source: Expr): boolean {
  const place = { buffer: somewhere, row: null };
  const trace = new Trace(locating((node) => (node === source ? place : null)));
  const index = view.shape.map((size) => (size === 1 ? int32(0) : axisOf({ name: 'i', size })));
  const value = trace.value(view, index);
  return value.kind !== 'load' || !wraps(value.index);
}
