/** Growth by elementwise operators: read from the registry, so that a new one joins by being there. */
import { float64Algebra } from '../../../../src/algebra/float64.ts';
import type { DType } from '../../../../src/dtype.ts';
import type { Expr } from '../../../../src/expr.ts';
import type { Op } from '../../../../src/ops/define.ts';
import { apply } from '../../../../src/ops/define.ts';
import * as ops from '../../../../src/ops/index.ts';
import { constant } from '../../../../src/ops/leaves.ts';
import { operators } from '../../../../src/ops/registry.ts';
import { chance, pick } from '../../draw.ts';
import type { Bool, Float, Growth, Row } from '../growth.ts';

/** Operators that are elementwise but take more than equal operands: rows of their own, or made by others. */
const apart: ReadonlySet<string> = new Set([
  'cast',
  'where',
  'within',
  'standardized',
  'stopGradient',
  'random',
]);

/** How many operands an operator takes: as many as its meaning does not miss. */
function arityOf(op: Op): number {
  const one = { shape: [1], data: [0.5] };
  for (const count of [1, 2, 3]) {
    try {
      const args = Array.from({ length: count }, () => one);
      const context = { attrs: {}, shape: [1], dtype: 'float64', size: Number, slot: () => [] } as const;
      if (op.meaning(float64Algebra, args, context).every((x) => x !== undefined)) return count;
    } catch {
      // One operand more may do.
    }
  }
  return 0;
}

function accepts(op: Op, arity: number, dtype: DType): boolean {
  const leaf = { shape: [], dtype, args: [], attrs: {} } as unknown as Expr;
  try {
    op.infer(
      Array.from({ length: arity }, () => leaf),
      {},
      null,
    );
    return true;
  } catch {
    return false;
  }
}

/** The range in which an operator is defined and not extreme, for operand `i`. */
function domainOf(op: Op, i: number): readonly [number, number] | null {
  const { domain } = op;
  if (!domain) return null;
  const own = typeof domain[0] === 'number' ? domain : domain[i];
  return (own ?? null) as readonly [number, number] | null;
}

/** An operand: any node half of the time, else one within the operator's domain. */
function operand(g: Growth, op: Op, i: number, shape: Expr['shape'] | null, dtype: DType): Expr {
  const domain = domainOf(op, i);
  const wanted = shape ?? g.float().shape;
  if (domain && chance(g.draw, 50)) {
    if (chance(g.draw, 50)) return g.leaf(wanted, dtype, { range: domain });
    const [low, high] = domain;
    const squashed = ops.sigmoid(g.floatOf(wanted));
    return ops.add(ops.mul(squashed, high - low), low);
  }
  return shape ? g.ofShape(shape, dtype) : (g.find((x) => x.dtype === dtype) ?? g.leaf(g.shape(), dtype));
}

function rowOf(op: Op): Row[] {
  const arity = arityOf(op);
  const dtypes = (['float32', 'int32', 'bool'] as const).filter((dtype) => accepts(op, arity, dtype));
  const logical = ['and', 'or', 'xor'].includes(op.name);
  const grow = (g: Growth): Expr => {
    const whole = dtypes.includes('int32') && chance(g.draw, 15);
    const dtype = logical ? 'bool' : whole ? 'int32' : g.dtype;
    const first = operand(g, op, 0, null, dtype);
    const others = Array.from({ length: arity - 1 }, (_, i) =>
      chance(g.draw, 15) && !logical
        ? ops.broadcastTo(constant(pick(g.draw, [0, 1, 2, -1, 3]), dtype), first.shape)
        : chance(g.draw, 10)
          ? first
          : operand(g, op, i + 1, first.shape, dtype),
    );
    return apply(op, [first, ...others], {});
  };
  return arity > 0 && dtypes.length > 0 ? [{ name: op.name, grow }] : [];
}

const fromRegistry = operators
  .filter(({ name, lowering }) => lowering.kind === 'elementwise' && !apart.has(name))
  .flatMap(rowOf);

function condition(g: Growth, x: Float): Bool {
  const relation = pick(g.draw, [ops.lt, ops.le, ops.eq, ops.ne]);
  return relation(x, g.floatOf(x.shape)) as Bool;
}

const casts: readonly (readonly [DType, DType])[] = [
  ['float32', 'float64'],
  ['float64', 'float32'],
  ['float32', 'int32'],
  ['int32', 'float32'],
  ['float64', 'int32'],
  ['int32', 'float64'],
  ['bool', 'float32'],
  ['float32', 'bool'],
  ['int32', 'bool'],
  ['bool', 'int32'],
];

export const elementwiseRows: readonly Row[] = [
  ...fromRegistry,
  {
    name: 'where',
    grow: (g) => {
      const x = g.float();
      return ops.where(condition(g, x), x, g.floatOf(x.shape));
    },
  },
  {
    name: 'cast',
    grow: (g) => {
      const [from, to] = pick(g.draw, casts);
      const x = g.find(({ dtype }) => dtype === from) ?? g.leaf(g.shape(), from);
      return ops.cast(x, to);
    },
  },
  { name: 'stopGradient', grow: (g) => ops.stopGradient(g.float()) },
  {
    name: 'broadcasting',
    grow: (g) => {
      const x = g.float();
      const shape = x.shape
        .map((size) => (chance(g.draw, 50) ? 1 : size))
        .slice(g.draw.int(0, x.shape.length));
      const combine = pick(g.draw, [ops.add, ops.mul, ops.sub, ops.div, ops.maximum]);
      return combine(x, g.floatOf(shape) as typeof x);
    },
  },
  {
    name: 'scalar operand',
    grow: (g) => {
      const combine = pick(g.draw, [ops.add, ops.mul, ops.sub, ops.div]);
      return combine(g.float(), pick(g.draw, [2, 0.1, -1, 0, 1e-3]));
    },
  },
];
