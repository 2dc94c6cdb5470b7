/** Leaves: what a graph reads from outside, and numbers that are known before it runs. */
import type { DType } from '../dtype.ts';
import { roundTo } from '../dtype.ts';
import type { Attrs, Expr } from '../expr.ts';
import { AdjointError, must } from '../errors.ts';
import { constant as scalarConstant, prim, sizeOf as sizeScalar } from '../kernel/build.ts';
import type { Scalar } from '../kernel/language.ts';
import type { Shape } from '../shape-types.ts';
import { isSize, product } from '../size.ts';
import type { Size } from '../size.ts';
import type { Slot } from '../slot.ts';
import { apply, defineOp, example } from './define.ts';
import type { Op } from './define.ts';

/** Throws unless every entry of `shape` is a size. */
export function checkShape(what: string, shape: readonly unknown[]): asserts shape is readonly Size[] {
  for (const size of shape) {
    if (!isSize(size))
      throw new AdjointError('E-SHAPE-SIZE', `${what}: ${JSON.stringify(size)} is not a size`);
  }
}

function slotOp(name: string, doc: string): Op {
  return defineOp<Attrs>({
    name,
    family: 'leaf',
    doc,
    infer: (_args, _attrs, slot) => {
      const { shape, dtype } = must(slot, `slot of ${name}`);
      return { shape, dtype };
    },
    meaning: (k, _args, context) => context.slot().map((value) => k.constant(value)),
    vjp: () => [],
    lowering: { kind: 'leaf' },
  });
}

export const inputOp: Op = slotOp('input', 'A tensor of the batch.');
export const parameterOp: Op = slotOp('parameter', 'A trained tensor.');
export const stateOp: Op = slotOp('state', 'A tensor that the step keeps between calls.');
export const hyperOp: Op = slotOp(
  'hyper',
  'A hyper-parameter: a rank-0 float64 that can change between calls.',
);
export const dataOp: Op = slotOp('data', 'Numbers compiled into the module.');

/** The leaf that reads `slot`. */
export function slotLeaf(op: Op, slot: Slot): Expr {
  return apply(op, [], {}, slot);
}

type ConstantAttrs = { readonly value: number; readonly dtype: DType };
export const constantOp: Op<ConstantAttrs> = defineOp<ConstantAttrs>({
  name: 'constant',
  family: 'leaf',
  doc: 'A number, of rank 0.',
  examples: [example({ value: -1.5, dtype: 'float64' }), example({ value: 3, dtype: 'int32' })],
  infer: (_args, { dtype }) => ({ shape: [], dtype }),
  meaning: (k, _args, { attrs }) => [k.constant(attrs.value)],
  vjp: () => [],
  lowering: { kind: 'view', read: ({ attrs, dtype }) => scalarConstant(dtype, Number(attrs['value'])) },
});

/** A rank-0 constant, rounded to `dtype`. */
export function constant<D extends DType = 'float32'>(value: number, dtype?: D): Expr<[], D> {
  const type: DType = dtype ?? 'float32';
  return apply(constantOp, [], { value: roundTo(type, value), dtype: type }) as Expr<[], D>;
}

type SizeAttrs = { readonly size: Size };
export const sizeOp: Op<SizeAttrs> = defineOp<SizeAttrs>({
  name: 'size',
  family: 'leaf',
  doc: 'A size as a number: how many rows the batch has, for example. Rank 0, float64.',
  examples: [example({ size: 3 })],
  infer: () => ({ shape: [], dtype: 'float64' }),
  meaning: (k, _args, { attrs, size }) => [k.constant(size(attrs.size))],
  vjp: () => [],
  lowering: { kind: 'view', read: ({ attrs }) => prim('toFloat64', sizeScalar(attrs['size'] as Size)) },
});

/** The product of `sizes` as a rank-0 float64. */
export function sizeOf(sizes: readonly Size[]): Expr<[], 'float64'> {
  const total = product(sizes);
  return (
    typeof total === 'number' ? constant(total, 'float64') : apply(sizeOp, [], { size: total })
  ) as Expr<[], 'float64'>;
}

type IotaAttrs = { readonly shape: readonly Size[]; readonly axis: number };
export const iotaOp: Op<IotaAttrs> = defineOp<IotaAttrs>({
  name: 'iota',
  family: 'leaf',
  doc: 'The position along one axis, as int32.',
  examples: [example({ shape: [2, 3], axis: 0 }), example({ shape: [2, 3], axis: 1 })],
  infer: (_args, { shape }) => ({ shape, dtype: 'int32' }),
  meaning: (k, _args, { attrs, shape }) => {
    const inner = shape.slice(attrs.axis + 1).reduce((a, b) => a * b, 1);
    const size = shape[attrs.axis] ?? 1;
    const count = shape.reduce((a, b) => a * b, 1);
    return Array.from({ length: count }, (_, i) => k.constant(Math.floor(i / inner) % size));
  },
  vjp: () => [],
  lowering: {
    kind: 'view',
    read: ({ attrs }, index): Scalar => must(index[Number(attrs['axis'])], 'axis of iota'),
  },
});

/** An int32 tensor that holds its own index along `axis`. */
export function iota<const S extends Shape>(shape: S, axis: number): Expr<S, 'int32'> {
  checkShape('iota', shape);
  return apply(iotaOp, [], { shape, axis }) as Expr<S, 'int32'>;
}

/** A tensor of given numbers, row-major, compiled into the module. */
export function tensor<const S extends Shape, D extends DType = 'float32'>(
  data: readonly number[],
  shape: S,
  dtype?: D,
): Expr<S, D> {
  checkShape('tensor', shape);
  const count = product(shape);
  if (count !== data.length) {
    throw new AdjointError(
      'E-SHAPE-RESHAPE',
      `tensor: ${data.length} numbers do not fill [${shape.join(', ')}]`,
    );
  }
  const type: DType = dtype ?? 'float32';
  const slot: Slot = { kind: 'data', shape, dtype: type, data: data.map((value) => roundTo(type, value)) };
  return slotLeaf(dataOp, slot) as Expr<S, D>;
}
