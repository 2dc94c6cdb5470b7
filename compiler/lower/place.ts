/**
 * Places scalar expressions in a loop nest: what is used more than once, or does not change in the inner loops,
 * becomes a `let` in the outermost loop that binds everything it reads.
 */
import { must } from '../../src/errors.ts';
import { letVar, variable } from '../../src/kernel/build.ts';
import { storage } from '../../src/kernel/language.ts';
import type { Axis, Buffer, Scalar, Statement, Var } from '../../src/kernel/language.ts';
import type { Trace } from './trace.ts';

/** A block of the nest under construction: the axes bound in it, and its statements so far. */
export interface Block {
  readonly axes: ReadonlySet<Axis>;
  readonly statements: Statement[];
  /** Variables defined in this block. */
  readonly defined: Map<Scalar, Scalar>;
}

export function block(outer: Block | null, axes: readonly Axis[]): Block {
  return { axes: new Set([...(outer?.axes ?? []), ...axes]), statements: [], defined: new Map() };
}

const trivial: ReadonlySet<Scalar['kind']> = new Set<Scalar['kind']>(['const', 'axis', 'var', 'size']);

/** Children of a scalar, in order of evaluation. */
export function operands(scalar: Scalar): readonly Scalar[] {
  if (scalar.kind === 'load') return [scalar.index];
  if (scalar.kind === 'prim') return scalar.args;
  if (scalar.kind === 'cond') return [scalar.test, scalar.then, scalar.else];
  return [];
}

export class Placement {
  readonly #trace: Trace;
  readonly #written: ReadonlySet<Buffer>;
  readonly #uses = new Map<Scalar, number>();
  readonly #axes = new Map<Scalar | Var, ReadonlySet<Axis>>();
  #names = 0;

  /** `written` are the buffers that this kernel stores to: what it loads from them is loaded before. */
  constructor(trace: Trace, roots: readonly Scalar[], written: ReadonlySet<Buffer>) {
    this.#trace = trace;
    this.#written = written;
    for (const root of roots) this.#count(root);
  }

  #count(scalar: Scalar): void {
    const uses = this.#uses.get(scalar) ?? 0;
    this.#uses.set(scalar, uses + 1);
    if (uses > 0) return;
    for (const operand of operands(scalar)) this.#count(operand);
    const reduction = scalar.kind === 'var' ? this.#trace.reductions.get(scalar.var) : undefined;
    if (reduction) this.#count(reduction.value);
  }

  /** The axes that a scalar's value depends on. */
  axesOf(scalar: Scalar): ReadonlySet<Axis> {
    const known = this.#axes.get(scalar);
    if (known) return known;
    const axes = new Set<Axis>(scalar.kind === 'axis' ? [scalar.axis] : []);
    for (const operand of operands(scalar)) for (const axis of this.axesOf(operand)) axes.add(axis);
    const reduction = scalar.kind === 'var' ? this.#trace.reductions.get(scalar.var) : undefined;
    if (reduction) {
      for (const axis of this.axesOf(reduction.value)) axes.add(axis);
      for (const axis of reduction.axes) axes.delete(axis);
    }
    this.#axes.set(scalar, axes);
    return axes;
  }

  /** The scalar as it is written at the end of `chain`, the blocks from the kernel's body inwards. */
  place(scalar: Scalar, chain: readonly Block[]): Scalar {
    if (scalar.kind === 'var') return this.#placeReduction(scalar, chain);
    if (trivial.has(scalar.kind)) return scalar;
    const depth = this.#depth(scalar, chain);
    const home = must(chain[depth], 'block');
    const known = this.#known(scalar, chain);
    if (known) return known;
    if (!this.#deservesName(scalar, depth < chain.length - 1)) return this.#inline(scalar, chain);
    const value = this.#inline(scalar, chain.slice(0, depth + 1));
    const of: Var = { name: `t${this.#names++}`, dtype: scalar.dtype };
    home.statements.push(letVar(of, value));
    home.defined.set(scalar, variable(of));
    return variable(of);
  }

  #known(scalar: Scalar, chain: readonly Block[]): Scalar | undefined {
    for (const { defined } of chain) {
      const found = defined.get(scalar);
      if (found) return found;
    }
    return undefined;
  }

  #depth(scalar: Scalar, chain: readonly Block[]): number {
    const axes = [...this.axesOf(scalar)];
    return chain.findIndex((candidate) => axes.every((axis) => candidate.axes.has(axis)));
  }

  #deservesName(scalar: Scalar, invariant: boolean): boolean {
    if (scalar.kind === 'load' && this.#written.has(storage(scalar.buffer))) return true;
    const simpleIndex =
      scalar.dtype === 'int32' && operands(scalar).every((operand) => trivial.has(operand.kind));
    if (simpleIndex && scalar.kind === 'prim' && !invariant) return false;
    return invariant || (this.#uses.get(scalar) ?? 0) > 1;
  }

  /** Rebuilds a scalar over placed operands. What only a branch of a `cond` uses stays inside the branch. */
  #inline(scalar: Scalar, chain: readonly Block[]): Scalar {
    switch (scalar.kind) {
      case 'load':
        return { ...scalar, index: this.place(scalar.index, chain) };
      case 'prim':
        return { ...scalar, args: scalar.args.map((arg) => this.place(arg, chain)) };
      case 'cond':
        return {
          ...scalar,
          test: this.place(scalar.test, chain),
          then: this.#guarded(scalar.then, chain),
          else: this.#guarded(scalar.else, chain),
        };
      default:
        return scalar;
    }
  }

  /** Inside a branch nothing that loads is moved out: the guard may be what keeps the load inside its buffer. */
  #guarded(scalar: Scalar, chain: readonly Block[]): Scalar {
    const known = this.#known(scalar, chain);
    if (known) return known;
    if (scalar.kind === 'var') return this.#placeReduction(scalar, chain);
    if (scalar.kind === 'load') return { ...scalar, index: this.#guarded(scalar.index, chain) };
    if (scalar.kind === 'prim')
      return { ...scalar, args: scalar.args.map((arg) => this.#guarded(arg, chain)) };
    if (scalar.kind !== 'cond') return scalar;
    const [test, then, otherwise] = [scalar.test, scalar.then, scalar.else].map((part) =>
      this.#guarded(part, chain),
    );
    return { ...scalar, test: must(test, 'test'), then: must(then, 'then'), else: must(otherwise, 'else') };
  }

  #placeReduction(scalar: Extract<Scalar, { kind: 'var' }>, chain: readonly Block[]): Scalar {
    const reduction = this.#trace.reductions.get(scalar.var);
    if (!reduction || this.#known(scalar, chain)) return scalar;
    const depth = this.#depth(scalar, chain);
    const home = must(chain[depth], 'block');
    const inner = block(home, reduction.axes);
    const value = this.place(reduction.value, [...chain.slice(0, depth + 1), inner]);
    const { combine, order, axes } = reduction;
    home.statements.push({
      kind: 'reduce',
      var: scalar.var,
      combine,
      order,
      axes,
      body: inner.statements,
      value,
    });
    home.defined.set(scalar, scalar);
    return scalar;
  }
}
