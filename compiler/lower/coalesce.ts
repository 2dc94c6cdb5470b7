/**
 * Joins neighboring axes that all accesses run through as one: a [64, 128] elementwise kernel is one loop of 8192.
 * The order of reductions is kept, because it is that of the flattened index.
 */
import { must } from '../../src/errors.ts';
import { product } from '../../src/size.ts';
import type { Size } from '../../src/size.ts';
import type { Axis, Buffer, Scalar } from '../../src/kernel/language.ts';
import type { Affine } from './affine.ts';
import { affine, fromAffine } from './affine.ts';
import { operands } from './place.ts';
import type { Reduction, Trace } from './trace.ts';

/** A value to be stored at an index. */
export interface Store {
  readonly buffer: Buffer;
  readonly index: Scalar;
  readonly value: Scalar;
}

export interface Nest {
  readonly axes: readonly Axis[];
  readonly stores: readonly Store[];
}

/** All accesses of a nest as affine forms, and the axes that are used in any other way. */
class Accesses {
  readonly forms = new Map<Scalar, Affine>();
  readonly pinned = new Set<Axis>();
  readonly #seen = new Set<Scalar>();
  readonly #trace: Trace;

  constructor(trace: Trace, stores: readonly Store[]) {
    this.#trace = trace;
    for (const store of stores) {
      this.#index(store.index);
      this.#visit(store.value);
    }
  }

  #visit(scalar: Scalar): void {
    if (this.#seen.has(scalar)) return;
    this.#seen.add(scalar);
    if (scalar.kind === 'axis') this.pinned.add(scalar.axis);
    if (scalar.kind === 'load') return this.#index(scalar.index);
    for (const operand of operands(scalar)) this.#visit(operand);
    const reduction = scalar.kind === 'var' ? this.#trace.reductions.get(scalar.var) : undefined;
    if (reduction) this.#visit(reduction.value);
  }

  #index(index: Scalar): void {
    if (this.forms.has(index)) return;
    const form = affine(index);
    if (form) this.forms.set(index, form);
    else this.#visit(index);
  }

  /** Whether every access runs through `outer` and `inner` as through one axis. */
  joins(outer: Axis, inner: Axis): boolean {
    if (this.pinned.has(outer) || this.pinned.has(inner)) return false;
    return [...this.forms.values()].every(({ terms }) => {
      const [o, i] = [terms.get(outer) ?? 0, terms.get(inner) ?? 0];
      return o === product([i, inner.size]);
    });
  }

  join(outer: Axis, inner: Axis, joined: Axis): void {
    for (const [index, { constant, terms }] of this.forms) {
      const entries = [...terms].flatMap(([axis, size]): [Axis, Size][] =>
        axis === outer ? [] : [[axis === inner ? joined : axis, size]],
      );
      this.forms.set(index, { constant, terms: new Map(entries) });
    }
  }
}

function joinNeighbors(axes: readonly Axis[], accesses: Accesses): Axis[] {
  const result = [...axes];
  for (let i = result.length - 2; i >= 0; i--) {
    const [outer, inner] = [must(result[i], 'axis'), must(result[i + 1], 'axis')];
    if (!accesses.joins(outer, inner)) continue;
    const joined: Axis = { name: outer.name, size: product([outer.size, inner.size]) };
    accesses.join(outer, inner, joined);
    result.splice(i, 2, joined);
  }
  return result;
}

/** The nest with as few axes as its accesses allow. Reductions inside are replaced in `trace`. */
export function coalesce(trace: Trace, nest: Nest): Nest {
  const accesses = new Accesses(trace, nest.stores);
  const axes = joinNeighbors(nest.axes, accesses);
  const reductions = new Map(
    [...trace.reductions].map(([of, reduction]) => [
      of,
      { ...reduction, axes: joinNeighbors(reduction.axes, accesses) },
    ]),
  );
  const replaced = new Map<Scalar, Scalar>();
  const index = (scalar: Scalar): Scalar => {
    const form = accesses.forms.get(scalar);
    return trace.table.intern(form ? fromAffine(form) : replace(scalar));
  };
  function replace(scalar: Scalar): Scalar {
    const known = replaced.get(scalar);
    if (known) return known;
    const result = trace.table.intern(rebuild(scalar));
    replaced.set(scalar, result);
    return result;
  }
  function rebuild(scalar: Scalar): Scalar {
    if (scalar.kind === 'load') return { ...scalar, index: index(scalar.index) };
    if (scalar.kind === 'prim') return { ...scalar, args: scalar.args.map(replace) };
    if (scalar.kind === 'cond') {
      return {
        ...scalar,
        test: replace(scalar.test),
        then: replace(scalar.then),
        else: replace(scalar.else),
      };
    }
    return scalar;
  }
  for (const [of, reduction] of reductions) {
    trace.reductions.set(of, { ...reduction, value: replace(reduction.value) } satisfies Reduction);
  }
  const stores = nest.stores.map((store) => ({
    ...store,
    index: index(store.index),
    value: replace(store.value),
  }));
  return { axes, stores };
}
