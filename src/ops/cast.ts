/** Conversions between element types, and how operands of unlike kinds meet. */
import type { DType, FloatDType } from '../dtype.ts';
import { isFloat } from '../dtype.ts';
import { AdjointError, must } from '../errors.ts';
import { describe } from '../describe.ts';
import type { Expr, ScalarLike } from '../expr.ts';
import { isExpr } from '../expr.ts';
import { prim } from '../kernel/build.ts';
import type { Prim } from '../kernel/prims.ts';
import type { Shape } from '../shape-types.ts';
import { broadcastShapes, broadcastTo } from './broadcast.ts';
import { apply, defineOp, example } from './define.ts';
import type { Op } from './define.ts';
import { constant } from './leaves.ts';

const conversion: Readonly<Record<DType, Prim>> = {
  float32: 'toFloat32',
  float64: 'toFloat64',
  int32: 'toInt32',
  bool: 'toBool',
};

const truncate = (value: number): number =>
  Number.isNaN(value) ? 0 : Math.trunc(Math.min(Math.max(value, -2147483648), 2147483647));

type CastAttrs = { readonly dtype: DType };
export const castOp: Op<CastAttrs> = defineOp<CastAttrs>({
  name: 'cast',
  family: 'arithmetic',
  doc: 'Converts the element type. To int32 truncates toward zero and saturates; to bool is `x != 0`.',
  kinks: 'integers',
  examples: [
    example({ dtype: 'float64' }, [2, 3]),
    example({ dtype: 'int32' }, [2, 3]),
    example({ dtype: 'bool' }, []),
    { operands: [{ shape: [3], dtype: 'int32', range: [-4, 5] }], attrs: { dtype: 'float64' } },
  ],
  infer: ([x], { dtype }) => ({ shape: must(x, 'operand').shape, dtype }),
  meaning: (k, [x], { attrs }) =>
    must(x, 'operand').data.map((value) => {
      if (isFloat(attrs.dtype)) return value;
      return k.step(value, attrs.dtype === 'int32' ? truncate : (v) => (v === 0 ? 0 : 1));
    }),
  vjp: (g, node) => {
    const x = must(node.args[0], 'operand');
    return [isFloat(x.dtype) && isFloat(node.dtype) ? cast(g, x.dtype) : null];
  },
  lowering: {
    kind: 'elementwise',
    scalar: ([x], { dtype }) => prim(conversion[dtype], must(x, 'operand')),
  },
});

/** The same values as another element type; nothing where it has it already. */
export function cast<S extends Shape, T extends DType>(x: Expr<S>, dtype: T): Expr<S, T> {
  if (x.dtype === dtype) return x as unknown as Expr<S, T>;
  return apply(castOp, [x], { dtype }) as unknown as Expr<S, T>;
}

/** An operand of a builder: a number becomes a constant of the dtype beside it. */
export type Operand = number | Expr;

function withDType(value: Operand, dtype: DType): Expr {
  if (typeof value === 'number') return constant(value, dtype);
  const adapts = value.shape.length === 0 && isFloat(value.dtype) && isFloat(dtype);
  return adapts ? cast(value, dtype) : value;
}

/** The dtype that operands share: that of the tensor, never of a rank-0 value or a number beside it. */
function commonDType(values: readonly Operand[]): DType {
  const expressions = values.filter(isExpr);
  const tensors = expressions.filter((x) => x.shape.length > 0);
  const deciding = tensors[0] ?? expressions.find((x) => x.dtype === 'float64') ?? expressions[0];
  return deciding?.dtype ?? 'float32';
}

/** Two operands with numbers made constants, rank-0 values cast, and shapes broadcast. */
export function pair(name: string, x: Operand, y: Operand): [Expr, Expr] {
  const dtype = commonDType([x, y]);
  const [a, b] = [withDType(x, dtype), withDType(y, dtype)];
  if (a.dtype !== b.dtype) {
    throw new AdjointError('E-DTYPE', `${name}: ${a.dtype} meets ${b.dtype}`, [describe(a), describe(b)]);
  }
  const shape = broadcastShapes(name, a, b);
  return [broadcastTo(a, shape), broadcastTo(b, shape)];
}

/** `value` as an expression of a float dtype. */
export function scalarOf(value: ScalarLike, dtype: FloatDType): Expr {
  return withDType(value as Operand, dtype);
}
