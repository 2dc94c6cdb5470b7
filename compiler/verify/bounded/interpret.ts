/** Runs a graph over bounded numbers: what is right, and how far rounding may lead from it. */
import type { Algebra } from '../../../src/algebra/algebra.ts';
import type { DType } from '../../../src/dtype.ts';
import { isFloat, roundTo } from '../../../src/dtype.ts';
import { InternalError, must } from '../../../src/errors.ts';
import type { Expr } from '../../../src/expr.ts';
import type { MeaningContext, Tensor } from '../../../src/ops/define.ts';
import { evaluateSize } from '../../../src/size.ts';
import type { Slot } from '../../../src/slot.ts';
import { slotName } from '../../../src/slot.ts';
import { postorder } from '../../../src/walk.ts';
import { boundedAlgebra } from './algebra.ts';
import { exactAlgebra } from './exact.ts';
import { exact, rounded, roundingOf, unknown } from './number.ts';
import type { Bounded, Numerics } from './number.ts';
import { settledElement, wholeIsUnsure } from './unsure.ts';

/** Elements of slots as they are in memory, and the value of each symbol. */
export interface ActualBindings {
  readonly slots: ReadonlyMap<Slot, ArrayLike<number>>;
  readonly sizes: Readonly<Record<string, number>>;
  /**
   * Default `strict`: one operation on known numbers gives a number that is known to the bit. In `fast` another graph
   * may stand for this one, and round elsewhere; nothing is said of what is not finite.
   */
  readonly numerics?: Numerics;
}

/** Operators whose meaning is one operation of the hardware, or a choice between operands. */
const single: ReadonlySet<string> = new Set([
  ...['add', 'sub', 'mul', 'div', 'neg', 'abs', 'sqrt', 'sign', 'relu', 'where', 'floor', 'ceil', 'round'],
  ...['trunc', 'eq', 'ne', 'lt', 'le', 'and', 'or', 'xor', 'stopGradient', 'within', 'standardized'],
  ...['max', 'min', 'maxFirst'],
]);

/** The values of every node that `roots` depend on. */
export function interpretBounded(
  roots: readonly Expr[],
  bindings: ActualBindings,
): Map<Expr, Tensor<Bounded>> {
  const values = new Map<Expr, Tensor<Bounded>>();
  for (const node of postorder(roots)) {
    const shape = node.shape.map((size) => evaluateSize(size, bindings.sizes));
    const args = node.args.map((arg) => must(values.get(arg), `value of ${arg.op.name}`));
    values.set(node, { shape, data: elementsOf(node, shape, args, bindings) });
  }
  return values;
}

function elementsOf(
  node: Expr,
  shape: readonly number[],
  args: readonly Tensor<Bounded>[],
  bindings: ActualBindings,
): readonly Bounded[] {
  const { slot } = node;
  const given = slot && node.args.length === 0 ? bindings.slots.get(slot) : undefined;
  if (given) return Array.from(given, exact);
  const context = contextOf(node, shape, bindings);
  if (node.op.lowering.kind === 'scan') return scanned(node, args, context, bindings.numerics);
  const elementwise = node.op.lowering.kind === 'elementwise';
  const { numerics = 'strict' } = bindings;
  const data = node.op.meaning(algebraOf(node, numerics), args, context);
  const settled = data.map((x) => settle(node, x, numerics));
  if (elementwise) return settled.map(settledElement(node, args));
  if (node.op.name === 'prod') return inAnyOrder(node, args, context, settled);
  if (wholeIsUnsure(node, args)) return settled.map((x) => unknown(x.value));
  return node.op.kinks === 'ties' && isFloat(node.dtype) ? blurred(settled, args) : settled;
}

