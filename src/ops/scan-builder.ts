/** Declares loops. */
import type { DType } from '../dtype.ts';
import { AdjointError, must } from '../errors.ts';
import { describe, showShape } from '../describe.ts';
import type { Expr } from '../expr.ts';
import type { Dim, Shape } from '../shape-types.ts';
import type { Size } from '../size.ts';
import { mapGraph, postorder, rebuild } from '../walk.ts';
import { byMode, byModeOp, withUpdateOp } from './control.ts';
import { closeLoop } from './scan-close.ts';
import type { Bound, Loop } from './scan-close.ts';
import { scanVjp } from './scan-gradient.ts';
import { withDerivatives } from './scan-marks.ts';
import { dependents } from './scan-pullback.ts';
import { placeholder, scanResult } from './scan.ts';

export type Tensors = Readonly<Record<string, Expr>>;

/** One row of each stacked tensor. */
export type Rows<I extends Tensors> = {
  readonly [K in keyof I]: I[K] extends Expr<infer S, infer D>
    ? Expr<S extends readonly [Dim, ...infer R extends Shape] ? R : Shape, D>
    : never;
};

/** A stack over all iterations of each tensor. */
export type Stacks<O extends Tensors> = {
  readonly [K in keyof O]: O[K] extends Expr<infer S, infer D> ? Expr<readonly [Dim, ...S], D> : never;
};

/** The same names, with values that may be typed more widely. */
export type Like<C extends Tensors> = { readonly [K in keyof C]: Expr<Shape, DType> };

export interface ScanOptions<C extends Tensors, I extends Tensors, K extends Tensors> {
  /** What the first iteration starts from. */
  readonly carry: C;
  /** Tensors of one leading size: iteration t sees row t of each. */
  readonly inputs?: I;
  /** Handed to the body as they are. The body may read any other outer value just as well. */
  readonly constants?: K;
  /** The number of iterations, where there are no inputs. */
  readonly length?: Size;
  /** From the last row to the first; default false. */
  readonly reverse?: boolean;
}

export interface ScanResult<C extends Tensors, O extends Tensors> {
  /** The carries after the last iteration. */
  readonly carry: C;
  /** Row t is what iteration t gave. */
  readonly outputs: Stacks<O>;
}

/**
 * Runs `body` over the leading axis of `inputs`, handing carries from one iteration to the next. Carries keep shape
 * and dtype. Random numbers made in the body are the same in each iteration; numbers that differ are inputs.
 * Throws E-SHAPE-SAME where a carry changes its shape or inputs differ in length, E-PROGRAM where the body
 * updates state.
 */
export function scan<
  C extends Tensors,
  I extends Tensors = Record<never, never>,
  K extends Tensors = Record<never, never>,
  O extends Tensors = Record<never, never>,
>(
  body: (carry: C, inputs: Rows<I>, constants: K) => { readonly carry: Like<C>; readonly outputs?: O },
  options: ScanOptions<C, I, K>,
): ScanResult<C, O> {
  const { carry, inputs = {} as I, constants = {} as K, reverse = false } = options;
  const length = lengthOf(inputs, options.length);
  const carries = bound(carry, ({ shape }) => shape);
  const rows = bound(inputs, ({ shape }) => shape.slice(1));
  const traced = body(leavesOf(carry, carries), leavesOf(inputs, rows), constants);
  const names = Object.keys(carry);
  const next = names.map((name) => nextCarry(name, must(carry[name], 'carry'), traced.carry[name]));
  const outputs = Object.values(traced.outputs ?? {});
  const results = resultsOf({ carries, inputs: rows, next, outputs, length, reverse });
  const outputNames = Object.keys(traced.outputs ?? {});
  return {
    carry: named(names, results) as C,
    outputs: named(outputNames, results.slice(names.length)) as unknown as Stacks<O>,
  };
}

const named = (names: readonly string[], values: readonly Expr[]): Tensors =>
  Object.fromEntries(names.map((name, i) => [name, must(values[i], 'result')]));

function bound(tensors: Tensors, shape: (of: Expr) => readonly Size[]): Bound[] {
  return Object.entries(tensors).map(([name, operand]) => ({
    leaf: placeholder(name, shape(operand), operand.dtype),
    operand,
  }));
}

function leavesOf<T, B extends Bound>(tensors: Tensors, bounds: readonly B[]): T {
  return named(
    Object.keys(tensors),
    bounds.map(({ leaf }) => leaf),
  ) as T;
}

function lengthOf(inputs: Tensors, length: Size | undefined): Size {
  const stacks = Object.values(inputs);
  const sizes = new Set([...(length === undefined ? [] : [length]), ...stacks.map(({ shape }) => shape[0])]);
  const [only] = sizes;
  if (sizes.size === 1 && only !== undefined) return only;
  if (sizes.size === 0) {
    throw new AdjointError(
      'E-ATTRIBUTE',
      'scan: nothing says how many iterations there are',
      [],
      'Give a length.',
    );
  }
  throw new AdjointError(
    'E-SHAPE-SAME',
    'scan: the leading sizes of the inputs differ',
    stacks.map(describe),
  );
}

function nextCarry(name: string, carry: Expr, next: Expr | undefined): Expr {
  if (!next) {
    throw new AdjointError('E-NAME-UNKNOWN', `scan: the body returns no carry ${name}`, [describe(carry)]);
  }
  if (showShape(next.shape) === showShape(carry.shape) && next.dtype === carry.dtype) return next;
  const headline = `scan: carry ${name} changes its shape or element type`;
  throw new AdjointError('E-SHAPE-SAME', headline, [describe(carry), describe(next)]);
}

/** The results of a traced loop, in the order of carries and outputs; one loop for each mode that the body knows. */
function resultsOf(loop: Loop): Expr[] {
  const roots = [...loop.next, ...loop.outputs];
  const inside = dependents(roots, placeholdersOf(loop));
  const varying = postorder(roots).filter((node) => inside.has(node));
  if (varying.some(({ op }) => op.name === withUpdateOp.name)) {
    const hint = 'Update the state after the loop, from one of its results.';
    throw new AdjointError('E-PROGRAM', 'scan: the body updates state', [], hint);
  }
  if (!varying.some(({ op }) => op.name === byModeOp.name)) return run(loop, roots);
  const [train, evaluation] = [0, 1].map((mode) => {
    const find = mapGraph(roots, (node, args) => {
      if (!inside.has(node)) return node;
      return node.op.name === byModeOp.name ? must(args[mode], 'mode') : rebuild(node, args);
    });
    return run(loop, roots.map(find));
  });
  return roots.map((_, i) => byMode(must(train?.[i], 'result'), must(evaluation?.[i], 'result')));
}

const placeholdersOf = (loop: Loop): Expr[] => [...loop.carries, ...loop.inputs].map(({ leaf }) => leaf);

/** The results of a loop in one mode. */
function run(loop: Loop, roots: readonly Expr[]): Expr[] {
  const count = loop.next.length;
  const values = withDerivatives(roots, dependents(roots, placeholdersOf(loop)));
  const node = closeLoop({ ...loop, next: values.slice(0, count), outputs: values.slice(count) }, scanVjp);
  return roots.map((_, i) => scanResult(node, i));
}
