import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { inference, input, nn } from 'adjoint';
import type { Expr, Initializer } from 'adjoint';
import { float64Algebra } from '../../src/algebra/float64.ts';
import { drawn, initialValues } from './draw-initial.ts';

const { init } = nn;

interface Facts {
  readonly name: string;
  readonly shape: readonly number[];
  readonly distribution: string;
  readonly low?: number;
  readonly high?: number;
  readonly mean?: number;
  readonly std?: number;
  readonly value?: number;
  readonly gain?: number;
  readonly data?: readonly number[];
}

interface InitCase {
  readonly id: string;
  readonly init: string;
  readonly attrs: Readonly<Record<string, never>>;
  readonly params: readonly Facts[];
}

const file = new URL('../parity/fixtures/init.json', import.meta.url);
const cases = JSON.parse(readFileSync(file, 'utf8')) as readonly InitCase[];

const modes = { fan_in: 'fanIn', fan_out: 'fanOut' } as const;
const functions = { relu: 'relu', leaky_relu: 'leakyRelu' } as const;
type Kaiming = { mode: keyof typeof modes; nonlinearity: keyof typeof functions; a: number };
const kaiming = ({ mode, nonlinearity, a }: Kaiming): Parameters<typeof init.kaimingNormal>[0] => ({
  mode: modes[mode],
  nonlinearity: functions[nonlinearity],
  a,
});

const initializers: Readonly<Record<string, (attrs: never) => Initializer>> = {
  uniform_: ({ a, b }: { a: number; b: number }) => init.uniform(a, b),
  normal_: ({ mean, std }: { mean: number; std: number }) => init.normal(mean, std),
  trunc_normal_: (attrs: { mean: number; std: number; a: number; b: number }) => init.truncNormal(attrs),
  xavier_uniform_: (attrs: { gain: number }) => init.xavierUniform(attrs),
  xavier_normal_: (attrs: { gain: number }) => init.xavierNormal(attrs),
  kaiming_uniform_: (attrs: Kaiming) => init.kaimingUniform(kaiming(attrs)),
  kaiming_normal_: (attrs: Kaiming) => init.kaimingNormal(kaiming(attrs)),
  orthogonal_: (attrs: { gain?: number }) => init.orthogonal(attrs),
  eye_: () => init.eye(),
  dirac_: (attrs: { groups: number }) => init.dirac(attrs),
};

const vector = (size: number): Expr<readonly [1, number], 'float64'> =>
  input(`x${size}`, [1, size], 'float64');
const layers: Readonly<Record<string, (attrs: never) => { model: nn.Module; output: Expr }>> = {
  Linear: ({
    in_features,
    out_features,
    bias,
  }: {
    in_features: number;
    out_features: number;
    bias: boolean;
  }) => {
    const model = nn.linear(in_features, out_features, { bias });
    return { model, output: model(vector(in_features)) };
  },
  Bilinear: (attrs: { in1_features: number; in2_features: number; out_features: number; bias: boolean }) => {
    const { in1_features, in2_features, out_features, bias } = attrs;
    const model = nn.bilinear(in1_features, in2_features, out_features, { bias });
    return { model, output: model(vector(in1_features), vector(in2_features)) };
  },
  PReLU: ({ num_parameters }: { num_parameters: number }) => {
    const model = nn.prelu({ parameters: num_parameters });
    return { model, output: model(vector(3)) };
  },
};

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
const wanted = 8000;

/** What is wrong with draws of a tensor; seeds are 0, 1, 2, ... */
function faults(facts: Facts, tensors: readonly (readonly number[])[]): string[] {
  const { distribution, low = -Infinity, high = Infinity, mean = NaN, std = NaN } = facts;
  if (distribution === 'orthogonal') return tensors.flatMap((data) => notOrthogonal(facts, data));
  const all = tensors.flat();
  if (distribution === 'constant' || distribution === 'exact') {
    const expected = facts.data ?? all.map(() => facts.value ?? NaN);
    return all.flatMap((x, i) => {
      const goal = expected[i % expected.length] ?? NaN;
      return Math.abs(x - goal) <= 1e-6 ? [] : [`[${i}] is ${x}, not ${goal}`];
    });
  }
  const average = all.reduce((a, b) => a + b, 0) / all.length;
  const spread = Math.sqrt(all.reduce((a, b) => a + (b - average) ** 2, 0) / (all.length - 1));
  return [
    ...(all.every((x) => x >= low && x <= high) ? [] : [`values leave [${low}, ${high}]`]),
    ...(Math.abs(average - mean) <= (5 * std) / Math.sqrt(all.length)
      ? []
      : [`mean ${average}, not ${mean}`]),
    ...(Math.abs(spread / std - 1) <= 0.03 ? [] : [`standard deviation ${spread}, not ${std}`]),
  ];
}

function notOrthogonal({ shape, gain = 1 }: Facts, data: readonly number[]): string[] {
  const rows = shape[0] ?? 1;
  const columns = data.length / rows;
  const at = (vector: number, i: number): number =>
    (rows <= columns ? data[vector * columns + i] : data[i * columns + vector]) ?? NaN;
  const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)];
  const faults: string[] = [];
  for (let a = 0; a < count; a++) {
    for (let b = 0; b < count; b++) {
      let product = 0;
      for (let i = 0; i < length; i++) product += at(a, i) * at(b, i);
      const goal = a === b ? gain * gain : 0;
      if (!(Math.abs(product - goal) <= 1e-12)) faults.push(`product ${a}, ${b} is ${product}, not ${goal}`);
    }
  }
  return faults;
}

