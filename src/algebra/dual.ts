/** Dual numbers: a value and its derivative along one direction; the oracle for derivatives. */
import type { Algebra } from './algebra.ts';
import { float64Algebra } from './float64.ts';

export interface DualNumber<T> {
  readonly value: T;
  readonly tangent: T;
}

export type Dual = DualNumber<number>;

/** The point `value`, moving with the speed `tangent`. */
export const seed = <T>(value: T, tangent: T): DualNumber<T> => ({ value, tangent });

/** The derivative along the direction that the seeds chose. */
export const tangent = <T>(x: DualNumber<T>): T => x.tangent;

type Unary =
  | ('neg' | 'abs' | 'sqrt' | 'exp' | 'expm1' | 'log' | 'log1p' | 'erf' | 'erfc')
  | ('sin' | 'cos' | 'tan' | 'asin' | 'acos' | 'atan')
  | ('sinh' | 'cosh' | 'tanh' | 'asinh' | 'acosh' | 'atanh');

type Binary = 'add' | 'sub' | 'mul' | 'div' | 'atan2' | 'pow';

/** f'(x), given x and f(x). */
type Slope<T> = (x: T, value: T) => T;

/** One of the two partial derivatives of f(x, y), given x, y and f(x, y). */
type PartialSlope<T> = (x: T, y: T, value: T) => T;

/** Derivatives in forms that keep their digits wherever the function does. |x|' = 0 at the kink, as PyTorch has it. */
function unarySlopes<T>(k: Algebra<T>): Readonly<Record<Unary, Slope<T>>> {
  const one = k.constant(1);
  const inverse = (x: T): T => k.div(one, x);
  const square = (x: T): T => k.mul(x, x);
  const onePlus = (x: T): T => k.add(one, x);
  const oneMinusSquare = (x: T): T => k.mul(k.sub(one, x), onePlus(x));
  const twoOverRootPi = inverse(k.sqrt(k.atan(one)));
  const bell = (x: T): T => k.mul(twoOverRootPi, k.exp(k.neg(square(x))));
  return {
    neg: () => k.constant(-1),
    abs: (x) => k.constant(Math.sign(k.primal(x))),
    sqrt: (_x, root) => k.div(k.constant(0.5), root),
    exp: (_x, power) => power,
    expm1: (x) => k.exp(x),
    log: inverse,
    log1p: (x) => inverse(onePlus(x)),
    erf: bell,
    erfc: (x) => k.neg(bell(x)),
    sin: (x) => k.cos(x),
    cos: (x) => k.neg(k.sin(x)),
    tan: (_x, ratio) => onePlus(square(ratio)),
    asin: (x) => inverse(k.sqrt(oneMinusSquare(x))),
    acos: (x) => k.neg(inverse(k.sqrt(oneMinusSquare(x)))),
    atan: (x) => inverse(onePlus(square(x))),
    sinh: (x) => k.cosh(x),
    cosh: (x) => k.sinh(x),
    tanh: (x) => tanhSlope(k, x),
    asinh: (x) => inverse(k.sqrt(onePlus(square(x)))),
    acosh: (x) => inverse(k.mul(k.sqrt(k.sub(x, one)), k.sqrt(onePlus(x)))),
    atanh: (x) => inverse(oneMinusSquare(x)),
  };
}

/** 1 - tanh(x)^2 = 4 e / (1 + e)^2 with e = exp(-2 |x|), which neither cancels nor overflows. */
function tanhSlope<T>(k: Algebra<T>, x: T): T {
  const e = k.exp(k.mul(k.constant(k.primal(x) < 0 ? 2 : -2), x));
  const sum = k.add(k.constant(1), e);
  return k.div(k.mul(k.constant(4), e), k.mul(sum, sum));
}

