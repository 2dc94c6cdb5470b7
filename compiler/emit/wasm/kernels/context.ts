/** What is known while a kernel is written as a WebAssembly function. */
import { must } from '../../../../src/errors.ts';
import type { DType } from '../../../../src/dtype.ts';
import type { Axis, Buffer, Scalar, Statement, Var } from '../../../../src/kernel/language.ts';
import type { FunctionPrim } from '../../../../src/kernel/prims.ts';
import type { Manifest } from '../../../../runtime/contract.ts';
import type { Fragment, FunctionBuilder } from '../function-builder.ts';
import type { Callee, Global } from '../items.ts';
import type { Local } from '../locals.ts';
import type { ValueType } from '../opcodes.ts';
import type { Term } from '../../loops/linear.ts';

/** Where a buffer is: bytes from a base, as they are or for each unit of a region. */
export interface Place {
  readonly base: Global;
  readonly offset: number;
  readonly unit: Global | null;
}

/** How values may round. */
export interface Rounding {
  /**
   * `strict`: as the kernel language says, to the bit. `fast`: float32 functions in float32, sums in any order, and
   * products that are added at once may round once.
   */
  readonly numerics: Manifest['numerics'];
}

/** The module around a kernel. */
export interface KernelModule extends Rounding {
  /** Whether short loops are not worth the code of vectors, because the kernel runs once. */
  readonly runsOnce: boolean;
  place(buffer: Buffer): Place;
  /** The function of a math kernel, of float64 scalars. */
  math(prim: FunctionPrim): Callee;
  /** The offset from `scratchBase` of `bytes` that this kernel alone uses while it runs. */
  scratch(bytes: number): number;
  /** Writes forms of which only one will run: they share scratch memory. */
  either(forms: readonly (() => void)[]): void;
  /** A buffer in scratch memory. */
  scratchBuffer(name: string, dtype: DType, size: number): Buffer;
  readonly scratchBase: Global;
}

/** How a variable is held: in one local, as vectors, or as an index that is computed where it is used. */
export type Held =
  | { readonly kind: 'scalar'; readonly local: Local; readonly depth: number }
  | { readonly kind: 'vector'; readonly locals: readonly Local[]; readonly depth: number }
  | { readonly kind: 'index'; readonly value: Scalar };

/** The counter of a loop that is open. `depth` is the number of loops open inside it, itself included. */
export interface Counter {
  readonly local: Local;
  readonly depth: number;
}

/** A loop that is open, and what is computed before it because it does not change inside. */
export interface Frame {
  readonly axis: Axis;
  readonly before: Fragment;
  readonly known: Map<string, Local>;
}

/** The axis that vectors run along: they hold its values from the counter on, four for each group. */
export interface VectorAxis {
  readonly axis: Axis;
  readonly groups: number;
  /** Lanes from here on are past the end of the axis: they are computed and not stored. */
  readonly valid?: number | Local;
  /** Scalars that are known to change along the axis, or not to. */
  readonly varying: Map<Scalar, boolean>;
}

/** The writers that need each other. */
export interface Writers {
  /** Leaves the value of a scalar on the stack. */
  push(context: Context, scalar: Scalar): void;
  /** Leaves one of the vectors that hold a scalar's values along the vector axis. */
  pushPart(context: Context, scalar: Scalar, part: number): void;
  statements(context: Context, body: readonly Statement[]): void;
}

export interface Context {
  readonly f: FunctionBuilder;
  readonly module: KernelModule;
  readonly writers: Writers;
  readonly symbols: ReadonlyMap<string, Local>;
  readonly axes: Map<Axis, Counter>;
  readonly vars: Map<Var, Held>;
  readonly frames: Frame[];
  readonly ids: Map<object, number>;
  /** Indices taken apart. */
  readonly terms: Map<Scalar, readonly Term[]>;
  /** Loops that are open where instructions are written now: fewer than `frames` while something is hoisted. */
  depth: number;
  vector: VectorAxis | null;
  /** The lane that scalars are computed for, inside a vector loop. */
  lane: number | null;
  /** Vectors of the present statement that are needed in several parts. */
  shared: Map<Scalar, readonly Local[]>;
  /** Whether sums may take products as they are, before these are rounded. */
  contracts: boolean;
  /** Negatives that have been asked for. */
  readonly negatives: Map<Scalar, Scalar>;
}

export function newContext(
  f: FunctionBuilder,
  module: KernelModule,
  writers: Writers,
  symbols: ReadonlyMap<string, Local>,
): Context {
  return {
    f,
    module,
    writers,
    symbols,
    axes: new Map(),
    vars: new Map(),
    frames: [],
    ids: new Map(),
    terms: new Map(),
    depth: 0,
    vector: null,
    lane: null,
    shared: new Map(),
    contracts: module.numerics === 'fast',
    negatives: new Map(),
  };
}

/** The WebAssembly type of one element. */
export const valueType: Readonly<Record<DType, Exclude<ValueType, 'i64' | 'v128'>>> = {
  float32: 'f32',
  float64: 'f64',
  int32: 'i32',
  bool: 'i32',
};

export const held = ({ vars }: Context, of: Var): Held => must(vars.get(of), `variable ${of.name}`);
export const counterOf = ({ axes }: Context, axis: Axis): Counter =>
  must(axes.get(axis), `axis ${axis.name}`);

/** A number that stands for an object in keys. */
export function idOf({ ids }: Context, of: object): number {
  const known = ids.get(of) ?? ids.size;
  ids.set(of, known);
  return known;
}

const movable = (scalar: Extract<Scalar, { kind: 'prim' }>): boolean =>
  (scalar.prim !== 'idiv' && scalar.prim !== 'irem') ||
  ['const', 'size'].includes(scalar.args[1]?.kind ?? '');

/** The number of open loops that a scalar's value depends on; all of them for what must stay where it is. */
export function depthOf(context: Context, scalar: Scalar): number {
  const here = context.frames.length;
  switch (scalar.kind) {
    case 'const':
    case 'size':
      return 0;
    case 'axis':
      return counterOf(context, scalar.axis).depth;
    case 'var': {
      const place = held(context, scalar.var);
      return place.kind === 'index' ? depthOf(context, place.value) : place.depth;
    }
    case 'prim':
      return movable(scalar) ? Math.max(0, ...scalar.args.map((arg) => depthOf(context, arg))) : here;
    default:
      return here;
  }
}

/** A local that holds what `write` leaves on the stack, written before the outermost loop that it may precede. */
export function hoist(
  context: Context,
  key: string,
  depth: number,
  type: ValueType,
  write: () => void,
): Local {
  const { f } = context;
  const frame = must(context.frames[depth], 'loop to hoist out of');
  const known = frame.known.get(key);
  if (known) return known;
  const local = f.local(type);
  const { depth: outer, lane } = context;
  context.depth = depth;
  context.lane = null;
  f.into(frame.before, () => {
    write();
    f.localSet(local);
  });
  context.depth = outer;
  context.lane = lane;
  frame.known.set(key, local);
  return local;
}

/** Runs `write` with other state of the context, and puts the old state back. */
export function within<K extends 'vector' | 'lane' | 'shared' | 'contracts'>(
  context: Context,
  state: Pick<Context, K>,
  write: () => void,
): void {
  const { vector, lane, shared, contracts } = context;
  Object.assign(context, state);
  write();
  Object.assign(context, { vector, lane, shared, contracts });
}
