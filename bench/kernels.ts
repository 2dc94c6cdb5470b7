/**
 * Speed of single WebAssembly kernels beside the processor's peak of 128-bit multiplications and additions, measured
 * in the same process. Run it as `node dist/bench/kernels.js`, with a part of a name to choose kernels.
 */
import { inference, input, matmul, transpose } from '../src/index.ts';
import type { Expr } from '../src/index.ts';
import { wasmEngine } from '../compiler/emit/wasm/engine.ts';
import { ModuleBuilder } from '../compiler/emit/wasm/assembler.ts';
import { emitWasm } from '../compiler/emit/wasm/module.ts';
import { lower } from '../compiler/lowered.ts';
import { optimize } from '../compiler/pipeline.ts';

type Run = () => unknown;

/** Nanoseconds of one run: the least of many samples of about `milliseconds` each. */
function nanoseconds(run: Run, milliseconds = 5, samples = 40): number {
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
function peak(): number {
  const [chains, iterations] = [10, 100_000];
  const module = new ModuleBuilder();
  const f = module.func('run', [], ['v128', 'i32'].slice(1) as ['i32']);
  const sums = Array.from({ length: chains }, () => f.local('v128'));
  const [factor, count] = [f.local('v128'), f.local('i32')];
  f.v128Const('f32x4', [0.5, 0.5, 0.5, 0.5]).localSet(factor).i32Const(iterations).localSet(count);
  f.loop((again) => {
    for (const sum of sums)
      f.localGet(sum).localGet(factor).op('f32x4.mul').localGet(factor).op('f32x4.add').localSet(sum);
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
function kernelOf(output: Expr): Run {
  const lowered = lower(optimize(inference({ outputs: { output } })));
  const engine = wasmEngine(emitWasm(lowered, []));
  const memory = engine.allocate(lowered.memory.regions[0]?.bytes ?? 0);
  const numbers =
    output.dtype === 'float64' ? new Float64Array(memory.buffer) : new Float32Array(memory.buffer);
  for (let i = 0; i < numbers.length; i++) numbers[i] = Math.sin(i);
  const entries = engine.start(memory, [0], [1]);
  return () => entries.predict?.();
}

interface Case {
  readonly name: string;
  readonly flops: number;
  readonly output: Expr;
}

function product(m: number, k: number, n: number, form: string, dtype: 'float32' | 'float64'): Case {
  const [left, right] = [form.startsWith('t'), form.endsWith('t')];
  const x = input('x', left ? [k, m] : [m, k], dtype) as Expr;
  const y = input('y', right ? [n, k] : [k, n], dtype) as Expr;
  const times = matmul as (a: Expr, b: Expr) => Expr;
  const output = times(
    left ? (transpose as (a: Expr) => Expr)(x) : x,
    right ? (transpose as (a: Expr) => Expr)(y) : y,
  );
  return { name: `matmul ${m}x${k}x${n} ${form} ${dtype}`, flops: 2 * m * k * n, output };
}

const shapes: readonly (readonly [number, number, number])[] = [
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

function* cases(): Generator<Case> {
  for (const [m, k, n] of shapes)
    for (const form of ['nn', 'nt', 'tn', 'tt']) yield product(m, k, n, form, 'float32');
  for (const form of ['nn', 'nt']) yield product(256, 256, 256, form, 'float64');
}

const wanted = process.argv[2] ?? '';
const best = peak();
console.log(`peak of 128-bit multiply and add: ${best.toFixed(1)} GFLOP/s (float32)`);
for (const { name, flops, output } of cases()) {
  if (!name.includes(wanted)) continue;
  const speed = flops / nanoseconds(kernelOf(output));
  console.log(
    `${name.padEnd(40)} ${speed.toFixed(1).padStart(6)} GFLOP/s  ${((100 * speed) / best).toFixed(0)} %`,
  );
}
