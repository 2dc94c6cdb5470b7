import { expect, test } from 'vitest';
import * as adjoint from 'adjoint';
import { input, nn, optim, training } from 'adjoint';
import type { Expr } from 'adjoint';
import { float64Algebra } from '../../src/algebra/float64.ts';
import { interpret } from '../../src/interpret.ts';
import type { Slot } from '../../src/slot.ts';

const values = [-7, -3, -1, -0.5, -0.2, 0, 0.2, 0.5, 1, 3, 7, 25];
const x = input('x', [2, 6], 'float64');

type Activation = (x: Expr) => Expr;

function evaluate(
  root: Expr,
  extra: readonly (readonly [Slot, readonly number[]])[] = [],
): readonly number[] {
  const slots = new Map<Slot, readonly number[]>([[x.slot as Slot, values], ...extra]);
  return interpret(float64Algebra, [root], { slots, sizes: {} })[0]?.data ?? [];
}

/** Layers and the functions behind them: both get the same options. */
type Row = readonly [name: string, options: object | undefined];

const layers: readonly Row[] = (
  'relu tanh sigmoid relu6 silu mish softsign logSigmoid hardsigmoid hardswish tanhshrink selu leakyRelu elu celu ' +
  'gelu softplus hardtanh hardshrink softshrink softmax softmin logSoftmax glu'
)
  .split(' ')
  .map((name) => [name, undefined]);
const withOptions: readonly Row[] = [
  ['leakyRelu', { negativeSlope: 0.3 }],
  ['elu', { alpha: 2 }],
  ['celu', { alpha: 0.5 }],
  ['gelu', { approximate: 'tanh' }],
  ['softplus', { beta: 2, threshold: 5 }],
  ['hardtanh', { min: -0.3, max: 2 }],
  ['hardshrink', { lambda: 2 }],
  ['softshrink', { lambda: 0.1 }],
  ['threshold', { threshold: 0.3, value: -9 }],
  ['softmax', { axis: 0 }],
  ['softmin', { axis: 0 }],
  ['logSoftmax', { axis: 0 }],
];

const layersByName = nn as unknown as Readonly<Record<string, (options?: object) => Activation & nn.Module>>;
const functions = adjoint as unknown as Readonly<Record<string, (x: Expr, options?: object) => Expr>>;

test.each<Row>([...layers, ...withOptions])(
  'the layer %s (%o) applies the function of its name',
  (name, options) => {
    const layer = layersByName[name]?.(options);
    const found = layer && evaluate(layer(x));
    const expected = functions[name]?.(x, options);
    expect(found).toEqual(expected && evaluate(expected));
    expect(layer && nn.moduleParameters(layer)).toEqual([]);
  },
);

test('prelu starts at 0.25 and has a slope per channel where it is asked for', () => {
  const one = nn.prelu();
  const many = nn.prelu({ parameters: 6, init: nn.init.constant(0.5) });
  const y = [one(x), many(x)] as const;
  const slots = [one, many].map((layer) => nn.moduleParameters(layer)[0]);
  expect(slots.map((own) => [own?.name, own?.shape])).toEqual([['weight', [1]], ['weight', [6]]]); // prettier-ignore
  const [shared, each] = slots.map((own) => own?.slot as Slot);
  expect(evaluate(y[0], [[shared as Slot, [0.25]]])).toEqual(values.map((v) => (v > 0 ? v : v * 0.25)));
  const slopes = [1, 2, 3, 4, 5, 6];
  expect(evaluate(y[1], [[each as Slot, slopes]])).toEqual(
    values.map((v, i) => (v > 0 ? v : v * (slopes[i % 6] ?? NaN))),
  );
});

test('prelu refuses a number of parameters that is none', () => {
  expect(() => nn.prelu({ parameters: 0 })).toThrowError(/E-SHAPE-SIZE {2}prelu: 0 parameters/);
});

test('rrelu has random slopes in training and the middle one in evaluation', () => {
  const weight = adjoint.parameter('w', [2, 6], { dtype: 'float64' });
  const y = nn.rrelu({ lower: 0.2, upper: 0.6 })(x);
  const program = training({
    loss: y.mul(weight).mean(),
    metrics: { total: y.sum() },
    optimizer: optim.sgd({ lr: 0.1 }),
  });
  const [train, evaluation] = [program.step, program.evaluate].map((graph) => {
    const root = graph?.metrics[1]?.value as Expr;
    const state = program.state.map((slot) => [slot as Slot, [0]] as const);
    return evaluate(root, [...state, [program.seed as Slot, [3]]])[0] ?? NaN;
  });
  const [above, below] = [36.7, -11.7];
  expect(evaluation).toBeCloseTo(above + 0.4 * below, 12);
  expect(train).toBeGreaterThan(above + 0.6 * below);
  expect(train).toBeLessThan(above + 0.2 * below);
  expect(train).not.toBeCloseTo(evaluation ?? NaN, 6);
});

test('flatten joins all but the first axis, unflatten takes one apart, and identity does nothing', () => {
  const image = input('image', ['N', 3, 4, 5]);
  expect(nn.flatten()(image).shape).toEqual(['N', 60]);
  expect(nn.flatten({ start: 2 })(image).shape).toEqual(['N', 3, 20]);
  expect(nn.unflatten({ axis: 1, shape: [3, 1] })(image).shape).toEqual(['N', 3, 1, 4, 5]);
  expect(nn.identity()(image)).toBe(image);
});