function contextOf(
  node: Expr,
  shape: readonly number[],
  { sizes }: ActualBindings,
): MeaningContext<Expr['attrs']> {
  return {
    attrs: node.attrs,
    shape,
    dtype: node.dtype,
    size: (size) => evaluateSize(size, sizes),
    slot: () => {
      if (node.slot?.kind === 'data') return node.slot.data;
      if (node.slot?.kind === 'hyper') return [node.slot.value];
      throw new InternalError(`no value for ${node.slot ? slotName(node.slot) : node.op.name}`);
    },
  };
}

const algebras = new Map<string, Algebra<Bounded>>();

function algebraOf({ op, dtype }: Expr, numerics: Numerics): Algebra<Bounded> {
  const exactly = (numerics === 'strict' && single.has(op.name)) || !isFloat(dtype);
  const key = `${exactly} ${dtype} ${numerics}`;
  const made =
    algebras.get(key) ?? (exactly ? exactAlgebra(dtype) : boundedAlgebra(roundingOf(dtype, numerics)));
  algebras.set(key, made);
  return made;
}

/** What is stored of a value: conversions round, integers wrap. */
function settle({ op, dtype }: Expr, x: Bounded, numerics: Numerics): Bounded {
  if (numerics === 'fast' && !Number.isFinite(x.value)) return unknown(x.value);
  if (!isFloat(dtype)) return { ...x, value: roundTo(dtype, x.value) };
  if (op.name !== 'cast') return x;
  return x.error === 0 ? exact(roundTo(dtype, x.value)) : rounded(x.value, x.error, 1, roundingOf(dtype));
}

/** Products of which the large factors alone overflow, or the small ones vanish, depend on the order. */
function inAnyOrder(
  node: Expr,
  args: readonly Tensor<Bounded>[],
  context: MeaningContext<Expr['attrs']>,
  data: readonly Bounded[],
): readonly Bounded[] {
  const k = boundedAlgebra(roundingOf(node.dtype));
  const productOf = (choose: (magnitude: number) => number): readonly Bounded[] =>
    node.op.meaning(
      k,
      args.map(({ shape, data: factors }) => ({
        shape,
        data: factors.map(({ value }) => exact(choose(Math.abs(value)))),
      })),
      context,
    );
  const large = productOf((magnitude) => (magnitude > 1 && magnitude < Infinity ? magnitude : 1));
  const small = productOf((magnitude) => (magnitude < 1 && magnitude > 0 ? magnitude : 1));
  const { tiny, unit } = roundingOf(node.dtype);
  return data.map((x, i) => {
    const safe = large[i]?.error !== Infinity && (small[i]?.value ?? 0) > tiny / unit;
    return isFloat(node.dtype) && !safe ? unknown(x.value) : x;
  });
}

/** An extreme of several moves by no more than the one of them that moves furthest. */
function blurred(data: readonly Bounded[], args: readonly Tensor<Bounded>[]): Bounded[] {
  let error = 0;
  for (const arg of args) for (const x of arg.data) error = Math.max(error, x.error);
  return data.map((x) => (error > x.error ? { ...x, error } : x));
}

/** A loop runs its own body: where a sign in it is decided by rounding, nothing can be said of its results. */
function scanned(
  node: Expr,
  args: readonly Tensor<Bounded>[],
  context: MeaningContext<Expr['attrs']>,
  numerics?: Numerics,
): readonly Bounded[] {
  let unsure = args.some(
    ({ data }, a) => !isFloat(node.args[a]?.dtype as DType) && data.some((x) => x.error > 0),
  );
  const onUnsure = (): void => {
    unsure = true;
  };
  const narrow = node.args.some(({ dtype }) => dtype === 'float32') || node.dtype === 'float32';
  const k = boundedAlgebra(roundingOf(narrow ? 'float32' : 'float64', numerics), onUnsure);
  const data = node.op.meaning(k, args, context);
  if (!unsure || !('results' in data)) return data;
  const results = (data.results as readonly (readonly Bounded[])[]).map((each) =>
    each.map((x) => unknown(x.value)),
  );
  return Object.assign([...data], { results });
}
