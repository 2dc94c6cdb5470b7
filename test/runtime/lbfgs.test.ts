/** L-BFGS against PyTorch's, over programs that the reference interpreter runs. */
import type { Expr, Loss } from 'adjoint';
import {
  add,
  matmul,
  mean,
  mul,
  narrow,
  neg,
  optim,
  parameter,
  softplus,
  square,
  sub,
  sum,
  tensor,
} from 'adjoint';
import { training } from 'adjoint';
import { compile } from 'adjoint/compiler';
import { expect, test } from 'vitest';
import { lbfgs } from '../../runtime/lbfgs.ts';
import { casesOf } from '../optim/fixtures.ts';
import type { OptimizerCase, TensorData } from '../parity/cases.ts';
import { interpreted } from '../parity/interpreted.ts';
import { options } from '../parity/operators/row.ts';
import { checkNumbers } from '../parity/tolerance.ts';

type Vector = Expr<readonly [number], 'float64'>;
type Objective = Readonly<Record<string, TensorData>>;

const vectorOf = ({ data }: TensorData): Vector => tensor(data, [data.length], 'float64');
const matrixOf = ({ data, shape: [rows = 0, columns = 0] }: TensorData) =>
  tensor(data, [rows, columns] as const, 'float64');

/** The functions that the suite names. */
const objectives: Readonly<Record<string, (x: Vector, given: Objective) => Expr>> = {
  quadratic: (x, { A, b }) => {
    const image = matmul(matrixOf(A as TensorData), x) as Vector;
    return sub(mul(sum(mul(x, image)), 0.5), sum(mul(x, vectorOf(b as TensorData))));
  },
  rosenbrock: (x) => {
    const n = x.shape[0];
    const [head, tail] = [0, 1].map((start) => narrow(x, { axis: 0, start, length: n - 1 })) as [
      Vector,
      Vector,
    ];
    return sum(add(mul(square(sub(tail, square(head))), 100), square(sub(1, head))));
  },
  logistic: (w, { X, y, l2 }) => {
    const scores = matmul(matrixOf(X as TensorData), w) as Vector;
    const margin = mul(scores, vectorOf(y as TensorData));
    return add(mean(softplus(neg(margin))), mul(sum(square(w)), 0.5 * Number(l2)));
  },
};

const tolerance = { rtol: 1e-9, atol: 1e-12 };
const cases = casesOf<OptimizerCase>('optimizers.json').filter(({ objective }) => objective);

test('there are cases with an objective', () => {
  expect(cases.length).toBeGreaterThan(0);
});

test.each(cases)('$id goes where PyTorch goes', (spec) => {
  const [start] = spec.params;
  const x = parameter('x', [start?.data.length ?? 0], { dtype: 'float64' });
  const objective = objectives[spec.objective?.name ?? ''];
  if (!start || !objective) throw new Error('no such objective');
  const loss = objective(x, spec.objective as unknown as Objective) as Loss;
  const step = interpreted(training({ loss, optimizer: optim.keepGradients() })).create({
    parameters: { x: start.data },
  });
  const driver = lbfgs(step, options(spec.groups[0]?.attrs ?? {}));
  spec.params_after.forEach(([expected = []], at) => {
    const before = driver.step({});
    checkNumbers(`loss ${at}`, [before], [spec.loss_before?.[at] ?? NaN], spec.tol ?? tolerance);
    checkNumbers(`x after ${at}`, step.parameters[0]?.data ?? [], expected, spec.tol ?? tolerance);
  });
});

test.each(['js', 'wasm'] as const)('an emitted %s module is driven to the minimum in float32', (target) => {
  const x = parameter('x', [3]);
  const away = sub(x, tensor([1, -2, 0.5], [3]));
  const loss = sum(mul(square(away), tensor([1, 10, 100], [3]))) as Loss;
  const step = compile(training({ loss, optimizer: optim.keepGradients() }), { target }).create();
  lbfgs(step, { lineSearchFn: 'strong_wolfe' }).step({});
  checkNumbers('x', step.parameters[0]?.data ?? [], [1, -2, 0.5], { rtol: 1e-5, atol: 1e-5 });
});

/** A step over log(x), which is not finite left of 0. */
function logarithmic(x0: number) {
  const x = parameter('x', [1], { dtype: 'float64' });
  const loss = sum(sub(x, x.log())) as Loss;
  return interpreted(training({ loss, optimizer: optim.keepGradients() })).create({
    parameters: { x: [x0] },
  });
}

test('a line search steps back from where the loss is not finite', () => {
  const step = logarithmic(4);
  const driver = lbfgs(step, { lr: 8, lineSearchFn: 'strong_wolfe' });
  for (let i = 0; i < 3; i++) driver.step({});
  expect(step.parameters[0]?.data[0]).toBeCloseTo(1, 6);
});

test('a loss that is not finite at the start leaves the parameters alone', () => {
  const step = logarithmic(-1);
  expect(lbfgs(step).step({})).toBeNaN();
  expect(step.parameters[0]?.data[0]).toBe(-1);
});

test('a program without gradients in its state is refused, with the way out', () => {
  const x = parameter('x', [1], { dtype: 'float64' });
  const step = interpreted(training({ loss: sum(x) as Loss, optimizer: optim.sgd() })).create();
  expect(() => lbfgs(step)).toThrow(/optim\.keepGradients\(\)/);
});
