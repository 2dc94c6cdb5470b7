/**
 * Scalar primitives: the smallest steps of the kernel language. A new one needs a row here, in the JavaScript
 * emitter and in the WebAssembly emitter; the tables are typed so that the compiler names what is missing.
 */

/** Correctly rounded, or exact, in every engine: these are the hardware's own. */
export type CorePrim =
  // arithmetic on floats and int32 (int32 wraps; `div` is for floats)
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'neg'
  | 'abs'
  // floats
  | 'sqrt'
  | 'min' // propagates NaN, -0 < +0
  | 'max'
  | 'floor'
  | 'ceil'
  | 'trunc'
  | 'round' // half to even
  | 'copysign' // magnitude of the first, sign of the second
  // int32
  | 'idiv' // truncated; the divisor is never 0
  | 'irem' // sign of the dividend
  | 'and' // also logical on bools
  | 'or'
  | 'xor'
  | 'shl'
  | 'shr' // unsigned
  // comparisons of floats or int32 -> bool
  | 'eq'
  | 'ne'
  | 'lt'
  | 'le'
  | 'not' // bool
  | 'select' // (bool, a, b): a where true; both are evaluated
  // conversions: named for what they make; the source's dtype is the argument's
  | 'toFloat32'
  | 'toFloat64'
  | 'toInt32' // truncates toward zero, saturates at the int32 range, NaN to 0
  | 'toBool' // x != 0
  // bit moves on float64
  | 'pow2' // (int32 k) -> 2^k as float64, k in [-1022, 1023]
  | 'exponent' // (float64 x) -> int32: floor(log2 |x|) of a positive normal x; the biased field minus 1023 otherwise
  | 'mantissa' // (float64 x) -> float64: |x| with its exponent field replaced by that of 1, in [1, 2) for normal x
  | 'highWord' // (float64) -> int32: sign, exponent and the upper 20 mantissa bits
  | 'lowWord' // (float64) -> int32: the lower 32 mantissa bits
  | 'fromWords' // (int32 high, int32 low) -> float64
  // bit moves on float32
  | 'bits' // (float32) -> int32: its bits
  | 'fromBits'; // (int32) -> float32

/** Elementary functions: each has one description in `math/`, in float64; float32 rounds its result once. */
export type MathPrim =
  | 'exp'
  | 'expm1'
  | 'log'
  | 'log1p'
  | 'sin'
  | 'cos'
  | 'tan'
  | 'asin'
  | 'acos'
  | 'atan'
  | 'atan2'
  | 'sinh'
  | 'cosh'
  | 'tanh'
  | 'asinh'
  | 'acosh'
  | 'atanh'
  | 'erf'
  | 'erfc'
  | 'pow'
  | 'exp2'
  | 'log2'
  | 'log10'
  | 'sigmoid'
  | 'fmod';

/** Random numbers in [0, 1) from (seed, stream, step, index), whole numbers of the int32 range. */
export type RandomPrim = 'uniform24' | 'uniform53';

/** Primitives that are described in the kernel language itself. */
export type FunctionPrim = MathPrim | RandomPrim;

export type Prim = CorePrim | FunctionPrim;
