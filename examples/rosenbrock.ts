/**
 * No data, no network: Adam walks down the valley of Rosenbrock's function. A program minimizes whatever expression
 * it is given over its parameters.
 */
import { formula, nn, optim, parameter, schedule, training } from 'adjoint';
import { compile } from 'adjoint/compiler';
import { isMain } from './support.ts';

const x = parameter('x', [], { dtype: 'float64', init: nn.init.constant(-1.2) });
const y = parameter('y', [], { dtype: 'float64', init: nn.init.constant(1) });
const valley = x.neg().add(1).square().add(y.sub(x.square()).square().mul(100));
const optimizer = optim.adam({ lr: schedule.cosine({ base: 0.05, tMax: 5000 }) });
const program = training({ name: 'rosenbrock', loss: valley, optimizer });
export default program;

export interface RosenbrockOptions {
  readonly steps?: number;
  readonly log?: (line: string) => void;
}

/** Minimizes, and returns the point that was reached; the minimum lies at (1, 1). */
export function main({ steps = 5000, log = console.log }: RosenbrockOptions = {}): readonly [number, number] {
  log(`f     = ${formula(valley)}`);
  log('Adam, with the gradient g of each parameter p:');
  for (const line of optim.updateRule(optim.adam()).split('\n')) log(`  ${line}`);
  const step = compile(program).create();
  const losses = step.repeat(steps, {});
  for (let i = 0; i < steps; i += Math.ceil(steps / 10))
    log(`step ${String(i).padStart(4)}: f = ${(losses[i] ?? NaN).toExponential(2)}`);
  const [a = NaN, b = NaN] = step.parameters.map(({ data }) => data[0]);
  log(`reached (${a.toFixed(6)}, ${b.toFixed(6)}); the minimum is at (1, 1)`);
  return [a, b];
}

if (isMain(import.meta.url)) main();
