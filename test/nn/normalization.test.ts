import { describe, expect, test } from 'vitest';
import {
  batchNorm,
  groupNorm,
  input,
  instanceNorm,
  layerNorm,
  mul,
  nn,
  optim,
  rmsNorm,
  training,
} from 'adjoint';
import { compile } from 'adjoint/compiler';
import { fit } from 'adjoint/runtime';
import type { Float } from './check.ts';
import { checkDerivatives, given, numbersFrom, numbersOf, point } from './check.ts';
import { replayRows } from './replay.ts';

type Inputs = { readonly input: Float; readonly weight?: Float; readonly bias?: Float };
type BatchInputs = Inputs & { readonly running_mean?: Float; readonly running_var?: Float };

const affine = ({ weight, bias }: Inputs) => ({ ...(weight ? { weight } : {}), ...(bias ? { bias } : {}) });

describe('normalization', () => {
  replayRows({
    batch_norm: (
      { running_mean: runningMean, running_var: runningVar, ...inputs }: BatchInputs,
      { training, momentum, eps }: { training: boolean; momentum: number; eps: number },
    ) => {
      const statistics = { ...(runningMean ? { runningMean } : {}), ...(runningVar ? { runningVar } : {}) };
      const result = batchNorm(inputs.input, { ...affine(inputs), ...statistics, training, momentum, eps });
      return [result.output, result.runningMean, result.runningVar].flatMap((output) => output ?? []);
    },
    layer_norm: (inputs: Inputs, { normalized_shape, eps }: { normalized_shape: number[]; eps: number }) => [
      layerNorm(inputs.input, normalized_shape, { ...affine(inputs), eps }),
    ],
    group_norm: (inputs: Inputs, { num_groups, eps }: { num_groups: number; eps: number }) => [
      groupNorm(inputs.input, num_groups, { ...affine(inputs), eps }),
    ],
    instance_norm: (inputs: Inputs, { eps }: { eps: number }) => [
      instanceNorm(inputs.input, { ...affine(inputs), eps }),
    ],
    rms_norm: (
      inputs: Inputs,
      { normalized_shape, eps }: { normalized_shape: number[]; eps: number | null },
    ) => [rmsNorm(inputs.input, normalized_shape, { ...affine(inputs), eps })],
  });

  const norms: Readonly<Record<string, (x: Float, weight: Float, bias: Float) => Float>> = {
    batchNorm: (x, weight, bias) => batchNorm(x, { weight, bias, training: true }).output,
    layerNorm: (x, weight, bias) => layerNorm(x.permute([0, 2, 1]) as Float, 4, { weight, bias }),
    groupNorm: (x, weight, bias) => groupNorm(x, 2, { weight, bias }),
    instanceNorm: (x, weight, bias) => instanceNorm(x, { weight, bias }),
    rmsNorm: (x, weight) => rmsNorm(x.permute([0, 2, 1]) as Float, [4], { weight, eps: 1e-3 }),
  };
  test.each(Object.entries(norms))(
    '%s has first and second derivatives as dual numbers have them',
    (_, norm) => {
      const draw = numbersFrom(11);
      const points = [point('x', [3, 4, 5], draw), point('weight', [4], draw), point('bias', [4], draw)];
      checkDerivatives((x, weight, bias) => [norm(x as Float, weight as Float, bias as Float)], points, draw);
    },
  );

  test('a mean of 1e8 leaves the digits of the variance', () => {
    const x = given('x', [1, 4], [1e8 + 1, 1e8 + 2, 1e8 + 3, 1e8 + 4], 'float64');
    const expected = [-1.5, -0.5, 0.5, 1.5].map((d) => d / Math.sqrt(1.25 + 1e-5));
    numbersOf(layerNorm(x.expr, 4), [x]).forEach((value, i) =>
      expect(value).toBeCloseTo(expected[i] ?? 0, 13),
    );
  });

  test('one value per channel is refused in training, where it is declared or when it comes', async () => {
    expect(() => batchNorm(input('x', [1, 2]), { training: true })).toThrow(
      /E-SHAPE-LAYER {2}batchNorm: training takes statistics over one value per channel/,
    );
    const model = nn.batchNorm1d(2);
    const program = training({ model, loss: model(input('x', ['N', 2])).sum(), optimizer: optim.sgd() });
    const module = compile(program);
    const data = { x: [1, 2, 3, 4, 5, 6] };
    const step = module.create({ capacity: { N: 3 }, data });
    expect(step.step({ x: [1, 2, 3, 4] }).loss).toBeCloseTo(0, 6);
    const refusal = /E-BATCH-SINGLE {2}N is 1, and batch statistics need more than one value/;
    expect(() => step.step({ x: [1, 2] })).toThrow(refusal);
    expect(() => step.run(null, 2)).toThrow(refusal);
    expect(step.evaluate({ x: [1, 2] }).loss).toBeGreaterThan(0);
    const options = { data: { x: Float32Array.from(data.x) }, batchSize: 2, epochs: 1, log: () => undefined };
    await expect(fit(module, options)).rejects.toThrow(/E-DATA-SINGLE {2}fit: the last batch has N = 1/);
    expect((await fit(module, { ...options, dropLast: true })).epochs).toHaveLength(1);
  });

  test('a place beside the row is enough for statistics', () => {
    const model = nn.batchNorm1d(2);
    const program = training({ model, loss: model(input('x', ['N', 2, 3])).sum(), optimizer: optim.sgd() });
    expect(
      compile(program)
        .create({ capacity: { N: 1 } })
        .step({ x: [1, 2, 3, 4, 5, 6] }).loss,
    ).toBeCloseTo(0, 6);
  });

  test('a layer that is applied twice has seen two batches, also where each has the same share', () => {
    const norm = nn.batchNorm1d(1, { momentum: null });
    const [a, b] = [input('a', [2, 1]), input('b', [2, 1])];
    const value = mul(norm(a), norm(b)).sum();
    const step = compile(training({ loss: value, optimizer: optim.sgd({ lr: 0 }) })).create();
    const state = (name: string): number | undefined =>
      step.state.find((tensor) => tensor.name === name)?.data[0];
    step.step({ a: [1, 3], b: [10, 20] });
    expect([state('running_mean'), state('num_batches_tracked')]).toEqual([(2 + 15) / 2, 2]);
    step.step({ a: [5, 5], b: [0, 2] });
    expect(state('running_mean')).toBeCloseTo((2 + 15 + 5 + 1) / 4, 5);
    expect(state('num_batches_tracked')).toBe(4);
  });
});
