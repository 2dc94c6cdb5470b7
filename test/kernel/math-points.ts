/** Where the math kernels are tried: points spread over exponents and ranges, and neighbors of every breakpoint. */
import type { MathPrim } from '../../src/kernel/prims.ts';

export type Draw = () => number;

/** Uniform in [0, 1), from a linear congruential generator; the same numbers on every engine. */
export function uniform(seed: number): Draw {
  let state = seed >>> 0;
  const next = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0);
  return () => (next() + next() / 2 ** 32) / 2 ** 32;
}

/** A way of drawing numbers, given a source of uniform ones. */
type Range = (random: Draw) => number;

const between =
  (low: number, high: number): Range =>
  (random) =>
    low + random() * (high - low);

/** Any exponent from `low` to `high` is as likely as any other. */
const exponents =
  (low: number, high: number): Range =>
  (random) =>
    2 ** Math.floor(between(low, high)(random)) * (1 + random());

const signed =
  (range: Range): Range =>
  (random) =>
    random() < 0.5 ? -range(random) : range(random);

const around =
  (center: number, range: Range): Range =>
  (random) =>
    center + signed(range)(random);

/** Doubles next to multiples of pi/2 up to `limit`, where the reduction cancels most. */
const nearQuarterTurns =
  (limit: number): Range =>
  (random) =>
    Math.floor((random() * limit) / (Math.PI / 2)) * (Math.PI / 2);

export interface Plan {
  readonly ranges: readonly Range[];
  /** Where the description changes its formula, and where results end. */
  readonly breaks: readonly number[];
}

const ln2 = Math.LN2;
const positive: Plan = {
  ranges: [exponents(-1074, 1023), between(0.5, 2), between(0, 10), around(1, exponents(-50, -2))],
  breaks: [Math.SQRT1_2, 1, Math.SQRT2, 2, 4, 2 ** -1020, 2 ** -1022, Number.MAX_VALUE],
};
const turning: Plan = {
  ranges: [
    signed(exponents(-60, 30)),
    between(-1, 1),
    between(-10, 10),
    nearQuarterTurns(1e6),
    nearQuarterTurns(2 ** 30),
  ],
  breaks: [2 ** -27, Math.PI / 4, Math.PI / 2, (3 * Math.PI) / 4, Math.PI, 2 ** 20, 2 ** 30 - 2 ** -16],
};
const cyclic: Plan = {
  ranges: [between(-1, 1), signed(exponents(-60, -1)), (random) => 1 - exponents(-50, -2)(random)],
  breaks: [-1 + 2 ** -46, -0.5, 0.5, 1 - 2 ** -46],
};

export const plans: { readonly [P in MathPrim]?: Plan } = {
  exp: {
    ranges: [between(-745, 709.7), between(-1, 1), between(-20, 20), signed(exponents(-60, 2))],
    breaks: [-745.1332191019411, -708.3964185322641, -ln2 / 2, 0.5 * ln2, 1.5 * ln2, 709.782712893384],
  },
  expm1: {
    ranges: [between(-40, 709.7), between(-2, 2), between(-0.5, 1.5), signed(exponents(-1000, 0))],
    breaks: [-40, -37.4, -ln2 / 2, ln2 / 2, 1.5 * ln2, 44.4, 709.782712893384],
  },
  exp2: {
    ranges: [between(-1075, 1024), between(-1, 1), between(-10, 10), signed(exponents(-60, 2))],
    breaks: [-1074.9, -1074, -1022, -0.5, 0.5, 1, 1023],
  },
  log: positive,
  log2: positive,
  log10: positive,
  log1p: {
    ranges: [
      signed(exponents(-1000, -1)),
      between(-0.9, 1),
      between(-0.5, 1),
      exponents(0, 1023),
      between(0, 10),
    ],
    breaks: [-1 + 2 ** -46, Math.SQRT1_2 - 1, Math.SQRT2 - 1, 1, 2 ** 53],
  },
  sin: turning,
  cos: turning,
  tan: turning,
  asin: cyclic,
  acos: cyclic,
  atan: {
    ranges: [signed(exponents(-1000, 1000)), between(-3, 3), between(-0.5, 0.5)],
    breaks: [0.4375, 0.6875, 1, 1.1875, 1.5, 2.4375],
  },
  sinh: {
    ranges: [between(-710.4, 710.4), between(-3, 3), signed(exponents(-1000, 2)), between(0.9, 1.5)],
    breaks: [1, ln2, 709.79, 710.4758600739439],
  },
  cosh: {
    ranges: [between(-710.4, 710.4), between(-3, 3), signed(exponents(-60, 2))],
    breaks: [ln2 / 2, ln2, 710.4758600739439],
  },
  tanh: {
    ranges: [between(-20, 20), between(-2, 2), between(-0.5, 0.5), signed(exponents(-1000, 1))],
    breaks: [ln2 / 4, ln2 / 2, 0.75 * ln2, 19.06, 20],
  },
  asinh: {
    ranges: [signed(exponents(-1000, 1023)), between(-3, 3), between(-1, 1)],
    breaks: [0.5, 1, 2 ** 28, 2 ** 60, Number.MAX_VALUE],
  },
  acosh: {
    ranges: [(random) => 1 + exponents(-52, 0)(random), exponents(0, 1023), between(1, 3)],
    breaks: [1 + 2 ** -46, 1.05, 2, 2 ** 28, 2 ** 60, Number.MAX_VALUE],
  },
  atanh: {
    ranges: [signed(exponents(-1000, -1)), between(-1, 1), (random) => 1 - exponents(-50, -2)(random)],
    breaks: [2 ** -28, 0.17, 0.5, 1 - 2 ** -46],
  },
  erf: {
    ranges: [between(-6, 6), between(-2, 2), signed(exponents(-1000, 0))],
    breaks: [0.75, 1, 5.9, 6],
  },
  erfc: {
    ranges: [between(-6, 27.2), between(-2, 2), signed(exponents(-60, 0)), between(0, 8)],
    breaks: [-6, -0.6, 0.6, 3.75, 26.5, 27.2],
  },
  sigmoid: {
    ranges: [between(-745, 40), between(-2, 2), between(-10, 10), signed(exponents(-60, 2))],
    breaks: [-745.1, -708.4, -ln2 / 2, ln2 / 2, 36.7, 40],
  },
};

