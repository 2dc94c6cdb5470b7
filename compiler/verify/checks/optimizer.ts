/** Verifies an optimizer: on a small problem, under hard gradients, and against its rule in plain numbers. */
import { input } from '../../../src/declare.ts';
import { must } from '../../../src/errors.ts';
import type { Expr } from '../../../src/expr.ts';
import { mse } from '../../../src/loss/index.ts';
import * as nn from '../../../src/nn/index.ts';
import { mul } from '../../../src/ops/arithmetic.ts';
import { sum } from '../../../src/ops/broadcast.ts';
import type { Optimizer } from '../../../src/optim/index.ts';
import type { Program } from '../../../src/program.ts';
import { parameter } from '../../../src/declare.ts';
import { training } from '../../../src/training.ts';
import { drawElements } from '../arb/values.ts';
import { drawFrom } from '../draw.ts';
import { Report, demand, passed } from '../report.ts';
import type { Check } from '../report.ts';
import type { Target } from '../targets.ts';
import { checkAgreement } from './agreement.ts';
import { settled } from './program.ts';
import type { ProgramOptions } from './program.ts';
import { checkDeterminism, checkResume } from './repeat.ts';

/**
 * One step of an optimizer for one element in plain numbers: the new parameter. `memory` is the element's own between
 * steps; `count` is the number of the step, from 1.
 */
export type ElementRule = (
  gradient: number,
  parameter: number,
  memory: Record<string, number>,
  count: number,
) => number;

export interface OptimizerOptions extends ProgramOptions {
  /** The rule as it is on paper: what each element must follow, to 1e-12. */
  readonly rule?: ElementRule;
  /** Steps in a run; default 12. */
  readonly steps?: number;
  /** Whether the loss of a convex problem must fall; default true. */
  readonly descends?: boolean;
}

/** A regression with a matrix and a bias. */
function regression(optimizer: Optimizer): Program {
  const x = input('x', ['N', 3]);
  const y = input('y', ['N', 2]);
  const prediction = nn.linear(3, 2)(x);
  return training({ name: optimizer.name, loss: mse(prediction, y), optimizer, outputs: { prediction } });
}

const count = 6;

/** A loss whose gradient is the input `g`, element by element, whatever the parameters are. */
function given(optimizer: Optimizer): Program {
  const p = parameter('p', [2, 3], { dtype: 'float64' });
  const g = input('g', [2, 3], 'float64');
  const loss = sum(mul(p, g) as Expr) as unknown as Expr<[], 'float64'>;
  return training({ name: optimizer.name, loss, optimizer });
}

const start = [0.5, -1.25, 2, 0.125, -0.75, 1];

function checkDescent(program: Program, target: Target, seed: number): Check {
  const title = 'the loss of a convex problem falls';
  const draw = drawFrom(seed);
  const batch = {
    x: drawElements(draw, 'float32', 24, { range: [-2, 2] }),
    y: drawElements(draw, 'float32', 16, { range: [-2, 2] }),
  };
  const step = target.compile(program).create({ capacity: { N: 8 }, seed });
  const first = step.evaluate(batch).loss;
  const steps = 200;
  for (let i = 0; i < steps; i++) step.step(batch);
  const last = step.evaluate(batch).loss;
  const details = [`${first} at first, ${last} after ${steps} steps`];
  return { ...passed(title, { runs: 1, compared: 1 }), verdict: last < first ? 'pass' : 'fail', details };
}

/** Gradients that break rules which divide, square, or count on something to happen. */
const hard: readonly (readonly [name: string, gradient: number])[] = [
  ['zero', 0],
  ['subnormal', 2 ** -1060],
  ['tiny', 1e-30],
  ['large', 1e15],
];

function checkHard(program: Program, target: Target, steps: number): Check {
  const title = 'zero, tiny and large gradients leave parameters finite';
  const module = target.compile(program);
  for (const [name, gradient] of hard) {
    const step = module.create({ parameters: { p: start } });
    for (let i = 0; i < steps; i++) step.step({ g: Array.from({ length: count }, () => gradient) });
    const bad = [...step.parameters, ...step.state].find(({ data }) => data.some((x) => !Number.isFinite(x)));
    if (!bad) continue;
    const details = [`${bad.name} is not finite after ${steps} ${name} gradients`];
    return { ...passed(title, { runs: 1, compared: steps }), verdict: 'fail', details };
  }
  return passed(title, { runs: hard.length, compared: hard.length * steps });
}

function checkRule(program: Program, target: Target, rule: ElementRule, steps: number, seed: number): Check {
  const title = 'each element follows the rule';
  const step = target.compile(program).create({ parameters: { p: start } });
  const draw = drawFrom(seed);
  const expected = [...start];
  const memories = start.map((): Record<string, number> => ({}));
  for (let i = 1; i <= steps; i++) {
    const g = drawElements(draw, 'float64', count, { range: [-3, 3] });
    step.step({ g });
    for (const [j, gradient] of g.entries()) {
      const wanted = rule(gradient, must(expected[j], 'parameter'), must(memories[j], 'memory'), i);
      const found = step.parameters[0]?.data[j] ?? Number.NaN;
      expected[j] = wanted;
      if (Math.abs(found - wanted) <= 1e-12 * (1 + Math.abs(wanted))) continue;
      const details = [`p[${j}] is ${found} after step ${i}, by the rule ${wanted} (gradient ${gradient})`];
      return { ...passed(title, { runs: 1, compared: i * count }), verdict: 'fail', details };
    }
  }
  return passed(title, { runs: 1, compared: steps * count });
}

/** Verifies an optimizer. Throws VerificationError where a check fails or is inconclusive. */
export function optimizer(of: Optimizer, options: OptimizerOptions = {}): Report {
  const { rule, steps = 12, descends = true, ...rest } = options;
  const whole = settled({ runs: 10, ...rest });
  const [problem, bare] = [regression(of), given(of)];
  const target = must(whole.targets[0], 'target');
  const checks = [
    ...(rule ? [checkRule(bare, target, rule, steps, whole.seed)] : []),
    ...(descends ? [checkDescent(problem, target, whole.seed)] : []),
    checkHard(bare, target, steps),
    ...checkAgreement(problem, { ...whole, calls: 4 }),
    checkDeterminism(problem, whole),
    checkResume(problem, whole),
  ];
  return demand(new Report(`optimizer ${of.name}`, whole.seed, checks));
}
