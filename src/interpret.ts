/**
 * The reference interpreter: runs every operator's meaning, naively, over any scalar algebra. It says what is
 * right; how fast is nobody's concern here.
 */
import type { Algebra } from './algebra/algebra.ts';
import { InternalError, must } from './errors.ts';
import type { Expr } from './expr.ts';
import type { Tensor } from './ops/define.ts';
import { evaluateSize } from './size.ts';
import type { Slot } from './slot.ts';
import { slotName } from './slot.ts';
import { postorder } from './walk.ts';

/** What a run of a graph is given: the elements of each slot, and the value of each symbol. */
export interface Bindings<T> {
  readonly slots: ReadonlyMap<Slot, readonly T[]>;
  readonly sizes: Readonly<Record<string, number>>;
}

/** The values of `roots`, each with its shape. Data slots carry their own numbers. */
export function interpret<T>(k: Algebra<T>, roots: readonly Expr[], bindings: Bindings<T>): Tensor<T>[] {
  const values = new Map<Expr, Tensor<T>>();
  const valueOf = (node: Expr): Tensor<T> => must(values.get(node), `value of ${node.op.name}`);
  for (const node of postorder(roots)) {
    const shape = node.shape.map((size) => evaluateSize(size, bindings.sizes));
    values.set(node, { shape, data: elements(k, node, shape, node.args.map(valueOf), bindings) });
  }
  return roots.map(valueOf);
}

function elements<T>(
  k: Algebra<T>,
  node: Expr,
  shape: readonly number[],
  args: readonly Tensor<T>[],
  bindings: Bindings<T>,
): readonly T[] {
  const { slot } = node;
  const given = slot && bindings.slots.get(slot);
  const data = given && node.args.length === 0 ? given : compute(k, node, shape, args, bindings);
  const count = shape.reduce((a, b) => a * b, 1);
  if (data.length !== count) {
    const name = slot ? slotName(slot) : node.op.name;
    throw new InternalError(`${name}: ${data.length} elements for shape [${shape.join(', ')}]`);
  }
  return data;
}

function compute<T>(
  k: Algebra<T>,
  node: Expr,
  shape: readonly number[],
  args: readonly Tensor<T>[],
  bindings: Bindings<T>,
): readonly T[] {
  return node.op.meaning(k, args, {
    attrs: node.attrs,
    shape,
    dtype: node.dtype,
    size: (size) => evaluateSize(size, bindings.sizes),
    slot: () => {
      if (node.slot?.kind === 'data') return node.slot.data;
      if (node.slot?.kind === 'hyper') return [node.slot.value];
      throw new InternalError(`no value for ${node.slot ? slotName(node.slot) : node.op.name}`);
    },
  });
}