/** Two arguments at once. */
type Pairs = (random: Draw) => readonly [number, number];

/** y such that x^y is anything a float64 holds. */
const exponentFor = (x: number, random: Draw): readonly [number, number] => [
  x,
  between(-745, 709)(random) / Math.log(x),
];

export const pairPlans: { readonly [P in MathPrim]?: readonly Pairs[] } = {
  atan2: [
    (random) => [signed(exponents(-20, 20))(random), signed(exponents(-20, 20))(random)],
    (random) => [between(-2, 2)(random), between(-2, 2)(random)],
    (random) => [signed(exponents(-1000, 1000))(random), signed(exponents(-1000, 1000))(random)],
    (random) => {
      const x = exponents(-1050, 1020)(random);
      return [x * exponents(-2, 2)(random), x];
    },
  ],
  pow: [
    (random) => exponentFor(exponents(-5, 5)(random), random),
    (random) => exponentFor(around(1, exponents(-40, -2))(random), random),
    (random) => exponentFor(exponents(-1074, 1023)(random), random),
    (random) => [between(0, 5)(random), between(-5, 5)(random)],
    (random) => [-between(0, 20)(random), Math.floor(between(-50, 50)(random))],
    (random) => [between(0, 20)(random), Math.floor(between(-20, 20)(random)) / 2],
  ],
  fmod: [
    (random) => [signed(exponents(-30, 60))(random), signed(exponents(-30, 5))(random)],
    (random) => [signed(exponents(-149, 128))(random), signed(exponents(-149, 128))(random)],
    (random) => {
      const y = exponents(-1074, 1000)(random);
      return [y * exponents(0, 20)(random), y];
    },
    (random) => [Math.floor(between(-1e6, 1e6)(random)), Math.ceil(between(0.5, 1000)(random))],
  ],
};

/** The doubles within `reach` steps of x. */
export function neighbors(x: number, reach: number): readonly number[] {
  const words = new BigInt64Array(1);
  const value = new Float64Array(words.buffer);
  value[0] = x;
  const bits = words[0] ?? 0n;
  return Array.from({ length: 2 * reach + 1 }, (_, i) => {
    words[0] = bits + BigInt(i - reach);
    return value[0] ?? Number.NaN;
  });
}

/** `count` argument lists of `name`, and the neighbors of its breakpoints. */
export function pointsOf(name: MathPrim, count: number, seed: number): readonly (readonly number[])[] {
  const random = uniform(seed);
  const pairs = pairPlans[name];
  if (pairs) return Array.from({ length: count }, (_, i) => pairs[i % pairs.length]?.(random) ?? []);
  const plan = plans[name];
  if (!plan) throw new Error(`no plan for ${name}`);
  const drawn = Array.from({ length: count }, (_, i) => [plan.ranges[i % plan.ranges.length]?.(random) ?? 0]);
  const near = plan.breaks.flatMap((at) => neighbors(at, 40).map((x) => [x]));
  return [...drawn, ...near].filter((args) => args.every(Number.isFinite));
}
