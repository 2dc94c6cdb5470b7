/** Comparisons, logic, and selection. */
import type { DType } from '../dtype.ts';
import { AdjointError, must } from '../errors.ts';
import { describe } from '../describe.ts';
import type { Attrs, Expr } from '../expr.ts';
import { prim } from '../kernel/build.ts';
import type { Broadcast, Fits, Shape } from '../shape-types.ts';
import type { BinaryBuilder } from './arithmetic.ts';
import { broadcasting, mul } from './arithmetic.ts';
import { broadcastShapes, broadcastTo } from './broadcast.ts';
import { pair } from './cast.ts';
import type { Operand } from './cast.ts';
import { apply, defineOp } from './define.ts';
import type { Op } from './define.ts';
import { binaryOp, sameSignature } from './elementwise.ts';
import { constant } from './leaves.ts';

type Relation = 'eq' | 'ne' | 'lt' | 'le';
const relations: Readonly<Record<Relation, { doc: string; holds: (x: number, y: number) => boolean }>> = {
  eq: { doc: 'x = y, as a bool. NaN equals nothing.', holds: (x, y) => x === y },
  ne: { doc: 'x differs from y, as a bool. NaN differs from everything.', holds: (x, y) => x !== y },
  lt: { doc: 'x < y, as a bool.', holds: (x, y) => x < y },
  le: { doc: 'x <= y, as a bool.', holds: (x, y) => x <= y },
};

function relation(name: Relation): Op {
  const { doc, holds } = relations[name];
  return binaryOp({
    name,
    family: 'comparison',
    doc,
    kinks: 'ties',
    integers: true,
    result: 'bool',
    meaning: (k, x, y) => k.constant(holds(k.primal(x), k.primal(y)) ? 1 : 0),
    vjp: 'zero',
    lower: (x, y) => prim(name, x, y),
  });
}

export const eqOp: Op = relation('eq');
export const neOp: Op = relation('ne');
export const ltOp: Op = relation('lt');
export const leOp: Op = relation('le');

/** x = y, as a bool; NaN equals nothing. */
export const eq: BinaryBuilder<'bool'> = broadcasting<'bool'>(eqOp);
/** x differs from y, as a bool; NaN differs from everything. */
export const ne: BinaryBuilder<'bool'> = broadcasting<'bool'>(neOp);
/** x < y, as a bool. */
export const lt: BinaryBuilder<'bool'> = broadcasting<'bool'>(ltOp);
/** x <= y, as a bool. */
export const le: BinaryBuilder<'bool'> = broadcasting<'bool'>(leOp);
/** x > y. */
export const gt: BinaryBuilder<'bool'> = swapped(ltOp);
/** x >= y. */
export const ge: BinaryBuilder<'bool'> = swapped(leOp);

function swapped(op: Op): BinaryBuilder<'bool'> {
  return ((x: Operand, y: Operand) => {
    const [a, b] = pair(op.name, x, y);
    return apply(op, [b, a], {});
  }) as unknown as BinaryBuilder<'bool'>;
}

type Logic = 'and' | 'or' | 'xor';
function logic(name: Logic, doc: string, f: (x: boolean, y: boolean) => boolean): Op {
  return binaryOp({
    name,
    family: 'comparison',
    doc,
    integers: true,
    operands: 'bool',
    meaning: (k, x, y) => k.constant(f(k.primal(x) !== 0, k.primal(y) !== 0) ? 1 : 0),
    vjp: 'zero',
    lower: (x, y) => prim(name, x, y),
  });
}

export const andOp: Op = logic('and', 'Both, of bools.', (x, y) => x && y);
export const orOp: Op = logic('or', 'Either, of bools.', (x, y) => x || y);
export const xorOp: Op = logic('xor', 'Exactly one, of bools.', (x, y) => x !== y);

/** A builder of a logical operator on bools, with broadcasting. */
export interface LogicBuilder {
  <S extends Shape>(x: Expr<S, 'bool'>, y: Expr<S, 'bool'>): Expr<S, 'bool'>;
  <A extends Shape, B extends Shape>(
    x: Expr<A, 'bool'>,
    y: Expr<B, 'bool'> & Fits<A, B>,
  ): Expr<Broadcast<A, B>, 'bool'>;
}
/** Both, of bools. */
export const logicalAnd: LogicBuilder = broadcasting<'bool'>(andOp) as unknown as LogicBuilder;
/** Either, of bools. */
export const logicalOr: LogicBuilder = broadcasting<'bool'>(orOp) as unknown as LogicBuilder;
/** Exactly one, of bools. */
export const logicalXor: LogicBuilder = broadcasting<'bool'>(xorOp) as unknown as LogicBuilder;

/** Not, of a bool. */
export function logicalNot<S extends Shape>(x: Expr<S, 'bool'>): Expr<S, 'bool'> {
  return logicalXor(x, broadcastTo(constant(1, 'bool'), x.shape) as unknown as Expr<S, 'bool'>);
}

