/**
 * The algebra of bounded numbers: each function moves the bound of its operands by how steep it is between the ends
 * of what they may be, and adds its own rounding. Functions are counted with 4 half units: the meanings run on the
 * engine's own, the kernels on ours.
 */
import type { Algebra } from '../../../src/algebra/algebra.ts';
import { float64Algebra as f64 } from '../../../src/algebra/float64.ts';
import { exact, rounded, times, unknown } from './number.ts';
import type { Bounded, Rounding } from './number.ts';

type Plain = (x: number) => number;

const functionSteps = 4;

/** How far `f`, which only rises or only falls, moves when its operand moves by `error`. What is unknown may be NaN. */
function endpoints(f: Plain, { value, error }: Bounded): number {
  if (error === 0 || error === Infinity) return error;
  const here = f(value);
  const [below, above] = [f(value - error), f(value + error)];
  if (below === here && above === here) return 0;
  return Math.max(Math.abs(below - here), Math.abs(above - here));
}

/** Beyond 2^30 the trigonometric kernels take a number within two ulps of their argument. */
const turned = (x: Bounded): Bounded =>
  Math.abs(x.value) > 2 ** 30 ? { ...x, error: x.error + 2 ** -51 * Math.abs(x.value) } : x;

/** The steepness of sine and cosine is at most 1, and they stay within [-1, 1]; of what may be infinite they are NaN. */
const wave = ({ value, error }: Bounded): number =>
  Number.isFinite(value) && error < Infinity ? Math.min(error, 2) : error;

/** Infinity where a pole may lie between the ends. */
function tangent(x: Bounded): number {
  const crosses = x.error > 1 || Math.cos(x.value - x.error) * Math.cos(x.value + x.error) <= 0;
  return x.error > 0 && crosses ? Infinity : endpoints(Math.tan, x);
}

/** The hyperbolic cosine falls, then rises. */
function hyperbolicCosine(x: Bounded): number {
  const toLowest = x.error > Math.abs(x.value) ? Math.cosh(x.value) - 1 : 0;
  return Math.max(endpoints(Math.cosh, x), toLowest);
}

/** How far x^y moves: the ends are extreme for positive x; otherwise only exact operands say anything. */
function power(x: Bounded, y: Bounded): number {
  if (x.error === 0 && y.error === 0) return 0;
  if (!(x.value - x.error > 0)) {
    const wholePower = y.error === 0 && Number.isInteger(y.value) && y.value >= 1;
    return wholePower ? endpointsOfWholePower(x, y.value) : Infinity;
  }
  const here = f64.pow(x.value, y.value);
  const corners = [x.value - x.error, x.value + x.error].flatMap((a) =>
    [y.value - y.error, y.value + y.error].map((b) => Math.abs(f64.pow(a, b) - here)),
  );
  return Math.max(...corners);
}

function endpointsOfWholePower(x: Bounded, y: number): number {
  const largest = Math.abs(x.value) + x.error;
  return times(x.error, y * largest ** (y - 1));
}

/** How far x / y moves; Infinity where the divisor may be 0. */
function quotient(x: Bounded, y: Bounded): number {
  if (x.error === 0 && y.error === 0) return 0;
  const nearest = Math.abs(y.value) - y.error;
  if (!(nearest > 0)) return Infinity;
  const ratio = Math.abs(x.value / y.value);
  return (x.error + times(ratio, y.error)) / nearest;
}

/** How far the angle of (x, y) moves; Infinity near the origin and across the cut. */
function angle(y: Bounded, x: Bounded): number {
  const moved = Math.hypot(x.error, y.error);
  if (moved === 0) return 0;
  const away = Math.hypot(x.value, y.value) - moved;
  const overCut = x.value - x.error <= 0 && Math.abs(y.value) <= y.error;
  return !(away > 0) || overCut ? Infinity : moved / away;
}

const monotone = {
  sqrt: (x: number) => Math.sqrt(x),
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
  erf: (x: number) => f64.erf(x),
  erfc: (x: number) => f64.erfc(x),
} satisfies Record<string, Plain>;

type Monotone = keyof typeof monotone;

function monotoneFunctions(by: Rounding): Record<Monotone, (x: Bounded) => Bounded> {
  const entries = Object.entries(monotone).map(([name, f]) => [
    name,
    (x: Bounded) => rounded(f(x.value), endpoints(f, x), functionSteps, by),
  ]);
  return Object.fromEntries(entries) as Record<Monotone, (x: Bounded) => Bounded>;
}

const isExactZero = ({ value, error }: Bounded): boolean => value === 0 && error === 0;
const signIsSure = ({ value, error }: Bounded): boolean => Number.isFinite(value) && Math.abs(value) > error;

/** A product with an exact zero is one, where the sign of the other factor is sure. */
const vanishes = (x: Bounded, y: Bounded): boolean => isExactZero(x) && signIsSure(y);

function arithmetic(by: Rounding): Pick<Algebra<Bounded>, 'add' | 'sub' | 'mul' | 'div' | 'neg' | 'abs'> {
  const sum = (value: number, x: Bounded, y: Bounded): Bounded => {
    if (isExactZero(x)) return { ...y, value };
    if (isExactZero(y)) return { ...x, value };
    return rounded(value, x.error + y.error, 2, by, x.weight + y.weight);
  };
  return {
    add: (x, y) => sum(x.value + y.value, x, y),
    sub: (x, y) => sum(x.value - y.value, x, y),
    mul: (x, y) => {
      // What may be anything may be infinite too, and then 0 times it is NaN.
      if (x.error === Infinity || y.error === Infinity) return unknown(x.value * y.value);
      if (vanishes(x, y) || vanishes(y, x)) return exact(x.value * y.value);
      const moved =
        times(Math.abs(x.value), y.error) + times(Math.abs(y.value), x.error) + times(x.error, y.error);
      return rounded(x.value * y.value, moved, 2, by);
    },
    div: (x, y) =>
      vanishes(x, y) ? exact(x.value / y.value) : rounded(x.value / y.value, quotient(x, y), 2, by),
    neg: (x) => ({ ...x, value: -x.value }),
    abs: (x) => ({ ...x, value: Math.abs(x.value) }),
  };
}

/** Numbers with bounds for results that round by `by`. `onUnsure` hears of each sign that a bound leaves open. */
export function boundedAlgebra(by: Rounding, onUnsure: () => void = () => {}): Algebra<Bounded> {
  const rough = (value: number, moved: number): Bounded => rounded(value, moved, functionSteps, by);
  return {
    name: 'bounded',
    constant: exact,
    primal: (x) => {
      if (x.error > 0 && !(Math.abs(x.value) > x.error)) onUnsure();
      return x.value;
    },
    isZero: (x) => x.value === 0 && x.error === 0,
    ...arithmetic(by),
    ...monotoneFunctions(by),
    sin: (x) => rough(Math.sin(x.value), wave(turned(x))),
    cos: (x) => rough(Math.cos(x.value), wave(turned(x))),
    tan: (x) => rough(Math.tan(x.value), tangent(turned(x))),
    cosh: (x) => rough(Math.cosh(x.value), hyperbolicCosine(x)),
    atan2: (y, x) => rough(Math.atan2(y.value, x.value), angle(y, x)),
    pow: (x, y) => rough(f64.pow(x.value, y.value), power(x, y)),
    step: (x, f) => {
      const value = f(x.value);
      const sure = x.error === 0 || (f(x.value - x.error) === value && f(x.value + x.error) === value);
      return sure ? exact(value) : unknown(value);
    },
    detach: (x) => x,
  };
}