function binarySlopes<T>(
  k: Algebra<T>,
): Readonly<Record<Binary, readonly [PartialSlope<T>, PartialSlope<T>]>> {
  const zero = k.constant(0);
  const one = k.constant(1);
  const sumOfSquares = (x: T, y: T): T => k.add(k.mul(x, x), k.mul(y, y));
  return {
    add: [() => one, () => one],
    sub: [() => one, () => k.constant(-1)],
    mul: [(_x, y) => y, (x) => x],
    div: [(_x, y) => k.div(one, y), (_x, y, ratio) => k.neg(k.div(ratio, y))],
    atan2: [(y, x) => k.div(x, sumOfSquares(x, y)), (y, x) => k.neg(k.div(y, sumOfSquares(x, y)))],
    pow: [
      // x^0 is constant, also at x = 0.
      (x, y) => (k.isZero(y) ? zero : k.mul(y, k.pow(x, k.sub(y, one)))),
      // 0^y is constant for y > 0; PyTorch counts y = 0 in.
      (x, y, power) => (k.primal(x) === 0 && k.primal(y) >= 0 ? zero : k.mul(power, k.log(x))),
    ],
  };
}

/** direction * slope; a direction of 0 leads nowhere, even where the slope is infinite or NaN. */
function along<T>(k: Algebra<T>, direction: T, slope: () => T): T {
  return k.isZero(direction) ? direction : k.mul(direction, slope());
}

function liftUnary<T>(k: Algebra<T>): (name: Unary) => (x: DualNumber<T>) => DualNumber<T> {
  const slopes = unarySlopes(k);
  return (name) => (x) => {
    const value = k[name](x.value);
    return { value, tangent: along(k, x.tangent, () => slopes[name](x.value, value)) };
  };
}

type DualOperation<T> = (x: DualNumber<T>, y: DualNumber<T>) => DualNumber<T>;

function liftBinary<T>(k: Algebra<T>): (name: Binary) => DualOperation<T> {
  const slopes = binarySlopes(k);
  return (name) => (x, y) => {
    const value = k[name](x.value, y.value);
    const [first, second] = slopes[name];
    const alongX = along(k, x.tangent, () => first(x.value, y.value, value));
    const alongY = along(k, y.tangent, () => second(x.value, y.value, value));
    return { value, tangent: k.add(alongX, alongY) };
  };
}

/**
 * Adds a derivative to any algebra. dualOver(dualOver(float64Algebra)) has second derivatives: seeded with
 * seed(seed(x, 1), seed(1, 0)), f has the tangent's tangent f''(x).
 */
export function dualOver<T>(base: Algebra<T>): Algebra<DualNumber<T>> {
  const unary = liftUnary(base);
  const binary = liftBinary(base);
  const constant = (value: T): DualNumber<T> => ({ value, tangent: base.constant(0) });
  return {
    name: `dual over ${base.name}`,
    constant: (value) => constant(base.constant(value)),
    primal: (x) => base.primal(x.value),
    isZero: (x) => base.isZero(x.value) && base.isZero(x.tangent),
    add: binary('add'),
    sub: binary('sub'),
    mul: binary('mul'),
    div: binary('div'),
    neg: unary('neg'),
    abs: unary('abs'),
    sqrt: unary('sqrt'),
    exp: unary('exp'),
    expm1: unary('expm1'),
    log: unary('log'),
    log1p: unary('log1p'),
    sin: unary('sin'),
    cos: unary('cos'),
    tan: unary('tan'),
    asin: unary('asin'),
    acos: unary('acos'),
    atan: unary('atan'),
    atan2: binary('atan2'),
    sinh: unary('sinh'),
    cosh: unary('cosh'),
    tanh: unary('tanh'),
    asinh: unary('asinh'),
    acosh: unary('acosh'),
    atanh: unary('atanh'),
    erf: unary('erf'),
    erfc: unary('erfc'),
    pow: binary('pow'),
    step: (x, f) => constant(base.step(x.value, f)),
    detach: (x) => constant(base.detach(x.value)),
  };
}

export const dualAlgebra: Algebra<Dual> = dualOver(float64Algebra);