describe('what PyTorch draws (seeds 0, 1, 2, ...)', () => {
  test.each(cases.filter((each) => initializers[each.init]))(
    '$id has its distribution',
    ({ init: name, attrs, params }) => {
      for (const facts of params) {
        const few = ['orthogonal', 'exact'].includes(facts.distribution);
        const make = initializers[name] as (attrs: object) => Initializer;
        expect(faults(facts, drawn(make(attrs), facts.shape, few ? 1 : wanted))).toEqual([]);
      }
    },
  );

  test.each(cases.filter((each) => layers[each.init]))(
    '$id starts as it does',
    ({ init: name, attrs, params }) => {
      const { output } = (layers[name] as unknown as (attrs: object) => { output: Expr })(attrs);
      const program = inference({ outputs: { output } });
      const smallest = Math.min(...params.map(({ shape }) => sizeOf(shape)));
      const constant = params.every(({ distribution }) => distribution === 'constant');
      const seeds = constant ? 1 : Math.ceil(wanted / smallest / 2);
      const draws = Array.from({ length: seeds }, (_, seed) => initialValues(program, seed));
      for (const facts of params) {
        expect(
          faults(
            facts,
            draws.map((values) => values.get(facts.name) ?? []),
          ),
        ).toEqual([]);
      }
    },
  );
});

test.each([
  ['linear', undefined, 1],
  ['conv2d', undefined, 1],
  ['sigmoid', undefined, 1],
  ['tanh', undefined, 5 / 3],
  ['relu', undefined, Math.SQRT2],
  ['leakyRelu', undefined, 1.4141428569978354],
  ['leakyRelu', 0.2, 1.3867504905630728],
  ['selu', undefined, 0.75],
] as const)('the gain of %s (%s) is that of torch.nn.init.calculate_gain', (name, slope, gain) => {
  expect(init.calculateGain(name, slope)).toBeCloseTo(gain, 15);
});

test('sparse matrices have the wanted number of zeros in each column (seed 0)', () => {
  const [data = []] = drawn(init.sparse({ sparsity: 0.35 }), [10, 6], 1);
  for (let column = 0; column < 6; column++) {
    const zeros = Array.from({ length: 10 }, (_, row) => data[row * 6 + column]).filter((x) => x === 0);
    expect(zeros).toHaveLength(4);
  }
});

test('each group of a grouped convolution starts as the identity', () => {
  const [data = []] = drawn(init.dirac({ groups: 2 }), [4, 2, 3], 1);
  const ones = data.flatMap((x, i) => (x === 1 ? [[Math.floor(i / 6), Math.floor(i / 3) % 2, i % 3]] : []));
  expect(ones).toEqual([[0, 0, 1], [1, 1, 1], [2, 0, 1], [3, 1, 1]]); // prettier-ignore
  expect(data.filter((x) => x !== 0 && x !== 1)).toEqual([]);
});

/** The probability that a standard normal number is below z. */
const below = (z: number): number => float64Algebra.erfc(-z * Math.SQRT1_2) / 2;

test.each([
  [{}, -2, 2, 1],
  [{ a: 6, b: 7 }, 6, 7, -1],
  [{ a: -30, b: -29 }, -30, -29, 1],
  [{ mean: 1, std: 2, a: 0, b: 1 }, -0.5, 0, 1],
  [{ a: -9, b: 100 }, -9, 100, -1],
])('truncNormal(%o) inverts the distribution function to 1e-12 (seed 0)', (options, low, high, side) => {
  const { mean = 0, std = 1 } = options as { mean?: number; std?: number };
  const [values = []] = drawn(init.truncNormal(options), [500], 1);
  const [shares = []] = drawn(init.uniform(), [500], 1);
  const [from, to] = side > 0 ? [low, high] : [-high, -low];
  const furthest = values.map((value, i) => {
    const share = shares[i] ?? NaN;
    const expected = (1 - share) * below(from) + share * below(to);
    return Math.abs(below((side * (value - mean)) / std) / expected - 1);
  });
  expect(Math.max(...furthest)).toBeLessThan(1e-12);
});

test.each([
  [() => init.uniform(1, 0), 'E-ATTRIBUTE', 'nn.init.uniform: low 1 is above high 0'],
  [() => init.normal(0, -1), 'E-ATTRIBUTE', 'nn.init.normal: std -1 is below 0'],
  [
    () => init.truncNormal({ a: 50, b: 60 }),
    'E-ATTRIBUTE',
    '[50, 60] is 50 standard deviations from the mean',
  ],
  [() => init.sparse({ sparsity: 2 }), 'E-ATTRIBUTE', 'sparsity 2 is not in [0, 1]'],
  [
    () => drawn(init.xavierUniform(), [5], 1),
    'E-SHAPE-RANK',
    'nn.init.xavierUniform: [5] has no rows and columns',
  ],
  [() => drawn(init.orthogonal(), [5], 1), 'E-SHAPE-RANK', 'nn.init.orthogonal: [5] has no rows and columns'],
  [
    () => drawn(init.dirac({ groups: 3 }), [4, 2, 3], 1),
    'E-ATTRIBUTE',
    '4 output channels do not divide by 3 groups',
  ],
  [() => drawn(init.eye(), [2, 2, 2], 1), 'E-SHAPE-RANK', 'shape [2, 2, 2] has 3 axes, not 2'],
])('%s is refused', (make, code, text) => {
  expect(make).toThrowError(
    expect.objectContaining({ code, message: expect.stringContaining(text) as unknown }),
  );
});
