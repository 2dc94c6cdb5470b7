/**
 * Levenberg and Marquardt's method, as an optimizer of one's own: each update solves the linearized problem
 * (J^T J + damping) d = J^T r by conjugate gradients, inside the compiled step. J is never written down: the compiler
 * makes J v and J^T u of the residuals r, and the number of observations stays open.
 */
import { input, jvp, nn, optim, parameter, sigmoid, sum, training, vjp } from 'adjoint';
import type { Expr } from 'adjoint';
import { compile } from 'adjoint/compiler';
import type { Batch, Step } from 'adjoint/runtime';
import { isMain } from './support.ts';

type Vector = Expr<readonly [3], 'float64'>;

const decade = input('decade', ['N'], 'float64');
const millions = input('millions', ['N'], 'float64');
/** A ceiling in hundreds of millions, a rate for ten decades, a midpoint in tens of decades. */
const growth: Vector = parameter('growth', [3], { dtype: 'float64', init: nn.init.constant(1) });
const part = (index: number) => growth.select({ axis: 0, index });
const age = decade.div(10).sub(part(2));
const population = sigmoid(age.mul(part(1)))
  .mul(part(0))
  .mul(100);
const residual = population.sub(millions);

const dot = (a: Vector, b: Vector) => sum(a.mul(b));

/** J^T J v + damping v, of the residuals as a function of the parameters. */
const curvature = (v: Vector, damping: Expr<[], 'float64'>): Vector =>
  vjp(residual, growth, jvp(residual, growth, v)).add(v.mul(damping));

/** Conjugate gradients: as many steps as there are unknowns solve the problem but for rounding. */
const gaussNewton = optim.optimizer('gaussNewton', { damping: 1 }, (_gradient, leaf, { damping }) => {
  let left: Vector = vjp(residual, growth, residual);
  let direction = left;
  let solution = left.mul(0);
  for (let i = 0; i < 3; i++) {
    const bent = curvature(direction, damping);
    const along = dot(left, left).div(dot(direction, bent));
    const rest = left.sub(bent.mul(along));
    solution = solution.add(direction.mul(along));
    direction = rest.add(direction.mul(dot(rest, rest).div(dot(left, left))));
    left = rest;
  }
  return leaf.parameter.sub(solution);
});
const program = training({
  name: 'gauss-newton',
  loss: sum(residual.square()),
  optimizer: gaussNewton,
  outputs: { population },
});
export default program;

/** The population of the United States in millions, by the censuses of 1790 to 1940. */
const census = [
  3.929, 5.308, 7.24, 9.638, 12.861, 17.063, 23.192, 31.443, 38.558, 50.189, 62.98, 76.212, 92.228, 106.022,
  123.203, 132.165,
];

/** One update that makes the loss smaller, with as little damping as it takes. Returns the damping to try next. */
function improve(step: Step, data: Batch, damping: number): number {
  const [values] = step.parameters;
  const before = Float64Array.from(values?.data ?? []);
  const { loss } = step.step(data, { damping });
  if (step.evaluate(data).loss <= loss || damping > 1e12) return damping / 10;
  values?.data.set(before);
  return improve(step, data, damping * 10);
}

export interface GaussNewtonOptions {
  readonly updates?: number;
  readonly log?: (line: string) => void;
}

/** Fits the curve, and returns the sum of squared residuals. */
export function main({ updates = 6, log = console.log }: GaussNewtonOptions = {}): number {
  const data = { decade: census.map((_, i) => i), millions: census };
  const step = compile(program).create({ capacity: { N: 20 } });
  let damping = 1;
  for (let update = 1; update <= updates; update++) {
    damping = improve(step, data, damping);
    const squares = step.evaluate(data).loss;
    log(
      `update ${String(update).padStart(2)}: sum of squares ${squares.toFixed(4)}, damping ${damping.toExponential(0)}`,
    );
  }
  const [ceiling = NaN, rate = NaN, midpoint = NaN] = step.parameters[0]?.data ?? [];
  const year = 1790 + 100 * midpoint;
  log(
    `${(100 * ceiling).toFixed(1)} million at most, half of them in ${year.toFixed(0)}, rate ${(rate / 10).toFixed(3)} a decade`,
  );
  const [next = NaN] = step.predict({ decade: [16] })['population']?.data ?? [];
  log(`it foretells ${next.toFixed(0)} million for 1950; the census counted 151`);
  return step.evaluate(data).loss;
}

if (isMain(import.meta.url)) main();
