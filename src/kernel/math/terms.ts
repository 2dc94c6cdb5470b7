/**
 * Short builders for terms: a plain number stands for the constant of the type of what it meets. What is done with
 * `nothing` is not written.
 */
import { int32, prim } from '../build.ts';
import type { Scalar } from '../language.ts';
import type { Prim } from '../prims.ts';
import type { Let } from './kernel.ts';
import { nothing, number, precisionOf } from './precision.ts';

export type Term = Scalar | number;

type Unary = (a: Term) => Scalar;
type Binary = (a: Term, b: Term) => Scalar;

/** A term beside another, which says what a plain number is. */
function term(t: Term, beside?: Term): Scalar {
  return typeof t === 'number' ? number(typeof beside === 'object' ? beside : undefined, t) : t;
}

const unary =
  (name: Prim): Unary =>
  (a) =>
    prim(name, term(a));
const binary =
  (name: Prim): Binary =>
  (a, b) =>
    prim(name, term(a, b), term(b, a));

/** A binary operation, and what it leaves where one side is nothing, or where both are one. */
const withNothing =
  (name: Prim, left: Unary, right: Unary): Binary =>
  (a, b) => {
    if (a === nothing) return left(b);
    return b === nothing ? right(a) : prim(name, term(a, b), term(b, a));
  };
const gone: Unary = () => nothing;
const itself: Unary = (a) => term(a);

export const neg: Unary = (a) => (a === nothing ? nothing : prim('neg', term(a)));
export const abs: Unary = unary('abs');
export const sqrt: Unary = unary('sqrt');
export const trunc: Unary = unary('trunc');
export const not: Unary = unary('not');
export const add: Binary = withNothing('add', itself, itself);
/** What is taken from itself is nothing: the part that a sum in two would keep. */
export const sub: Binary = (a, b) => (a === b ? nothing : difference(a, b));
const difference: Binary = withNothing('sub', neg, itself);
export const mul: Binary = withNothing('mul', gone, gone);
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
  return prim('select', test, term(then, otherwise), term(otherwise, then));
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
  return rest.reduce<Scalar>((sum, coefficient) => add(mul(sum, x), coefficient), number(x, last));
}

/** An integer as a float and as an int32. */
export interface Integer {
  readonly value: Scalar;
  readonly int: Scalar;
}

/** The integer in the low bits of a number that the rounding shift has been added to. */
function lowInteger(shifted: Scalar): Scalar {
  if (shifted.dtype === 'float64') return prim('lowWord', shifted);
  const { bias, mantissaBits } = precisionOf(shifted);
  return prim('sub', prim('bits', shifted), int32((bias + mantissaBits) * 2 ** mantissaBits + 2 ** 22));
}

/** The integer nearest to `x`, half to even, for |x| < 2^31, or 2^22 in float32. */
export function nearestInteger(bind: Let, x: Scalar): Integer {
  const { roundingShift } = precisionOf(x);
  const shifted = bind('shifted', add(x, roundingShift));
  return { value: bind('n', sub(shifted, roundingShift)), int: bind('k', lowInteger(shifted)) };
}

/** 2^n in the type of `like`, where that is a normal number. */
export function pow2(n: Scalar, like: Scalar): Scalar {
  if (like.dtype === 'float64') return prim('pow2', n);
  const { bias, mantissaBits } = precisionOf(like);
  return prim('fromBits', prim('shl', prim('add', n, int32(bias)), int32(mantissaBits)));
}

/** The exponent of a positive normal number. */
export function exponentOf(x: Scalar): Scalar {
  if (x.dtype === 'float64') return prim('exponent', x);
  const { bias, mantissaBits } = precisionOf(x);
  return prim('sub', prim('shr', prim('bits', x), int32(mantissaBits)), int32(bias));
}

/** The factors of 2^n, |n| < 2044 or 252, that scale a value near 1: only the second product rounds. */
export function powerOfTwo(bind: Let, n: Integer): readonly [Scalar, Scalar] {
  const shifted = add(mul(n.value, 0.5), precisionOf(n.value).roundingShift);
  const half = bind('half', lowInteger(shifted));
  return [bind('scale', pow2(half, n.value)), bind('scale', pow2(prim('sub', n.int, half), n.value))];
}

/** y 2^n, for such n and y near 1; rounds once. */
export function scale(bind: Let, y: Scalar, n: Integer): Scalar {
  const [first, second] = powerOfTwo(bind, n);
  return mul(mul(y, first), second);
}
