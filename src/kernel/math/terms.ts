/** Short builders for float64 terms: a plain number stands for the constant. */
import { float64, prim } from '../build.ts';
import type { Scalar } from '../language.ts';
import type { Prim } from '../prims.ts';
import type { Let } from './kernel.ts';

export type Term = Scalar | number;

const unary =
  (name: Prim) =>
  (a: Term): Scalar =>
    prim(name, term(a));
const binary =
  (name: Prim) =>
  (a: Term, b: Term): Scalar =>
    prim(name, term(a), term(b));

function term(t: Term): Scalar {
  return typeof t === 'number' ? float64(t) : t;
}

type Unary = (a: Term) => Scalar;
type Binary = (a: Term, b: Term) => Scalar;

export const neg: Unary = unary('neg');
export const abs: Unary = unary('abs');
export const sqrt: Unary = unary('sqrt');
export const trunc: Unary = unary('trunc');
export const not: Unary = unary('not');
export const add: Binary = binary('add');
export const sub: Binary = binary('sub');
export const mul: Binary = binary('mul');
export const div: Binary = binary('div');
/** The magnitude of the first with the sign of the second. */
export const copysign: Binary = binary('copysign');
export const eq: Binary = binary('eq');
export const ne: Binary = binary('ne');
export const lt: Binary = binary('lt');
export const le: Binary = binary('le');
export const and: Binary = binary('and');
export const or: Binary = binary('or');

/** `then` where `test` holds, else `otherwise`. */
export function select(test: Scalar, then: Term, otherwise: Term): Scalar {
  return prim('select', test, term(then), term(otherwise));
}

/**
 * The sum of `coefficients[i] * x^i`: Horner's rule for few of them, else the even and the odd ones apart, so that
 * their operations overlap. `known` is x^2, where it has a name already.
 */
export function polynomial(bind: Let, x: Scalar, coefficients: readonly number[], known?: Scalar): Scalar {
  if (coefficients.length > 6) {
    const square = known ?? bind('square', mul(x, x));
    const [even, odd] = [0, 1].map((parity) =>
      polynomial(
        bind,
        square,
        coefficients.filter((_, i) => i % 2 === parity),
      ),
    );
    return add(even ?? 0, mul(x, odd ?? 0));
  }
  const [last = 0, ...rest] = [...coefficients].reverse();
  return rest.reduce<Scalar>((sum, coefficient) => add(mul(sum, x), coefficient), float64(last));
}

/**
 * Adding 1.5 * 2^52 leaves the nearest integer, half to even, in the low bits: `lowWord` reads it, subtracting
 * gives it back. For |x| < 2^31.
 */
export const roundingShift = 6755399441055744;

/** An integer as a float64 and as an int32. */
export interface Integer {
  readonly value: Scalar;
  readonly int: Scalar;
}

/** The integer nearest to `x`, half to even, for |x| < 2^31. */
export function nearestInteger(bind: Let, x: Scalar): Integer {
  const shifted = bind('shifted', add(x, roundingShift));
  return { value: bind('n', sub(shifted, roundingShift)), int: bind('k', prim('lowWord', shifted)) };
}

/** 2^n, for n in [-1022, 1023]. */
export const pow2 = (n: Scalar): Scalar => prim('pow2', n);

/** The factors of 2^n, |n| < 2044, that scale a value near 1: only the second product rounds. */
export function powerOfTwo(bind: Let, n: Integer): readonly [Scalar, Scalar] {
  const half = bind('half', prim('lowWord', add(mul(n.value, 0.5), roundingShift)));
  return [bind('scale', pow2(half)), bind('scale', pow2(prim('sub', n.int, half)))];
}

/** y 2^n, for |n| < 2044 and y near 1; rounds once. */
export function scale(bind: Let, y: Scalar, n: Integer): Scalar {
  const [first, second] = powerOfTwo(bind, n);
  return mul(mul(y, first), second);
}
