/** Replays the optimizer and clip cases of the parity suite through the reference interpreter. */
import { optim } from 'adjoint';
import { expect, test } from 'vitest';
import type { ClipCase, Gradient, OptimizerCase } from '../parity/cases.ts';
import { options } from '../parity/operators/row.ts';
import { checkNumbers } from '../parity/tolerance.ts';
import { casesOf } from './fixtures.ts';
import type { Start } from './program.ts';
import { batch, stepOf, valuesOf } from './program.ts';

type Attributes = Readonly<Record<string, unknown>>;
type Make = (options: Record<string, never>) => optim.Optimizer;

const optimizers: Readonly<Record<string, Make>> = {
  SGD: optim.sgd,
  Adam: optim.adam,
  AdamW: optim.adamw,
  RMSprop: optim.rmsprop,
  Adagrad: optim.adagrad,
  Adadelta: optim.adadelta,
  Adamax: optim.adamax,
  NAdam: optim.nadam,
  RAdam: optim.radam,
  ASGD: optim.asgd,
  Rprop: optim.rprop,
  Adafactor: optim.adafactor,
  Muon: optim.muon,
  SparseAdam: optim.sparseAdam,
};

const tolerance = { rtol: 1e-9, atol: 1e-12 };
const cases = casesOf<OptimizerCase>('optimizers.json').filter(({ grads }) => grads);

function make(name: string, attrs: Attributes, missing: boolean): optim.Optimizer {
  const builder = optimizers[name];
  if (!builder) throw new Error(`no optimizer ${name}`);
  const own = builder(options(attrs));
  return missing ? optim.lazy(own) : own;
}

/** A gradient as numbers: what is absent is zero. */
function dense(gradient: Gradient, shape: readonly number[]): readonly number[] {
  const size = shape.reduce((a, b) => a * b, 1);
  if (gradient === null) return Array.from({ length: size }, () => 0);
  if (!('rows' in gradient)) return gradient;
  const width = size / (shape[0] ?? 1);
  const full = Array.from({ length: size }, () => 0);
  gradient.rows.forEach((row, i) => {
    for (let j = 0; j < width; j++) full[row * width + j] = gradient.values[i * width + j] ?? NaN;
  });
  return full;
}

function optimizerOf({ optimizer, groups, grads = [] }: OptimizerCase): optim.Optimizer {
  const missing = grads.flat().includes(null);
  const [only] = groups;
  if (only && groups.length === 1) return make(optimizer, only.attrs, missing);
  return optim.groups(
    groups.map(({ params, attrs }) => ({
      parameters: params.map((i) => `p${i}`),
      optimizer: make(optimizer, attrs, missing),
    })),
  );
}

test('there are optimizer cases', () => {
  expect(cases.length).toBeGreaterThan(100);
});

test.each(cases)('$id takes the steps of PyTorch', (spec) => {
  const starts = spec.params.map(({ shape, data }, i): Start => ({ name: `p${i}`, shape, data }));
  const step = stepOf(optimizerOf(spec), starts);
  spec.grads?.forEach((grads, at) => {
    const gradients = grads.map((g, i) => [`p${i}`, dense(g, spec.params[i]?.shape ?? [])] as const);
    const lr = spec.lr_per_step?.[at];
    step.step(batch(Object.fromEntries(gradients)), lr === undefined ? {} : { lr });
    spec.params_after[at]?.forEach((expected, i) => {
      checkNumbers(`p${i} after step ${at}`, valuesOf(step, `p${i}`), expected, spec.tol ?? tolerance);
    });
  });
});

test.each(casesOf<ClipCase>('clip.json'))('$id clips as PyTorch does', (spec) => {
  const { max_norm, norm_type, clip_value } = spec.attrs as Record<string, number>;
  const clip =
    max_norm === undefined
      ? optim.clipByValue(clip_value ?? NaN)
      : optim.clipByGlobalNorm(max_norm, { p: norm_type ?? 2 });
  const starts = spec.grads.map(({ shape, data }, i): Start => ({
    name: `p${i}`,
    shape,
    data: data.map(() => 0),
  }));
  const step = stepOf(optim.chain(clip, optim.sgd({ lr: 1 })), starts);
  step.step(batch(Object.fromEntries(spec.grads.map(({ data }, i) => [`p${i}`, data]))));
  spec.grads_after.forEach((expected, i) => {
    const moved = valuesOf(step, `p${i}`).map((value) => -value);
    checkNumbers(`gradient ${i}`, moved, expected, spec.tol ?? tolerance);
  });
});
