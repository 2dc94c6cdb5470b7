/** Random graphs over the operators that rules speak of, with much that can be rewritten. */
import type { Expr } from '../../src/index.ts';
import {
  abs,
  add,
  broadcastTo,
  cast,
  concat,
  constant,
  div,
  eq,
  exp,
  flip,
  input,
  logicalAnd,
  logicalNot,
  logicalOr,
  lt,
  matmul,
  max,
  maximum,
  min,
  minimum,
  mul,
  neg,
  permute,
  prod,
  relu,
  reshape,
  sqrt,
  stopGradient,
  sub,
  sum,
  transpose,
  unsqueeze,
  where,
} from '../../src/index.ts';
import type { DType, FloatDType } from '../../src/dtype.ts';
import { padWith, sliceWith } from '../../src/ops/slicing.ts';
import { must } from '../../src/errors.ts';
import type { Bool, Float } from '../../compiler/rewrite/rule.ts';
import type { Draw } from '../../compiler/verify/draw.ts';
import { chance, pick, shuffled } from '../../compiler/verify/draw.ts';

const sizesOf = (x: Expr): number[] => x.shape.map(Number);

/** The nodes made so far; later ones are drawn more often. */
class Pool {
  readonly nodes: Expr[];
  readonly draw: Draw;

  constructor(draw: Draw, inputs: readonly Expr[]) {
    this.draw = draw;
    this.nodes = [...inputs];
  }

  node(accepts: (node: Expr) => boolean): Expr {
    const fitting = this.nodes.filter(accepts);
    return pick(this.draw, chance(this.draw, 60) ? fitting.slice(-4) : fitting);
  }

  number = (): Float => this.node(({ dtype }) => dtype !== 'bool') as Float;
  float = (): Float => this.node(({ dtype }) => dtype === 'float32' || dtype === 'float64') as Float;
  any = (): Float => this.node(() => true) as Float;

  /** Another node, brought to the shape and dtype of `like`; sometimes a constant. */
  beside(like: Expr): Float {
    if (like.dtype !== 'bool' && chance(this.draw, 25)) {
      const value = pick(this.draw, [0, -0, 1, -1, 2, 0.25, 3]);
      return broadcastTo(
        constant(like.dtype === 'int32' ? value | 0 : value, like.dtype),
        like.shape,
      ) as Float;
    }
    const same = this.nodes.filter(
      ({ shape, dtype }) => dtype === like.dtype && String(shape) === String(like.shape),
    );
    const other = same.length > 0 ? pick(this.draw, same) : like;
    return (chance(this.draw, 30) && like.dtype !== 'bool' ? neg(other as Float) : other) as Float;
  }

  condition(like: Expr): Bool {
    const same = this.nodes.filter(
      ({ shape, dtype }) => dtype === 'bool' && String(shape) === String(like.shape),
    );
    if (same.length > 0 && chance(this.draw, 60)) return pick(this.draw, same) as Bool;
    if (chance(this.draw, 15)) return broadcastTo(constant(this.draw.int(0, 1), 'bool'), like.shape) as Bool;
    return lt(this.beside(like), like as Float) as Bool;
  }
}

/** Two factors of `count`. */
function factors(draw: Draw, count: number): number[] {
  const divisors = Array.from({ length: count }, (_, i) => i + 1).filter((i) => count % i === 0);
  const first = pick(draw, divisors);
  return [first, count / first];
}

const axesOf = (draw: Draw, x: Expr): number[] => x.shape.map((_, i) => i).filter(() => chance(draw, 50));

type Make = (pool: Pool, draw: Draw) => Expr;

const unary: readonly ((x: Float) => Expr)[] = [neg, neg, neg, abs, (x) => mul(x, 1), (x) => mul(x, -1)];
const floats: readonly ((x: Float) => Expr)[] = [
  relu,
  sqrt,
  exp,
  (x) => div(x, 4),
  (x) => div(x, 1),
  (x) => add(x, -0),
];
const binary: readonly ((x: Float, y: Float) => Expr)[] = [add, add, sub, sub, mul, mul, maximum, minimum];
const logic: readonly ((x: Bool, y: Bool) => Expr)[] = [logicalAnd, logicalOr, (x) => logicalNot(x)];

function narrowed(pool: Pool, draw: Draw): Expr {
  const x = pool.any();
  const starts = sizesOf(x).map((size) => draw.int(0, size - 1));
  const steps = x.shape.map(() => draw.int(1, 2));
  const shape = sizesOf(x).map((size, i) =>
    draw.int(1, Math.ceil((size - must(starts[i], 'start')) / must(steps[i], 'step'))),
  );
  const whole = String(shape) === String(x.shape);
  return whole ? x : (sliceWith(x, { starts, steps, shape }) as Expr);
}

function padded(pool: Pool, draw: Draw): Expr {
  const x = pool.number();
  const amounts = (): number[] => x.shape.map(() => draw.int(0, 1));
  return padWith(x, { low: amounts(), high: amounts(), between: x.shape.map(() => 0), value: 0 }) as Expr;
}

