/**
 * Speed of single WebAssembly kernels, strict and fast, beside the processor's peak of 128-bit multiplications and
 * additions, measured in the same process. Run it as `node dist/bench/kernels.js`, with a part of a name to choose kernels.
 */
import {
  conv2d,
  erf,
  exp,
  gelu,
  gradient,
  inference,
  input,
  log,
  matmul,
  max,
  mul,
  sigmoid,
  sin,
  softmax,
  sqrt,
  sum,
  tanh,
  transpose,
} from '../src/index.ts';
import type { Expr } from '../src/index.ts';
import { wasmEngine } from '../compiler/emit/wasm/engine.ts';
import { hasRelaxedSimd } from '../compiler/emit/wasm/relaxed.ts';
import { ModuleBuilder } from '../compiler/emit/wasm/assembler.ts';
import { emitWasm } from '../compiler/emit/wasm/module.ts';
import { lower } from '../compiler/lowered.ts';
import { optimize } from '../compiler/pipeline.ts';
import type { Numerics } from '../compiler/rewrite/stages.ts';

type Run = () => unknown;

/** Nanoseconds of one run: the least of many samples of about `milliseconds` each. */
function nanoseconds(run: Run, milliseconds = 2, samples = 40): number {
  let times = 1;
  const elapsed = (): number => {
    const start = process.hrtime.bigint();
    for (let i = 0; i < times; i++) run();
    return Number(process.hrtime.bigint() - start);
  };
  while (elapsed() < milliseconds * 1e6) times *= 2;
  return Math.min(...Array.from({ length: samples }, elapsed)) / times;
}

/** GFLOP/s of independent float32 multiplications and additions, four lanes each, that never leave registers. */
function peak(fused: boolean): number {
  const [chains, iterations] = [14, 100_000];
  const module = new ModuleBuilder();
  const f = module.func('run', [], ['i32']);
  const sums = Array.from({ length: chains }, () => f.local('v128'));
  const [factor, count] = [f.local('v128'), f.local('i32')];
  f.v128Const('f32x4', [0.5, 0.5, 0.5, 0.5]).localSet(factor).i32Const(iterations).localSet(count);
  f.loop((again) => {
    for (const sum of sums) {
      f.localGet(sum).localGet(factor);
      if (fused) f.localGet(factor).op('f32x4.relaxed_madd').localSet(sum);
      else f.op('f32x4.mul').localGet(factor).op('f32x4.add').localSet(sum);
    }
    f.localGet(count).i32Const(1).op('i32.sub').localTee(count).brIf(again);
  });
  for (const sum of sums) f.localGet(sum);
  for (let i = 1; i < chains; i++) f.op('v128.xor');
  f.op('i32x4.extract_lane', 0);
  module.export('run', f);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.build()));
  return (8 * chains * iterations) / nanoseconds(exports['run'] as Run);
}

/** The kernel of a program with one output and sizes that are numbers, over finite values. */
function kernelOf(output: Expr, numerics: Numerics): Run {
  const lowered = lower(optimize(inference({ outputs: { output } }), () => {}, { numerics }));
  const engine = wasmEngine(emitWasm(lowered, [], numerics));
  const memory = engine.allocate(lowered.memory.regions[0]?.bytes ?? 0);
  const numbers =
    output.dtype === 'float64' ? new Float64Array(memory.buffer) : new Float32Array(memory.buffer);
  for (let i = 0; i < numbers.length; i++) numbers[i] = Math.sin(i);
  const entries = engine.start(memory, [0], [1]);
  return () => entries.predict?.();
}

interface Case {
  readonly name: string;
  /** Operations, and what a second of them is called: 10^9 of floating point, or of elements. */
  readonly count: number;
  readonly unit: 'GFLOP/s' | 'G/s';
  readonly output: Expr;
}

type Float = 'float32' | 'float64';

const tensor = (name: string, shape: readonly number[], dtype: Float): Expr =>
  input(name, shape, dtype) as Expr;

function product(m: number, k: number, n: number, form: string, dtype: Float): Case {
  const [left, right] = [form.startsWith('t'), form.endsWith('t')];
  const x = tensor('x', left ? [k, m] : [m, k], dtype);
  const y = tensor('y', right ? [n, k] : [k, n], dtype);
  const turned = (of: Expr, turn: boolean): Expr => (turn ? (transpose as (x: Expr) => Expr)(of) : of);
  const output = (matmul as (a: Expr, b: Expr) => Expr)(turned(x, left), turned(y, right));
  return { name: `matmul ${m}x${k}x${n} ${form} ${dtype}`, count: 2 * m * k * n, unit: 'GFLOP/s', output };
}

