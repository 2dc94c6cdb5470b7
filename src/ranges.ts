/**
 * Ranges of integer inputs. A loss or a lookup says once which indices it takes; the program then knows it of its
 * inputs, and data outside are refused when they arrive.
 */
import { AdjointError, must } from './errors.ts';
import { describe } from './describe.ts';
import type { Expr } from './expr.ts';
import { apply, defineOp } from './ops/define.ts';
import type { Op } from './ops/define.ts';
import type { Shape } from './shape-types.ts';
import type { InputSlot } from './slot.ts';
import { postorder } from './walk.ts';

/** The integers that an input may hold: low <= value < high, or one of `except`. */
export interface IndexRange {
  readonly low: number;
  readonly high: number;
  /** Values outside [low, high) that stand for "none", such as an index to ignore. */
  readonly except: readonly number[];
}

type RangeAttrs = { readonly low: number; readonly high: number; readonly except: readonly number[] };

export const withinOp: Op<RangeAttrs> = defineOp<RangeAttrs>({
  name: 'within',
  family: 'indexing',
  doc: 'The same integers. Where they come from an input, data outside the range are refused when they arrive.',
  infer: ([x]) => {
    const operand = must(x, 'operand');
    if (operand.dtype !== 'int32')
      throw new AdjointError('E-DTYPE', 'indices are int32', [describe(operand)]);
    return { shape: operand.shape, dtype: 'int32' };
  },
  meaning: (_k, [x]) => must(x, 'operand').data,
  vjp: 'zero',
  lowering: { kind: 'elementwise', scalar: ([x]) => must(x, 'operand') },
});

/** `indices`, known to lie in [low, high) or in `except`. */
export function within<S extends Shape>(
  indices: Expr<S, 'int32'>,
  { low, high, except }: IndexRange,
): Expr<S, 'int32'> {
  return apply(withinOp, [indices], { low, high, except }) as unknown as Expr<S, 'int32'>;
}

/** Operators that show every element of their operand, each as it is. */
const rearranging: ReadonlySet<string> = new Set(['within', 'reshape', 'permute', 'broadcastTo', 'flip']);

/** The input that `node` shows, if it only rearranges one. */
function inputBehind(node: Expr): InputSlot | null {
  let at = node;
  while (rearranging.has(at.op.name)) at = must(at.args[0], 'operand');
  return at.slot?.kind === 'input' ? at.slot : null;
}

const holds = ({ low, high, except }: IndexRange, value: number): boolean =>
  (value >= low && value < high) || except.includes(value);

/** What both ranges allow. */
function intersect(a: IndexRange, b: IndexRange): IndexRange {
  const [low, high] = [Math.max(a.low, b.low), Math.min(a.high, b.high)];
  const outside = (value: number): boolean => value < low || value >= high;
  const except = [...new Set([...a.except, ...b.except])].filter(
    (value) => outside(value) && holds(a, value) && holds(b, value),
  );
  return { low, high, except };
}

/** The range of each input that has one: what its declaration says, and every use that `roots` make of it. */
export function inputRanges(
  roots: readonly Expr[],
  inputs: readonly InputSlot[],
): ReadonlyMap<InputSlot, IndexRange> {
  const ranges = new Map<InputSlot, IndexRange>();
  const restrict = (slot: InputSlot, range: IndexRange): void => {
    const known = ranges.get(slot);
    ranges.set(slot, known ? intersect(known, range) : range);
  };
  for (const slot of inputs) {
    if (slot.range) restrict(slot, { low: slot.range[0], high: slot.range[1], except: [] });
  }
  for (const node of postorder(roots)) {
    const slot = node.op.name === withinOp.name ? inputBehind(node) : null;
    if (slot) restrict(slot, node.attrs as RangeAttrs);
  }
  return ranges;
}
