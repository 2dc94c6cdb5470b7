/**
 * Loops over a leading axis. The contract, for whoever differentiates, rewrites, lowers or runs one:
 *
 * - A `scan` node owns a body: a graph in a namespace of its own, whose only leaves with a slot are the
 *   placeholders of `ScanBody`. Everything else that the body reads enters through the node's arguments, which are
 *   the first carries, then the stacked inputs, then the constants, one for each placeholder in that order.
 * - It runs the body `attrs.length` times. Iteration t reads row t of each stacked input and the carries that the
 *   iteration before left; `attrs.reverse` runs t from the last row to the first. An output is row t of its stack,
 *   whatever the direction.
 * - The node itself is a token without a value (rank 0). Its results are read by `scanResult` nodes: result i is the
 *   last value of carry i, and result (number of carries + j) is the stack of output j.
 * - A body has more outputs than the user asked for: every value that a derivative may want to keep is one. Nobody
 *   pays for those that no node reads: `trimScans` drops them, and must run before lowering.
 * - `attrs.body` is the body's text. Two scans of equal text and equal arguments compute the same, so nodes may be
 *   compared by name, attributes and arguments as all others are. `rewriteBody` keeps it true.
 * - Random numbers and whatever else does not depend on placeholders are constants: they are the same in each
 *   iteration. Effects on state are refused by the builder, modes are resolved outside the loop, and derivatives inside
 *   a body are worked out when the loop is declared.
 */
import type { Algebra } from '../algebra/algebra.ts';
import type { DType } from '../dtype.ts';
import { AdjointError, InternalError, must } from '../errors.ts';
import { describe, showShape } from '../describe.ts';
import type { Attrs, AttrValue, Expr } from '../expr.ts';
import { makeNode } from '../expr.ts';
import { interpret } from '../interpret.ts';
import type { Size } from '../size.ts';
import type { Slot } from '../slot.ts';
import { postorder } from '../walk.ts';
import { apply, defineOp } from './define.ts';
import type { MeaningContext, Op, Signature, Tensor, Vjp } from './define.ts';

export interface ScanBody {
  readonly carries: readonly Expr[];
  /** One row of each stacked input. */
  readonly inputs: readonly Expr[];
  readonly constants: readonly Expr[];
  /** What each carry is in the next iteration. */
  readonly next: readonly Expr[];
  /** What this iteration adds to each stack. */
  readonly outputs: readonly Expr[];
}

export type ScanAttrs = {
  readonly length: Size;
  readonly reverse: boolean;
  readonly body: string;
};

export interface ScanOp extends Op<ScanAttrs> {
  readonly body: ScanBody;
}

export const placeholderOp: Op = defineOp<Attrs>({
  name: 'placeholder',
  family: 'leaf',
  doc: 'A value that the loop around a body gives it: a carry, a row of a stacked input, or a constant.',
  infer: (_args, _attrs, slot) => {
    const { shape, dtype } = must(slot, 'slot of a placeholder');
    return { shape, dtype };
  },
  meaning: () => {
    throw new InternalError('a placeholder has no value outside its loop');
  },
  vjp: () => [],
  lowering: { kind: 'leaf' },
});

/** A new placeholder; `name` is for reading only. */
export function placeholder(name: string, shape: readonly Size[], dtype: DType): Expr {
  return apply(placeholderOp, [], {}, { kind: 'input', name, shape, dtype, range: null });
}

export const isScan = (node: Expr): boolean => node.op.name === 'scan';

/** The body of a scan node. */
export function scanBody(node: Expr): ScanBody {
  if (!isScan(node)) throw new InternalError(`${node.op.name} has no body`);
  return (node.op as unknown as ScanOp).body;
}

export const placeholdersOf = (body: ScanBody): readonly Expr[] => [
  ...body.carries,
  ...body.inputs,
  ...body.constants,
];
export const rootsOf = (body: ScanBody): readonly Expr[] => [...body.next, ...body.outputs];

const valueText = (_key: string, value: AttrValue): AttrValue => {
  if (typeof value !== 'number') return value;
  return Object.is(value, -0) ? '-0' : String(value);
};

/** The body as text: equal texts mean equal functions. */
function textOf(body: ScanBody): string {
  const leaves = new Map(placeholdersOf(body).map((leaf, i) => [leaf, i]));
  const number = new Map<Expr, number>();
  const refer = (node: Expr): number => must(number.get(node), 'operand');
  const lines = [...new Set([...leaves.keys(), ...postorder(rootsOf(body))])].map((node, i) => {
    number.set(node, i);
    const leaf = leaves.get(node);
    const what = leaf === undefined ? node.op.name : `placeholder ${leaf}`;
    const type = `${showShape(node.shape)} ${node.dtype}`;
    return `${type} ${what}(${node.args.map(refer).join()}) ${JSON.stringify(node.attrs, valueText)}`;
  });
  return [...lines, body.next.map(refer).join(), body.outputs.map(refer).join()].join('\n');
}

/** The operator that runs `body`; `vjp` is its derivative. */
export function scanOp(body: ScanBody, vjp: Vjp): ScanOp {
  const op = defineOp<ScanAttrs>({
    name: 'scan',
    family: 'control',
    doc: 'Runs a body over a leading axis, carrying values from one iteration to the next.',
    infer: (args, attrs) => scanSignature(body, args, attrs),
    meaning: (k, args, context) => scanMeaning(k, body, args, context),
    vjp,
    lowering: { kind: 'scan' },
  });
  return Object.freeze({ ...op, body });
}

