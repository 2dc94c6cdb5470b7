/**
 * Traces graph nodes into scalar expressions: the value of a node at an index, in terms of loads from the buffers
 * that are already in memory. Everything in between is fused by being inlined here.
 */
import { InternalError, must } from '../../src/errors.ts';
import type { Expr } from '../../src/expr.ts';
import { axisOf, constant, indexAdd, indexMul, int32, load, variable } from '../../src/kernel/build.ts';
import type { Axis, Buffer, Combine, Order, Scalar, Var } from '../../src/kernel/language.ts';
import { flatten } from '../../src/ops/index-math.ts';
import { product } from '../../src/size.ts';
import type { Size } from '../../src/size.ts';
import { ScalarTable } from './scalars.ts';

/** A reduction met on the way: what its variable stands for. */
export interface Reduction {
  readonly combine: Combine;
  readonly order: Order;
  readonly axes: readonly Axis[];
  readonly value: Scalar;
}

/** The scalar that loads `node` at `index` where it is in memory, else null. */
export type Locate = (node: Expr, index: readonly Scalar[]) => Scalar | null;

/** A buffer that holds a node: all of it, or one row of a stack in the iteration of a loop around the kernel. */
export interface Place {
  readonly buffer: Buffer;
  readonly row: Scalar | null;
}

/** The flat index of an element in its place. */
export function indexIn({ row }: Place, index: readonly Scalar[], shape: readonly Size[]): Scalar {
  const flat = flatten(index, shape);
  return row ? indexAdd(indexMul(row, product(shape)), flat) : flat;
}

/** Locates the nodes that `placeOf` knows a place of. */
export function locating(placeOf: (node: Expr) => Place | null): Locate {
  return (node, index) => {
    const place = placeOf(node);
    return place && load(place.buffer, indexIn(place, index, node.shape));
  };
}

export class Trace {
  readonly table: ScalarTable = new ScalarTable();
  readonly reductions: Map<Var, Reduction> = new Map();
  readonly #locate: Locate;
  readonly #values = new Map<Expr, Map<string, Scalar>>();
  #axes = 0;

  constructor(locate: Locate) {
    this.#locate = locate;
  }

  axis(prefix: string, size: Size): Axis {
    return { name: `${prefix}${this.#axes++}`, size };
  }

  /**
   * The value of `node` at `index`; a node in memory is loaded. An empty tensor has no elements, so what reads it is
   * never run: it reads 0 instead of memory, because loads may move out of loops that have no iterations.
   */
  value(node: Expr, index: readonly Scalar[]): Scalar {
    if (product(node.shape) === 0) return this.table.intern(constant(node.dtype, 0));
    const loaded = this.#locate(node, index);
    return loaded ? this.table.intern(loaded) : this.compute(node, index);
  }

  /** The value of `node` at `index`, computed from its operands. */
  compute(node: Expr, index: readonly Scalar[]): Scalar {
    const at = index.map((i) => this.table.intern(i));
    const key = at.map((i) => this.table.id(i)).join(',');
    const known = this.#values.get(node) ?? new Map<string, Scalar>();
    this.#values.set(node, known);
    const value = known.get(key) ?? this.table.intern(this.#expand(node, at));
    known.set(key, value);
    return value;
  }

  #expand(node: Expr, index: readonly Scalar[]): Scalar {
    const { lowering } = node.op;
    const read = (arg: number, place: readonly Scalar[]): Scalar =>
      this.value(must(node.args[arg], `operand ${arg} of ${node.op.name}`), place);
    switch (lowering.kind) {
      case 'elementwise':
        return lowering.scalar(
          node.args.map((arg) => this.value(arg, index)),
          node.attrs,
          node.dtype,
        );
      case 'view':
        return lowering.read(node, index, read);
      case 'reduce':
        return this.#reduce(node, lowering.combine, index);
      case 'contraction': {
        const all = lowering.axes(node).map((size) => (size === 1 ? null : this.axis('k', size)));
        const places = all.map((axis) => (axis ? axisOf(axis) : int32(0)));
        const value = lowering.value(node, index, places, read);
        const axes = all.filter((axis) => axis !== null);
        return this.#reduction(node, { combine: 'sum', order: 'sequential', axes, value });
      }
      default:
        throw new InternalError(`${node.op.name} cannot be computed inside a loop`);
    }
  }

  /** The order of a reduction follows from the declared shape: 16 partials where the last axis is reduced. */
  #reduce(node: Expr, combine: Combine, index: readonly Scalar[]): Scalar {
    const operand = must(node.args[0], 'operand');
    const reduced = node.attrs['axes'] as readonly number[];
    const inner = new Map(reduced.map((axis) => [axis, this.axis('r', must(operand.shape[axis], 'size'))]));
    let kept = 0;
    const place = operand.shape.map((_, i) => {
      const axis = inner.get(i);
      return axis ? axisOf(axis) : must(index[kept++], 'index');
    });
    const order = reduced.includes(operand.shape.length - 1) ? 'lanes' : 'sequential';
    const raw = this.value(operand, place);
    const value: Scalar =
      raw.dtype === node.dtype ? raw : { kind: 'prim', dtype: node.dtype, prim: 'toInt32', args: [raw] };
    return this.#reduction(node, {
      combine,
      order,
      axes: [...inner.values()],
      value: this.table.intern(value),
    });
  }

  #reduction(node: Expr, reduction: Reduction): Scalar {
    const of: Var = { name: node.op.name, dtype: node.dtype };
    this.reductions.set(of, { ...reduction, value: this.table.intern(reduction.value) });
    return variable(of);
  }
}