function product(pool: Pool, draw: Draw): Expr {
  const x = pool.node(({ shape, dtype }) => shape.length === 2 && dtype.startsWith('float')) as Float;
  const y = pool.nodes.filter(
    ({ shape, dtype }) => shape.length === 2 && dtype === x.dtype && shape[0] === x.shape[1],
  );
  const right = (y.length > 0 ? pick(draw, y) : transpose(x)) as Float;
  const made = matmul(x as Expr, right as never) as unknown as Float;
  return chance(draw, 70) ? (transpose(made) as Expr) : made;
}

function reduced(pool: Pool, draw: Draw): Expr {
  const x = pool.number();
  const reduce: typeof max = pick(draw, [sum, sum, max, min, prod]) as typeof max;
  return reduce(x, { axis: axesOf(draw, x), keepdims: chance(draw, 50) }) as Expr;
}

function outerProduct(pool: Pool, draw: Draw): Expr {
  const x = pool.node(({ shape, dtype }) => shape.length === 2 && dtype.startsWith('float')) as Float;
  const y = pool.beside(transpose(x));
  return sum(mul(unsqueeze(x, 2) as Float, unsqueeze(y, 0) as Float) as Float, {
    axis: draw.int(0, 2),
  }) as Expr;
}

const dtypes: readonly DType[] = ['float32', 'float64', 'int32', 'bool'];

const makers: readonly Make[] = [
  (pool, draw) => pick(draw, unary)(pool.number()),
  (pool, draw) => pick(draw, floats)(pool.float()),
  (pool, draw) => {
    const x = pool.number();
    const operands: [Float, Float] = [x, pool.beside(x)];
    return pick(draw, binary)(...(chance(draw, 50) ? operands : (operands.toReversed() as [Float, Float])));
  },
  (pool) => {
    const x = pool.float();
    return div(x, pool.beside(x)) as Expr;
  },
  (pool, draw) => {
    const x = pool.number();
    return (chance(draw, 50) ? lt : eq)(x, pool.beside(x)) as Expr;
  },
  (pool) => {
    const x = pool.number();
    return where(pool.condition(x), pool.beside(x), x) as Expr;
  },
  (pool, draw) => {
    const x = pool.condition(pool.number());
    return pick(draw, logic)(x, pool.condition(x));
  },
  (pool, draw) => cast(cast(pool.any() as Expr, pick(draw, dtypes)), pick(draw, dtypes)) as Expr,
  (pool) => stopGradient(pool.any()) as Expr,
  (pool, draw) => {
    const x = pool.any();
    const count = sizesOf(x).reduce((a, b) => a * b, 1);
    return reshape(x, pick(draw, [[count], factors(draw, count), [...x.shape, 1], [1, ...x.shape]])) as Expr;
  },
  (pool, draw) => {
    const x = pool.any();
    return permute(
      x,
      shuffled(
        draw,
        x.shape.map((_, i) => i),
      ),
    ) as Expr;
  },
  (pool, draw) => {
    const x = pool.any();
    const stretched = sizesOf(x).map((size) => (size === 1 ? draw.int(1, 3) : size));
    return broadcastTo(x, chance(draw, 40) && x.shape.length < 3 ? [2, ...stretched] : stretched) as Expr;
  },
  (pool, draw) => {
    const x = pool.any();
    return flip(x, { axis: axesOf(draw, x) }) as Expr;
  },
  narrowed,
  narrowed,
  padded,
  (pool, draw) => {
    const x = pool.node(({ shape }) => shape.length > 0) as Float;
    return concat([x, pool.beside(x)], { axis: draw.int(0, x.shape.length - 1) }) as Expr;
  },
  product,
  reduced,
  reduced,
  outerProduct,
];

/** Inputs of a few shapes and element types, by name. */
export function graphInputs(): Expr[] {
  const float = (dtype: FloatDType): Expr[] => [
    input(`m_${dtype}`, [2, 3], dtype),
    input(`v_${dtype}`, [3], dtype),
    input(`s_${dtype}`, [1, 3], dtype),
    input(`r_${dtype}`, [3, 2], dtype),
  ];
  return [...float('float32'), ...float('float64'), input('i', [2, 3], 'int32') as Expr];
}

const largest = 60;

/** Some roots over `inputs`, `size` operators deep at most. */
export function randomGraph(draw: Draw, inputs: readonly Expr[], size: number): Expr[] {
  const pool = new Pool(draw, shuffled(draw, inputs).slice(0, 4).concat(inputs.slice(0, 1)));
  for (let i = 0; i < size; i++) {
    const made = pick(draw, makers)(pool, draw);
    const count = sizesOf(made).reduce((a, b) => a * b, 1);
    if (count <= largest && made.shape.length <= 4) pool.nodes.push(made);
  }
  return pool.nodes.slice(-2);
}
