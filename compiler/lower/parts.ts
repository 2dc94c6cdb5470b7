/** Stored concatenations of equal parts: one loop nest over a part stores each of them, so that nothing is chosen. */
import { must } from '../../src/errors.ts';
import type { Expr } from '../../src/expr.ts';
import { indexAdd, int32 } from '../../src/kernel/build.ts';
import type { Scalar } from '../../src/kernel/language.ts';
import { concatOp } from '../../src/ops/concat.ts';
import type { Size } from '../../src/size.ts';

/** More parts than this are chosen among, as they would make a long kernel. */
const most = 8;

/** The operands of a concatenation of a few equal parts; for any other node, itself. */
export function partsOf(node: Expr): readonly Expr[] {
  const [first] = node.args;
  if (node.op.name !== concatOp.name || !first || node.args.length > most) return [node];
  const axis = Number(node.attrs['axis']);
  return node.args.every(({ shape }) => shape[axis] === first.shape[axis]) ? node.args : [node];
}

/** The shape of the loop nest that stores a node. */
export function nestShape(node: Expr): readonly Size[] {
  return must(partsOf(node)[0], 'part').shape;
}

/** The index in `node` of the element of its part `at` that has `index` there. */
export function indexOfPart(node: Expr, at: number, index: readonly Scalar[]): readonly Scalar[] {
  if (at === 0) return index;
  const axis = Number(node.attrs['axis']);
  const start = at * Number(nestShape(node)[axis]);
  return index.with(axis, indexAdd(must(index[axis], 'index'), int32(start)));
}