const products: readonly (readonly [number, number, number])[] = [
  [64, 784, 128],
  [64, 128, 10],
  [128, 128, 128],
  [256, 256, 256],
  [512, 512, 512],
  [100, 100, 100],
  [784, 64, 128],
  [64, 64, 512],
  [7, 64, 33],
];

/** Batch, channels, size, filters, window, stride. */
const convolutions: readonly (readonly [number, number, number, number, number, number])[] = [
  [16, 16, 14, 32, 3, 1],
  [8, 64, 14, 64, 3, 1],
  [8, 64, 7, 64, 3, 1],
  [16, 3, 32, 32, 3, 1],
  [16, 1, 28, 8, 5, 1],
  [8, 32, 16, 64, 3, 2],
  [8, 32, 16, 32, 1, 1],
];

function* convolutionCases(): Generator<Case> {
  for (const [n, c, size, filters, window, stride] of convolutions) {
    const x = tensor('x', [n, c, size, size], 'float32');
    const w = tensor('w', [filters, c, window, window], 'float32');
    const y = (conv2d as (x: Expr, w: Expr, options: object) => Expr)(x, w, { padding: window >> 1, stride });
    const g = tensor('g', y.shape as readonly number[], 'float32');
    const total = sum(mul(y as never, g as never)) as never;
    const places = Number(y.shape[2]) * Number(y.shape[3]);
    const name = `conv2d ${n}x${c}x${size}x${size} ${filters}x${window}x${window} stride ${stride}`;
    const common = { count: 2 * n * filters * places * c * window * window, unit: 'GFLOP/s' } as const;
    yield { name: `${name} forward`, ...common, output: y };
    yield { name: `${name} input`, ...common, output: gradient(total, x as never) as Expr };
    yield { name: `${name} weight`, ...common, output: gradient(total, w as never) as Expr };
  }
}

const functions = { exp, log, tanh, sigmoid, erf, sin, sqrt, gelu, softmax, sum, max } as const;

function* cases(): Generator<Case> {
  for (const [m, k, n] of products)
    for (const form of ['nn', 'nt', 'tn', 'tt']) yield product(m, k, n, form, 'float32');
  for (const form of ['nn', 'nt']) yield product(256, 256, 256, form, 'float64');
  yield* convolutionCases();
  for (const [name, of] of Object.entries(functions)) {
    const x = tensor('x', [64, 64], 'float32');
    const output = (of as (x: Expr, options: object) => Expr)(x, { axis: 1 });
    yield { name: `${name} 64x64`, count: 64 * 64, unit: 'G/s', output };
  }
}

/** What one kernel reaches: its share of the peak, or the time of an element. */
function resultOf({ count, unit, output }: Case, numerics: Numerics, best: number): string {
  const speed = count / nanoseconds(kernelOf(output, numerics));
  const top = output.dtype === 'float64' ? best / 2 : best;
  const share =
    unit === 'GFLOP/s' ? `${((100 * speed) / top).toFixed(0)} %` : `${(1 / speed).toFixed(2)} ns each`;
  return `${speed.toFixed(2).padStart(7)} ${unit.padEnd(8)} ${share.padEnd(12)}`;
}

const wanted = process.argv[2] ?? '';
const relaxed = hasRelaxedSimd();
const [best, bestFused] = [peak(false), relaxed ? peak(true) : null];
console.log(`peak of 128-bit multiply and add: ${best.toFixed(1)} GFLOP/s (float32)`);
console.log(
  bestFused === null
    ? 'no relaxed SIMD here; Node 20 has it behind --experimental-wasm-relaxed-simd'
    : `peak of 128-bit fused multiply-add: ${bestFused.toFixed(1)} GFLOP/s (float32)`,
);
console.log(`${''.padEnd(48)} ${'strict'.padEnd(29)} fast`);
for (const each of cases()) {
  if (!each.name.includes(wanted)) continue;
  const strict = resultOf(each, 'strict', best);
  console.log(`${each.name.padEnd(48)} ${strict} ${resultOf(each, 'fast', bestFused ?? best)}`.trimEnd());
}
