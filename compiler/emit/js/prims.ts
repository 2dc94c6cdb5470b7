/** JavaScript for each core primitive. */
import type { DType } from '../../../src/dtype.ts';
import type { CorePrim } from '../../../src/kernel/prims.ts';
import { code } from '../code.ts';
import type { Written } from './expression.ts';
import { binary, call, conditional, negated, plain, unaryNot } from './expression.ts';

/** Helper functions and scratch that a module has only where it uses them. */
export type Helper =
  | 'lanes'
  | 'joinSum32'
  | 'joinSum64'
  | 'joinProduct32'
  | 'joinProduct64'
  | 'words'
  | 'single'
  | 'roundEven'
  | 'toInt32'
  | 'copysign'
  | 'fromWords'
  | 'powers'
  | 'bits'
  | 'fromBits'
  | 'highWord'
  | 'lowWord'
  | 'exponent'
  | 'mantissa';

export interface Row {
  /** `dtype` is that of the operands. */
  readonly write: (dtype: DType, ...args: Written[]) => Written;
  readonly helper?: (dtype: DType) => Helper | null;
}

type Write = (...args: Written[]) => Written;
const fround = (x: Written): Written => call('Math.fround', x);
const wrapped = (x: Written): Written => binary('|', x, plain(code`0`));

/** Rounds float32 results; integers wrap; float64 is what JavaScript computes. */
function arithmetic(f: Write, integer: Write = (...args) => wrapped(f(...args))): Row {
  return {
    write: (dtype, ...args) => {
      if (dtype === 'float32') return fround(f(...args));
      return dtype === 'float64' ? f(...args) : integer(...args);
    },
  };
}

const always = (f: Write): Row => ({ write: (_dtype, ...args) => f(...args) });
const helped = (helper: Helper): Row => ({
  write: (_dtype, ...args) => call(helper, ...args),
  helper: () => helper,
});
const operator = (sign: string): Row => always((a, b) => binary(sign, a, must(b)));
const asNumber = (x: Written): Written => conditional(x, plain(code`1`), plain(code`0`));

function must(x: Written | undefined): Written {
  if (!x) throw new Error('internal: operand is missing');
  return x;
}

const isBool = (dtype: DType): boolean => dtype === 'bool';
const differ = (a: Written, b: Written): Written => binary('^', a, b);
const zero = plain(code`0`);

export const jsPrims: Readonly<Record<CorePrim, Row>> = {
  add: arithmetic((a, b) => binary('+', must(a), must(b))),
  sub: arithmetic((a, b) => binary('-', must(a), must(b))),
  mul: arithmetic(
    (a, b) => binary('*', must(a), must(b)),
    (a, b) => call('Math.imul', must(a), must(b)),
  ),
  div: arithmetic((a, b) => binary('/', must(a), must(b))),
  neg: { write: (dtype, a) => (dtype === 'int32' ? wrapped(negated(a)) : negated(a)) },
  abs: { write: (dtype, a) => (dtype === 'int32' ? wrapped(call('Math.abs', a)) : call('Math.abs', a)) },
  sqrt: arithmetic((a) => call('Math.sqrt', must(a))),
  min: always((a, b) => call('Math.min', must(a), must(b))),
  max: always((a, b) => call('Math.max', must(a), must(b))),
  floor: always((a) => call('Math.floor', must(a))),
  ceil: always((a) => call('Math.ceil', must(a))),
  trunc: always((a) => call('Math.trunc', must(a))),
  round: helped('roundEven'),
  copysign: helped('copysign'),
  idiv: always((a, b) => wrapped(binary('/', must(a), must(b)))),
  irem: operator('%'),
  and: operator('&'),
  or: operator('|'),
  xor: operator('^'),
  shl: operator('<<'),
  shr: always((a, b) => wrapped(binary('>>>', must(a), must(b)))),
  eq: {
    write: (dtype, a, b) =>
      isBool(dtype) ? binary('===', differ(a, must(b)), zero) : binary('===', a, must(b)),
  },
  ne: {
    write: (dtype, a, b) =>
      isBool(dtype) ? binary('!==', differ(a, must(b)), zero) : binary('!==', a, must(b)),
  },
  lt: operator('<'),
  le: operator('<='),
  not: always((a) => unaryNot(must(a))),
  select: always((test, a, b) => conditional(must(test), must(a), must(b))),
  toFloat32: { write: (dtype, a) => (isBool(dtype) ? asNumber(a) : fround(a)) },
  toFloat64: { write: (dtype, a) => (isBool(dtype) ? asNumber(a) : a) },
  toInt32: {
    write: (dtype, a) => (isBool(dtype) ? asNumber(a) : call('toInt32', a)),
    helper: (dtype) => (isBool(dtype) ? null : 'toInt32'),
  },
  toBool: always((a) => binary('!==', must(a), zero)),
  pow2: {
    write: (_dtype, k) =>
      plain(code`powers[${binary('&', binary('+', k, plain(code`1023`)), plain(code`4095`)).code}]`),
    helper: () => 'powers',
  },
  exponent: helped('exponent'),
  mantissa: helped('mantissa'),
  highWord: helped('highWord'),
  lowWord: helped('lowWord'),
  fromWords: helped('fromWords'),
  bits: helped('bits'),
  fromBits: helped('fromBits'),
};

