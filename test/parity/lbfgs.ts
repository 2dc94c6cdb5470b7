/** L-BFGS: a driver over steps that yield an objective and its gradient. */
import type { Expr, Loss } from 'adjoint';
import { add, matmul, mean, mul, neg, optim, parameter, slice, softplus, square, sub, sum } from 'adjoint';
import { tensor, training } from 'adjoint';
import { lbfgs } from 'adjoint/runtime';
import type { OptimizerCase, TensorData } from './cases.ts';
import type { Engine } from './engine.ts';
import { options } from './operators/row.ts';
import { tensorNamed } from './optimizers.ts';
import { checkNumbers, tolerances } from './tolerance.ts';
import { Unsupported, rowOf } from './unsupported.ts';

type Vector = Expr<readonly [number], 'float64'>;

interface Row {
  value(x: Vector, objective: object): Expr;
}

type Quadratic = { readonly A: TensorData; readonly b: TensorData };
type Logistic = { readonly X: TensorData; readonly y: TensorData; readonly l2: number };

const constant = ({ data, shape }: TensorData) => tensor(data, shape, 'float64');

/** The sum over i of 100 (x[i+1] - x[i]^2)^2 + (1 - x[i])^2. */
function rosenbrock(x: Vector): Expr {
  const [before, after] = [slice(x, { axis: 0, stop: -1 }), slice(x, { axis: 0, start: 1 })];
  return sum(add(mul(square(sub(after, square(before))), 100), square(sub(1, before))));
}

/** The objectives that cases name. */
const objectives: Readonly<Record<string, Row['value']>> = {
  quadratic: (x, { A, b }: Quadratic) =>
    sub(mul(sum(mul(x, matmul(constant(A), x))), 0.5), sum(mul(constant(b), x))),
  rosenbrock,
  logistic: (w, { X, y, l2 }: Logistic) =>
    add(mean(softplus(neg(mul(constant(y), matmul(constant(X), w))))), mul(sum(square(w)), 0.5 * l2)),
};

export function replayLbfgs(test: OptimizerCase, engine: Engine): void {
  const { objective = {}, groups, params, steps = 0, params_after, loss_before } = test;
  const { tol = tolerances.update } = test;
  const [start, ...others] = params;
  if (!start || others.length > 0) throw new Unsupported('no objective of several parameters');
  const value = rowOf(objectives, 'objective', String(objective.name));
  const x = parameter('p0', [start.data.length], { dtype: 'float64' });
  const loss = value(x, objective) as Loss;
  const module = engine(training({ loss, optimizer: optim.keepGradients() }));
  const step = module.create({ parameters: { p0: start.data } });
  const driver = lbfgs(step, options(groups[0]?.attrs ?? {}));
  for (let at = 0; at < steps; at++) {
    const before = driver.step({});
    if (loss_before) checkNumbers(`loss before step ${at}`, [before], [loss_before[at] ?? Number.NaN], tol);
    checkNumbers(
      `p0 after step ${at}`,
      tensorNamed(step.parameters, 'p0').data,
      params_after[at]?.[0] ?? [],
      tol,
    );
  }
}
