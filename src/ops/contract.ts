/** Matrix products. */
import type { Algebra } from '../algebra/algebra.ts';
import type { DType } from '../dtype.ts';
import { AdjointError, must } from '../errors.ts';
import { describe, nameOf } from '../describe.ts';
import type { Attrs, Expr } from '../expr.ts';
import { prim } from '../kernel/build.ts';
import type { FitsMatMul, MatMul, Shape } from '../shape-types.ts';
import { product } from '../size.ts';
import type { Size } from '../size.ts';
import { broadcastTo } from './broadcast.ts';
import { apply, defineOp, example } from './define.ts';
import type { Op, Tensor } from './define.ts';
import { count } from './index-math.ts';
import { transpose } from './permute.ts';
import { reshape } from './reshape.ts';

export const matmulOp: Op = defineOp<Attrs>({
  name: 'matmul',
  family: 'contraction',
  doc: 'The matrix product of [..., M, K] and [..., K, N] with equal leading axes; sums run over k in order from +0.',
  examples: [
    example({}, [2, 3], [3, 4]),
    example({}, [2, 2, 3], [2, 3, 1]),
    example({}, [2, 0], [0, 3]),
    example({}, [1, 1], [1, 1]),
  ],
  infer: ([x, y]) => {
    const [a, b] = [must(x, 'left'), must(y, 'right')];
    const rank = a.shape.length;
    const lead = a.shape.slice(0, -2);
    const fits =
      rank >= 2 &&
      b.shape.length === rank &&
      lead.every((size, i) => size === b.shape[i]) &&
      a.shape[rank - 1] === b.shape[rank - 2];
    if (!fits) throw innerSizesDiffer(a, b);
    if (a.dtype !== b.dtype)
      throw new AdjointError('E-DTYPE', 'matmul: element types differ', [describe(a), describe(b)]);
    return {
      shape: [...lead, must(a.shape[rank - 2], 'rows'), must(b.shape[rank - 1], 'columns')],
      dtype: a.dtype,
    };
  },
  meaning: <T>(k: Algebra<T>, args: readonly Tensor<T>[], { shape }: { shape: readonly number[] }) => {
    const [x, y] = [must(args[0], 'left'), must(args[1], 'right')];
    const [rows, columns] = [shape.at(-2) ?? 1, shape.at(-1) ?? 1];
    const inner = x.shape.at(-1) ?? 0;
    const result: T[] = [];
    for (let batch = 0; batch < count(shape.slice(0, -2)); batch++) {
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) {
          let total = k.constant(0);
          for (let m = 0; m < inner; m++) {
            const left = must(x.data[(batch * rows + i) * inner + m], 'element');
            const right = must(y.data[(batch * inner + m) * columns + j], 'element');
            total = k.add(total, k.mul(left, right));
          }
          result.push(total);
        }
      }
    }
    return result;
  },
  vjp: (g, { args }) => {
    const [x, y] = [must(args[0], 'left'), must(args[1], 'right')];
    return [apply(matmulOp, [g, transpose(y)], {}), apply(matmulOp, [transpose(x), g], {})];
  },
  lowering: {
    kind: 'contraction',
    axes: ({ args }) => [must(args[0]?.shape.at(-1), 'inner size')],
    value: (_node, index, [k], read) => {
      const [row, column, inner] = [
        must(index.at(-2), 'row'),
        must(index.at(-1), 'column'),
        must(k, 'inner'),
      ];
      const lead = index.slice(0, -2);
      return prim('mul', read(0, [...lead, row, inner]), read(1, [...lead, inner, column]));
    },
  },
});

function innerSizesDiffer(x: Expr, y: Expr): AdjointError {
  const headline = `matmul(${nameOf(x)}, ${nameOf(y)}): inner sizes differ`;
  return new AdjointError('E-SHAPE-MATMUL', headline, [describe(x), describe(y)]);
}

/** Leading axes of both, broadcast. */
function leadingShape(x: Expr, y: Expr): Size[] {
  const [a, b] = [x.shape.slice(0, -2), y.shape.slice(0, -2)];
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const [s, t] = [a[a.length - rank + i] ?? 1, b[b.length - rank + i] ?? 1];
    if (s !== t && s !== 1 && t !== 1) {
      throw new AdjointError('E-SHAPE-BROADCAST', 'matmul: leading sizes differ', [describe(x), describe(y)]);
    }
    return s === 1 ? t : s;
  });
}

function matrices(x: Expr, y: Expr): Expr {
  if (x.shape.at(-1) !== y.shape.at(-2)) throw innerSizesDiffer(x, y);
  const [rows, inner, columns] = [
    must(x.shape.at(-2), 'rows'),
    must(x.shape.at(-1), 'inner'),
    must(y.shape.at(-1), 'columns'),
  ];
  if (y.shape.length === 2 && x.shape.length > 2) {
    const lead = x.shape.slice(0, -1);
    const flat = apply(matmulOp, [reshape(x, [product(lead), inner]), y], {});
    return reshape(flat, [...lead, columns]);
  }
  const lead = leadingShape(x, y);
  return apply(
    matmulOp,
    [broadcastTo(x, [...lead, rows, inner]), broadcastTo(y, [...lead, inner, columns])],
    {},
  );
}

/**
 * The matrix product with PyTorch's rules: a vector on the left is a row, on the right a column; leading axes
 * broadcast.
 */
export function matmul<A extends Shape, B extends Shape, D extends DType>(
  x: Expr<A, D>,
  y: Expr<B, D> & FitsMatMul<A, B>,
): Expr<MatMul<A, B>, D> {
  const [a, b]: [Expr, Expr] = [x, y];
  if (a.shape.length === 0 || b.shape.length === 0) {
    throw new AdjointError('E-SHAPE-RANK', 'matmul: a scalar is not a matrix; use mul', [
      describe(a),
      describe(b),
    ]);
  }
  const left = a.shape.length === 1 ? reshape(a, [1, ...a.shape]) : a;
  const right = b.shape.length === 1 ? reshape(b, [...b.shape, 1]) : b;
  const full = matrices(left, right);
  const drop = [
    ...(a.shape.length === 1 ? [full.shape.length - 2] : []),
    ...(b.shape.length === 1 ? [full.shape.length - 1] : []),
  ];
  return reshape(
    full,
    full.shape.filter((_, i) => !drop.includes(i)),
  ) as unknown as Expr<MatMul<A, B>, D>;
}
