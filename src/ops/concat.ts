/** Joins tensors along an axis. */
import type { Algebra } from '../algebra/algebra.ts';
import { AdjointError, must } from '../errors.ts';
import { describe, showShape } from '../describe.ts';
import type { Expr } from '../expr.ts';
import { cond, indexAdd, int32, prim } from '../kernel/build.ts';
import type { Scalar } from '../kernel/language.ts';
import { divide, factors } from '../size.ts';
import type { Size } from '../size.ts';
import { apply, defineOp, example } from './define.ts';
import type { MeaningContext, Op, Read, Signature, Tensor } from './define.ts';
import { flatIndex, eachIndex, normalAxis } from './index-math.ts';
import { reshape } from './reshape.ts';
import type { Concatenated, Stacked } from './result-types.ts';
import { sliceWith } from './slicing.ts';

type ConcatAttrs = { readonly axis: number };

export const concatOp: Op<ConcatAttrs> = defineOp<ConcatAttrs>({
  name: 'concat',
  family: 'movement',
  doc: 'The operands one after the other along `axis`, which has a known size in each of them.',
  examples: [
    example({ axis: 0 }, [2, 3], [1, 3], [4, 3]),
    example({ axis: 1 }, [2, 3], [2, 0], [2, 1]),
    example({ axis: 0 }, [2]),
  ],
  infer: (args, { axis }) => joined(args, axis),
  meaning: <T>(_k: Algebra<T>, args: readonly Tensor<T>[], context: MeaningContext<ConcatAttrs>) => {
    const { axis } = context.attrs;
    const result: T[] = [];
    eachIndex(context.shape, (index) => {
      let at = must(index[axis], 'axis');
      const part = must(
        args.find(({ shape }) => {
          const size = must(shape[axis], 'size');
          if (at < size) return true;
          at -= size;
          return false;
        }),
        'operand',
      );
      result.push(must(part.data[flatIndex(index.with(axis, at), part.shape)], 'element'));
    });
    return result;
  },
  vjp: (g, node) => {
    const { axis } = node.attrs as ConcatAttrs;
    const ends = offsets(node);
    return node.args.map((arg, i) =>
      sliceWith(g, {
        starts: arg.shape.map((_, j) => (j === axis ? must(ends[i], 'offset') : 0)),
        steps: arg.shape.map(() => 1),
        shape: arg.shape,
      }),
    );
  },
  lowering: {
    kind: 'view',
    read: (node, index, read) => readJoined(node, index, read, offsets(node), 0, node.args.length),
  },
});

function joined(args: readonly Expr[], axis: number): Signature {
  const first = must(args[0], 'operand of concat');
  let total = 0;
  for (const arg of args) {
    const size = arg.shape[axis] ?? 0;
    if (typeof size !== 'number') {
      throw new AdjointError('E-SHAPE-SYMBOLIC', `concat: axis ${axis} has the named size ${size}`, [
        describe(arg),
      ]);
    }
    const rank = arg.shape.length === first.shape.length;
    const same =
      rank &&
      arg.dtype === first.dtype &&
      showShape(arg.shape.with(axis, 0)) === showShape(first.shape.with(axis, 0));
    if (!same) {
      const headline = `concat: operands differ in more than the size of axis ${axis}`;
      throw new AdjointError('E-SHAPE-SAME', headline, [describe(first), describe(arg)]);
    }
    total += size;
  }
  return { shape: first.shape.with(axis, total), dtype: first.dtype };
}

/** Where each operand begins along the axis. */
function offsets(node: Expr): number[] {
  const { axis } = node.attrs as ConcatAttrs;
  let next = 0;
  return node.args.map((arg) => {
    const start = next;
    next += Number(arg.shape[axis]);
    return start;
  });
}

/** Chooses among operands `from` up to `to` by halving, so that many operands cost few comparisons. */
function readJoined(
  node: Expr,
  index: readonly Scalar[],
  read: Read,
  starts: readonly number[],
  from: number,
  to: number,
): Scalar {
  const { axis } = node.attrs as ConcatAttrs;
  const position = must(index[axis], 'axis');
  if (to - from === 1) {
    const shift = int32(0 - must(starts[from], 'offset'));
    return read(from, index.with(axis, indexAdd(position, shift)));
  }
  const middle = (from + to) >> 1;
  return cond(
    prim('lt', position, int32(must(starts[middle], 'offset'))),
    readJoined(node, index, read, starts, from, middle),
    readJoined(node, index, read, starts, middle, to),
  );
}

/** The product of symbols that every size along an axis has in common, as a size; 1 where all are numbers. */
function commonSymbols(parts: readonly Expr[], axis: number): Size {
  const sizes = parts.map((part) => part.shape[axis] ?? 1);
  const [first] = sizes.map((size) => factors(size).symbols.join('*'));
  return first && sizes.every((size) => factors(size).symbols.join('*') === first) ? first : 1;
}

function firstOf<E extends Expr>(what: string, parts: readonly E[]): E {
  const [first] = parts;
  if (!first) throw new AdjointError('E-ATTRIBUTE', `${what}: there is nothing to join`);
  return first;
}

/**
 * The operands one after the other along `axis` (default 0). Named sizes join where they are multiples of one
 * another's symbols: N and N give 2*N.
 */
export function concat<const P extends readonly Expr[], const A extends number = 0>(
  parts: P,
  options: { readonly axis?: A } = {},
): Expr<Concatenated<P, A>, P[number]['dtype']> {
  return joinedParts(parts, options.axis ?? 0) as unknown as Expr<Concatenated<P, A>, P[number]['dtype']>;
}

function joinedParts(parts: readonly Expr[], along: number): Expr {
  const first = firstOf('concat', parts);
  const axis = normalAxis('concat', first, along);
  if (parts.length === 1) return first;
  const unit = commonSymbols(parts, axis);
  if (unit === 1) return apply(concatOp, parts, { axis });
  const split = parts.map((part) => {
    const times = must(divide(must(part.shape[axis], 'axis'), unit), 'multiple');
    return reshape(part, part.shape.toSpliced(axis, 1, times, unit));
  });
  const whole = apply(concatOp, split, { axis });
  return reshape(whole, whole.shape.toSpliced(axis, 2, `${Number(whole.shape[axis])}*${unit}`));
}

/** Joins tensors of one shape along a new axis before axis `axis` (default 0; -1 appends it). */
export function stack<const P extends readonly Expr[], const A extends number = 0>(
  parts: P,
  options: { readonly axis?: A } = {},
): Expr<Stacked<P, A>, P[number]['dtype']> {
  const first = firstOf('stack', parts);
  const axis: number = options.axis ?? 0;
  const at = axis < 0 ? axis + first.shape.length + 1 : axis;
  if (!Number.isInteger(at) || at < 0 || at > first.shape.length) {
    throw new AdjointError('E-SHAPE-AXIS', `stack: there is no place ${axis} for an axis`, [describe(first)]);
  }
  const apart = parts.map((part) => reshape(part, part.shape.toSpliced(at, 0, 1)));
  return joinedParts(apart, at) as unknown as Expr<Stacked<P, A>, P[number]['dtype']>;
}
