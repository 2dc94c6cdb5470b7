/**
 * The value of a scalar expression. This file says which bits are right: every target computes what it computes,
 * NaN payloads excepted. A value of any dtype is a JavaScript number; a bool is 0 or 1.
 */
import type { DType } from '../dtype.ts';
import { roundTo } from '../dtype.ts';
import type { Axis, Buffer, Scalar, Var } from './language.ts';
import type { Size } from '../size.ts';
import type { MathKernel } from './math/kernel.ts';
import { mathKernels } from './math/kernels.ts';
import type { CorePrim, FunctionPrim, Prim } from './prims.ts';

/** The values that an expression reads. */
export interface Environment {
  axis(axis: Axis): number;
  size(size: Size): number;
  variable(of: Var): number;
  load(buffer: Buffer, index: number): number;
}

type Apply = (dtype: DType, ...args: number[]) => number;

const words = new DataView(new ArrayBuffer(8));

function highWord(x: number): number {
  words.setFloat64(0, x);
  return words.getInt32(0);
}

function lowWord(x: number): number {
  words.setFloat64(0, x);
  return words.getInt32(4);
}

function fromWords(high: number, low: number): number {
  words.setInt32(0, high);
  words.setInt32(4, low);
  return words.getFloat64(0);
}

function bits(x: number): number {
  words.setFloat32(0, x);
  return words.getInt32(0);
}

function fromBits(k: number): number {
  words.setInt32(0, k);
  return words.getFloat32(0);
}

const isNegative = (x: number): boolean => x < 0 || Object.is(x, -0);

function roundHalfEven(x: number): number {
  const magnitude = Math.abs(x);
  if (!(magnitude < 2 ** 52)) return x;
  const rounded = magnitude + 2 ** 52 - 2 ** 52;
  return isNegative(x) ? -rounded : rounded;
}

const bool = (test: boolean): number => (test ? 1 : 0);

/**
 * The core primitives. `dtype` is that of the operands (of the two choices, for `select`). Float32 operands give
 * a float32: the exact result rounded once, which rounding the float64 result is for these operations.
 */
export const corePrims: Readonly<Record<CorePrim, Apply>> = {
  add: (dtype, a: number, b: number) => roundTo(dtype, a + b),
  sub: (dtype, a: number, b: number) => roundTo(dtype, a - b),
  mul: (dtype, a: number, b: number) => (dtype === 'int32' ? Math.imul(a, b) : roundTo(dtype, a * b)),
  div: (dtype, a: number, b: number) => roundTo(dtype, a / b),
  neg: (dtype, a: number) => roundTo(dtype, -a),
  abs: (dtype, a: number) => roundTo(dtype, Math.abs(a)),
  sqrt: (dtype, a: number) => roundTo(dtype, Math.sqrt(a)),
  min: (_, a: number, b: number) => Math.min(a, b),
  max: (_, a: number, b: number) => Math.max(a, b),
  floor: (_, a: number) => Math.floor(a),
  ceil: (_, a: number) => Math.ceil(a),
  trunc: (_, a: number) => Math.trunc(a),
  round: (_, a: number) => roundHalfEven(a),
  copysign: (_, a: number, b: number) => (isNegative(b) ? -Math.abs(a) : Math.abs(a)),
  idiv: (_, a: number, b: number) => (a / b) | 0,
  irem: (_, a: number, b: number) => (a % b) | 0,
  and: (_, a: number, b: number) => a & b,
  or: (_, a: number, b: number) => a | b,
  xor: (_, a: number, b: number) => a ^ b,
  shl: (_, a: number, b: number) => a << b,
  shr: (_, a: number, b: number) => (a >>> b) | 0,
  eq: (_, a: number, b: number) => bool(a === b),
  ne: (_, a: number, b: number) => bool(a !== b),
  lt: (_, a: number, b: number) => bool(a < b),
  le: (_, a: number, b: number) => bool(a <= b),
  not: (_, a: number) => 1 - a,
  select: (_, test: number, a: number, b: number) => (test ? a : b),
  toFloat32: (_, a: number) => Math.fround(a),
  toFloat64: (_, a: number) => a,
  // `| 0` turns NaN and -0 into 0.
  toInt32: (_, a: number) => Math.min(Math.max(a, -(2 ** 31)), 2 ** 31 - 1) | 0,
  toBool: (_, a: number) => bool(a !== 0),
  pow2: (_, k: number) => fromWords((k + 1023) << 20, 0),
  exponent: (_, a: number) => ((highWord(a) >>> 20) & 0x7ff) - 1023,
  mantissa: (_, a: number) => fromWords((highWord(a) & 0xfffff) | 0x3ff00000, lowWord(a)),
  highWord: (_, a: number) => highWord(a),
  lowWord: (_, a: number) => lowWord(a),
  fromWords: (_, high: number, low: number) => fromWords(high, low),
  bits: (_, a: number) => bits(a),
  fromBits: (_, k: number) => fromBits(k),
};