export const whereOp: Op = defineOp<Attrs>({
  name: 'where',
  family: 'comparison',
  doc: 'The second operand where the first is true, else the third. Both are computed.',
  examples: [[], [1], [2, 3], [0, 3]].map((shape) => ({
    operands: [{ shape, dtype: 'bool', range: [0, 2] }, { shape }, { shape }],
    attrs: {},
  })),
  infer: ([condition, x, y]) => {
    const [c, a] = [must(condition, 'condition'), must(x, 'operand')];
    const signature = sameSignature('where', [a, must(y, 'operand')]);
    if (c.dtype !== 'bool')
      throw new AdjointError('E-DTYPE', 'where: the condition is not bool', [describe(c)]);
    sameSignature('where', [c, { ...a, dtype: 'bool' } as Expr]);
    return signature;
  },
  meaning: (k, [c, x, y]) =>
    must(c, 'condition').data.map((flag, i) =>
      must(k.primal(flag) !== 0 ? must(x, 'operand').data[i] : must(y, 'operand').data[i], 'element'),
    ),
  vjp: (g, { args: [c] }) => {
    const zero = broadcastTo(constant(0, g.dtype), g.shape);
    const condition = must(c, 'condition');
    return [null, apply(whereOp, [condition, g, zero], {}), apply(whereOp, [condition, zero, g], {})];
  },
  lowering: {
    kind: 'elementwise',
    scalar: ([c, x, y]) => prim('select', must(c, 'condition'), must(x, 'operand'), must(y, 'operand')),
  },
});

/** `x` where `condition` holds, else `y`; all three broadcast. */
export function where<C extends Shape, D extends DType>(
  condition: Expr<C, 'bool'>,
  x: Expr<C, D>,
  y: Expr<C, D> | number,
): Expr<C, D>;
export function where<C extends Shape, D extends DType>(
  condition: Expr<C, 'bool'>,
  x: number,
  y: Expr<C, D>,
): Expr<C, D>;
export function where<C extends Shape, A extends Shape, B extends Shape, D extends DType>(
  condition: Expr<C, 'bool'>,
  x: Expr<A, D> & Fits<A, C>,
  y: Expr<B, D> & Fits<Broadcast<C, A>, B>,
): Expr<Broadcast<Broadcast<C, A>, B>, D>;
export function where<C extends Shape, A extends Shape, D extends DType>(
  condition: Expr<C, 'bool'>,
  x: Expr<A, D> & Fits<A, C>,
  y: number,
): Expr<Broadcast<C, A>, D>;
export function where<C extends Shape, A extends Shape, D extends DType>(
  condition: Expr<C, 'bool'>,
  x: number,
  y: Expr<A, D> & Fits<A, C>,
): Expr<Broadcast<C, A>, D>;
export function where<D extends DType>(
  condition: Expr<Shape, 'bool'>,
  x: Expr<Shape, D> | number,
  y: Expr<Shape, D> | number,
): Expr<Shape, D>;
export function where(condition: Expr, x: Operand, y: Operand): Expr {
  const [a, b] = pair('where', x, y);
  const shape = broadcastShapes('where', condition, a);
  return apply(whereOp, [broadcastTo(condition, shape), broadcastTo(a, shape), broadcastTo(b, shape)], {});
}

type Extreme = 'max' | 'min';
function extreme(name: Extreme, full: string): Op {
  const better = name === 'max' ? (x: number, y: number) => x > y : (x: number, y: number) => x < y;
  return binaryOp({
    name: full,
    family: 'comparison',
    doc: `The ${name === 'max' ? 'larger' : 'smaller'} of two; NaN wins; where they tie, each gets half of the gradient.`,
    kinks: 'ties',
    integers: true,
    meaning: (k, x, y) => {
      const [a, b] = [k.primal(x), k.primal(y)];
      const half = k.constant(0.5);
      if (a === b) return k.add(k.mul(x, half), k.mul(y, half));
      return Number.isNaN(a) || better(a, b) ? x : y;
    },
    vjp: (g, x, y) => {
      const tie = eq(x, y);
      const half = mul(g, 0.5);
      const zero = broadcastTo(constant(0, g.dtype), g.shape);
      const first = name === 'max' ? gt(x, y) : lt(x, y);
      const second = name === 'max' ? lt(x, y) : gt(x, y);
      return [where(tie, half, where(first, g, zero)), where(tie, half, where(second, g, zero))];
    },
    lower: (x, y) => prim(name, x, y),
  });
}

export const maximumOp: Op = extreme('max', 'maximum');
export const minimumOp: Op = extreme('min', 'minimum');
/** The larger of two; NaN wins; where they tie, each gets half of the gradient. */
export const maximum: BinaryBuilder = broadcasting(maximumOp);
/** The smaller of two; NaN wins; where they tie, each gets half of the gradient. */
export const minimum: BinaryBuilder = broadcasting(minimumOp);