/** The scan of `body` over operands, one for each placeholder. */
export function scanNode(
  body: ScanBody,
  args: readonly Expr[],
  { length, reverse }: Pick<ScanAttrs, 'length' | 'reverse'>,
  vjp: Vjp,
): Expr {
  return apply(scanOp(body, vjp), args, { length, reverse, body: textOf(body) });
}

/** The same loop over other operands, its body's roots replaced by what `rewrite` makes of them, one for one. */
export function rewriteBody(
  node: Expr,
  args: readonly Expr[],
  rewrite: (roots: readonly Expr[]) => readonly Expr[],
): Expr {
  const body = scanBody(node);
  const roots = rewrite(rootsOf(body));
  const count = body.next.length;
  return withBody(node, args, { ...body, next: roots.slice(0, count), outputs: roots.slice(count) });
}

/** The same loop with another body, over other operands; origin and derivative stay. */
export function withBody(node: Expr, args: readonly Expr[], body: ScanBody): Expr {
  const { length, reverse } = node.attrs as ScanAttrs;
  const made = scanNode(body, args, { length, reverse }, node.op.vjp as Vjp);
  return makeNode({ ...made, origin: node.origin });
}

function scanSignature(body: ScanBody, args: readonly Expr[], { length }: ScanAttrs): Signature {
  const leaves = placeholdersOf(body);
  if (args.length !== leaves.length) throw new InternalError('a scan has an operand for each placeholder');
  leaves.forEach((leaf, i) => {
    const arg = must(args[i], 'operand');
    const stacked = body.inputs.includes(leaf);
    const shape = stacked ? [length, ...leaf.shape] : leaf.shape;
    if (showShape(shape) === showShape(arg.shape) && leaf.dtype === arg.dtype) return;
    throw new AdjointError('E-SHAPE-SAME', `scan: an operand is not ${showShape(shape)} ${leaf.dtype}`, [
      describe(arg),
    ]);
  });
  return { shape: [], dtype: 'float64' };
}

/** What the interpreter keeps of a scan: one meaningless element, and the results beside it. */
interface ScanData<T> extends ReadonlyArray<T> {
  readonly results: readonly (readonly T[])[];
}

function scanMeaning<T>(
  k: Algebra<T>,
  body: ScanBody,
  args: readonly Tensor<T>[],
  { attrs, size }: MeaningContext<ScanAttrs>,
): ScanData<T> {
  const length = size(attrs.length);
  // The body may name any symbol that the graph around it names.
  const sizes = new Proxy<Record<string, number>>({}, { get: (_, symbol) => size(String(symbol)) });
  const operands = args.map(({ data }) => data);
  let carried = operands.slice(0, body.carries.length);
  const stacks = body.outputs.map((): (readonly T[])[] => []);
  for (let step = 0; step < length; step++) {
    const row = attrs.reverse ? length - 1 - step : step;
    const slots = new Map<Slot, readonly T[]>();
    placeholdersOf(body).forEach((leaf, i) => {
      const whole = must(carried[i] ?? operands[i], 'operand');
      const width = whole.length / length;
      const value = body.inputs.includes(leaf) ? whole.slice(row * width, (row + 1) * width) : whole;
      slots.set(must(leaf.slot, 'slot of a placeholder'), value);
    });
    const values = interpret(k, rootsOf(body), { slots, sizes }).map(({ data }) => data);
    carried = values.slice(0, carried.length);
    stacks.forEach((stack, j) => (stack[row] = must(values[carried.length + j], 'output')));
  }
  return Object.assign([k.constant(0)], {
    results: [...carried, ...stacks.map((stack) => stack.flat(1) as T[])],
  });
}

type ResultAttrs = { readonly result: number };

export const scanResultOp: Op<ResultAttrs> = defineOp<ResultAttrs>({
  name: 'scanResult',
  family: 'control',
  doc: 'One result of a scan: the last value of a carry, or the stack of an output.',
  infer: ([scan], { result }) => {
    const node = must(scan, 'scan');
    const body = scanBody(node);
    const carry = body.carries[result];
    if (carry) return { shape: carry.shape, dtype: carry.dtype };
    const { shape, dtype } = must(body.outputs[result - body.carries.length], 'result');
    return { shape: [(node.attrs as ScanAttrs).length, ...shape], dtype };
  },
  meaning: <T>(_k: Algebra<T>, args: readonly Tensor<T>[], { attrs }: MeaningContext<ResultAttrs>) =>
    must((must(args[0], 'scan').data as ScanData<T>).results[attrs.result], 'result'),
  vjp: (g, node) => [apply(scanCotangentOp, [g], node.attrs as ResultAttrs)],
  lowering: { kind: 'scan' },
});

/** Result number `result` of a scan. */
export function scanResult(scan: Expr, result: number): Expr {
  return apply(scanResultOp, [scan], { result });
}

/**
 * The cotangent of a scan, which has many values, is a formal sum: one term for each result that a cotangent
 * reaches. The derivative of the scan takes the sum apart again, so no such node is left.
 */
export const scanCotangentOp: Op<ResultAttrs> = defineOp<ResultAttrs>({
  name: 'scanCotangent',
  family: 'control',
  doc: 'The cotangent of one result, as a term of the cotangent of the whole scan; gone after differentiation.',
  infer: () => ({ shape: [], dtype: 'float64' }),
  meaning: () => {
    throw new InternalError('scanCotangent reached the interpreter');
  },
  vjp: null,
  lowering: { kind: 'expanded' },
});