/** An expression made ready to run. */
type Code = (env: Environment) => number;
type Scope = (of: Var) => Code;

const isCore = (name: Prim): name is CorePrim => Object.hasOwn(corePrims, name);

/** Applies `name` to operands of `dtype`, as `corePrims` or a math kernel defines it. */
export function evaluatePrim(name: Prim, dtype: DType, ...args: number[]): number {
  return functionOf(name)(dtype, ...args);
}

function functionOf(name: Prim): Apply {
  return isCore(name) ? corePrims[name] : mathFunction(name);
}

const mathFunctions = new Map<FunctionPrim, Apply>();

function mathFunction(name: FunctionPrim): Apply {
  const known = mathFunctions.get(name);
  if (known) return known;
  const made = prepareKernel(mathKernels[name]);
  mathFunctions.set(name, made);
  return made;
}

const nowhere: Environment = {
  axis: () => Number.NaN,
  size: () => Number.NaN,
  variable: () => Number.NaN,
  load: () => Number.NaN,
};

/** A math kernel as a function. Its values live in one frame, which is safe because kernels do not recurse. */
function prepareKernel(kernel: MathKernel): Apply {
  const vars = [...kernel.params, ...kernel.body.map((step) => step.var)];
  const frame = new Float64Array(vars.length);
  const slots = new Map(vars.map((of, slot) => [of, slot]));
  const scope: Scope = (of) => {
    const slot = slots.get(of);
    if (slot === undefined) throw new Error(`internal: ${of.name} is not defined in kernel ${kernel.name}`);
    return () => frame[slot] ?? Number.NaN;
  };
  const steps = kernel.body.map((step) => prepare(step.value, scope));
  const result = prepare(kernel.result, scope);
  return (dtype, ...args) => {
    frame.set(args);
    let slot = kernel.params.length;
    for (const step of steps) frame[slot++] = step(nowhere);
    return roundTo(dtype, result(nowhere));
  };
}

function prepare(scalar: Scalar, scope: Scope): Code {
  switch (scalar.kind) {
    case 'const': {
      const value = roundTo(scalar.dtype, scalar.value);
      return () => value;
    }
    case 'axis':
      return (env) => env.axis(scalar.axis);
    case 'size':
      return (env) => env.size(scalar.size);
    case 'var':
      return scope(scalar.var);
    case 'load': {
      const index = prepare(scalar.index, scope);
      return (env) => env.load(scalar.buffer, index(env));
    }
    case 'prim':
      return preparePrim(
        functionOf(scalar.prim),
        scalar.args.map((arg) => prepare(arg, scope)),
        operandDType(scalar.args),
      );
    case 'cond': {
      const [test, then, otherwise] = [scalar.test, scalar.then, scalar.else].map((part) =>
        prepare(part, scope),
      );
      if (!test || !then || !otherwise) throw new Error('internal: cond without branches');
      return (env) => (test(env) ? then(env) : otherwise(env));
    }
  }
}

/** The last operand's dtype: all but the test of `select` share it. */
function operandDType(args: readonly Scalar[]): DType {
  const last = args.at(-1);
  if (!last) throw new Error('internal: prim without operands');
  return last.dtype;
}

function preparePrim(apply: Apply, args: readonly Code[], dtype: DType): Code {
  const [a, b, c] = args;
  if (a && args.length === 1) return (env) => apply(dtype, a(env));
  if (a && b && args.length === 2) return (env) => apply(dtype, a(env), b(env));
  if (a && b && c && args.length === 3) return (env) => apply(dtype, a(env), b(env), c(env));
  return (env) => apply(dtype, ...args.map((arg) => arg(env)));
}

const inEnvironment: Scope = (of) => (env) => env.variable(of);
const prepared = new WeakMap<Scalar, Code>();

/** The value of `scalar` where `env` says what it reads. */
export function evaluateScalar(scalar: Scalar, env: Environment): number {
  let code = prepared.get(scalar);
  if (!code) {
    code = prepare(scalar, inEnvironment);
    prepared.set(scalar, code);
  }
  return code(env);
}