/** What a helper needs besides itself. */
export const helperNeeds: Readonly<Partial<Record<Helper, readonly Helper[]>>> = {
  joinSum32: ['lanes'],
  joinSum64: ['lanes'],
  joinProduct32: ['lanes'],
  joinProduct64: ['lanes'],
  fromWords: ['words'],
  powers: ['words', 'fromWords'],
  highWord: ['words'],
  lowWord: ['words'],
  exponent: ['words'],
  mantissa: ['words'],
  bits: ['single'],
  fromBits: ['single'],
};

function joinSource(name: string, doc: string, joined: string): string {
  return `// ${doc}
function ${name}() {
  for (let half = 8; half > 0; half >>= 1) {
    for (let i = 0; i < half; i++) lanes[i] = ${joined};
  }
  return lanes[0];
}`;
}

export const helperSource: Readonly<Record<Helper, string>> = {
  lanes: `// Partial results of reductions: the terms i mod 16.
const lanes = new Float64Array(16);`,
  joinSum32: joinSource(
    'joinSum32',
    'Joins float32 partial sums by a halving tree.',
    'Math.fround(lanes[i] + lanes[i + half])',
  ),
  joinSum64: joinSource(
    'joinSum64',
    'Joins float64 partial sums by a halving tree.',
    'lanes[i] + lanes[i + half]',
  ),
  joinProduct32: joinSource(
    'joinProduct32',
    'Joins float32 partial products by a halving tree.',
    'Math.fround(lanes[i] * lanes[i + half])',
  ),
  joinProduct64: joinSource(
    'joinProduct64',
    'Joins float64 partial products by a halving tree.',
    'lanes[i] * lanes[i + half]',
  ),
  words: `// One float64 seen as two int32 words, low word first.
const float64Word = new Float64Array(1);
const int32Words = new Int32Array(float64Word.buffer);`,
  single: `// One float32 seen as an int32.
const float32Word = new Float32Array(1);
const int32Word = new Int32Array(float32Word.buffer);`,
  bits: `function bits(x) {
  float32Word[0] = x;
  return int32Word[0];
}`,
  fromBits: `function fromBits(k) {
  int32Word[0] = k;
  return float32Word[0];
}`,
  roundEven: `// To the nearest whole number, halves to even; the sign of zero is kept.
function roundEven(x) {
  const magnitude = Math.abs(x);
  if (!(magnitude < 4503599627370496)) return x;
  const rounded = magnitude + 4503599627370496 - 4503599627370496;
  return x < 0 || Object.is(x, -0) ? -rounded : rounded;
}`,
  toInt32: `// Truncates toward zero and saturates; NaN becomes 0.
function toInt32(x) {
  return Math.min(Math.max(x, -2147483648), 2147483647) | 0;
}`,
  copysign: `// The magnitude of x with the sign of y.
function copysign(x, y) {
  return y < 0 || Object.is(y, -0) ? -Math.abs(x) : Math.abs(x);
}`,
  fromWords: `function fromWords(high, low) {
  int32Words[1] = high;
  int32Words[0] = low;
  return float64Word[0];
}`,
  powers: `// Powers of two by sign and exponent: taking them from memory is faster than making them of words.
const powers = Float64Array.from({ length: 4096 }, (_, i) => fromWords(i << 20, 0));`,
  highWord: `function highWord(x) {
  float64Word[0] = x;
  return int32Words[1];
}`,
  lowWord: `function lowWord(x) {
  float64Word[0] = x;
  return int32Words[0];
}`,
  exponent: `// The exponent of x, unbiased.
function exponent(x) {
  float64Word[0] = x;
  return ((int32Words[1] >>> 20) & 2047) - 1023;
}`,
  mantissa: `// |x| scaled by a power of two into [1, 2).
function mantissa(x) {
  float64Word[0] = x;
  int32Words[1] = (int32Words[1] & 1048575) | 1072693248;
  return float64Word[0];
}`,
};

/** Names that helpers take in a module. */
export const helperNames: readonly string[] = [
  ...Object.keys(helperSource),
  'float64Word',
  'int32Words',
  'float32Word',
  'int32Word',
];
