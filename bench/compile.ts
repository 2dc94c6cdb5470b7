/** Times of compilation, by part: `npm run bench -- compile`. */
import { moduleOf, builtFor } from '../compiler/compile.ts';
import { lower } from '../compiler/lowered.ts';
import { optimize } from '../compiler/pipeline.ts';
import { showTable } from '../compiler/report/show.ts';
import type { Program } from '../src/index.ts';
import { add, input, loss, mean, mul, optim, parameter, sub, training } from '../src/index.ts';
import type { Clock } from './measure.ts';
import { mlp } from './workloads-networks.ts';
import { transformerProgram } from './workloads-sequences.ts';

interface Subject {
  readonly name: string;
  readonly program: () => Program;
}

const size = 8;

/** `n` nodes, half of them read twice: without sharing, the derivative would double with every link. */
function reuseChain(n: number): Program {
  const weight = parameter('weight', [size]);
  const x = input('x', ['N', size]);
  let y = mul(x, weight);
  for (let i = 0; i < n / 2; i++) y = add(mul(y, weight), y);
  return training({
    name: 'chain',
    loss: loss.mse(y, input('target', ['N', size])),
    optimizer: optim.sgd({ lr: 1e-3 }),
  });
}

/** x squared, and squared again: 2 ** levels factors of x. */
function squaring(levels: number): Program {
  let y = sub(parameter('x', [size]), 0.5);
  for (let i = 0; i < levels; i++) y = mul(y, y);
  return training({ name: 'squaring', loss: mean(y), optimizer: optim.sgd({ lr: 1e-3 }) });
}

export const subjects: readonly Subject[] = [
  ...[1000, 2000, 4000].map((n) => ({ name: `reuse chain of ${n} nodes`, program: () => reuseChain(n) })),
  { name: '60 squarings', program: () => squaring(60) },
  { name: 'MLP 784-128-10, Adam', program: mlp.program },
  { name: 'transformer of 12 layers, AdamW', program: () => transformerProgram(12) },
];

/** Milliseconds of each part of compiling to a step module with one step created from it. */
function timed(program: () => Program, clock: Clock): number[] {
  const times = [clock()];
  const mark = <T>(value: T): T => {
    times.push(clock());
    return value;
  };
  const declared = mark(program());
  const optimized = mark(optimize(declared));
  const lowered = mark(lower(optimized));
  const module = mark(moduleOf(builtFor('wasm', lowered)));
  module.create({ capacity: declared.inputs.length > 0 ? { N: 16 } : {} });
  mark(null);
  return times.slice(1).map((time, i) => time - (times[i] ?? 0));
}

const show = (milliseconds: number): string => `${milliseconds.toFixed(1)} ms`;

/** The first time in this process, and the least of some more: what a program costs that is compiled again. */
export function compileTable(rounds: number, clock: Clock): string {
  const rows = subjects.map(({ name, program }) => {
    const runs = Array.from({ length: rounds }, () => timed(program, clock));
    const totals = runs.map((run) => run.reduce((a, b) => a + b, 0));
    const best = totals.indexOf(Math.min(...totals));
    return [name, show(totals[0] ?? 0), show(totals[best] ?? 0), ...(runs[best] ?? []).map(show)];
  });
  const right = (title: string) => ({ title, align: 'right' }) as const;
  const columns = [
    { title: 'compilation, target wasm', align: 'left' } as const,
    ...['first', 'warm', 'declare', 'rewrite', 'lower', 'emit', 'create'].map(right),
  ];
  return showTable(columns, rows);
}
