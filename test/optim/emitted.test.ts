/** Emitted optimizers: both targets make the same bits, and those are what the interpreter says. */
import { optim, schedule } from 'adjoint';
import type { Program } from 'adjoint';
import { compile } from 'adjoint/compiler';
import { expect, test } from 'vitest';
import { checkNumbers } from '../parity/tolerance.ts';
import type { Options } from './program.ts';
import { batch, stepOf, valuesOf } from './program.ts';
import { generator } from './random.ts';
import { references } from './references.ts';

const seed = 41;
const start = { name: 'p', shape: [2, 3], data: [0.4, -1.2, 0.7, 2.1, -0.3, 0.9] };
const { multiplicative, oneCycle, warmup, cosineWarmRestarts } = schedule;

const composed: readonly { readonly title: string; readonly make: () => optim.Optimizer }[] = [
  { title: 'muon, rounded to bfloat16', make: () => optim.muon({ lr: 0.1 }) },
  { title: 'clipped Adam', make: () => optim.chain(optim.clipByGlobalNorm(0.5, { p: 3 }), optim.adam()) },
  { title: 'accumulated Adam', make: () => optim.accumulate(optim.adam({ lr: 0.1 }), { every: 2 }) },
  { title: 'averaged NAdam', make: () => optim.emaWeights(optim.nadam({ lr: 0.1 }), { decay: 0.9 }) },
  { title: 'lookahead', make: () => optim.lookahead(optim.sgd({ lr: 0.1 }), { k: 2 }) },
  { title: 'sharpness-aware steps', make: () => optim.sam(optim.sgd({ lr: 0.1 })) },
  { title: 'lazy Adam', make: () => optim.lazy(optim.adam({ lr: 0.1 })) },
  { title: 'noise', make: () => optim.chain(optim.addNoise(), optim.sgd({ lr: 0.1 })) },
  {
    title: 'a cycle of rate and momentum',
    make: () => {
      const cycle = oneCycle({ maxLr: 0.5, totalSteps: 8 });
      return optim.adam({ lr: cycle, betas: [cycle.momentum, 0.99] });
    },
  },
  {
    title: 'a schedule without a closed form',
    make: () => optim.sgd({ lr: multiplicative({ base: 0.5, factor: (k) => k.mul(-0.1).exp() }) }),
  },
  {
    title: 'a warm-up before restarts',
    make: () =>
      optim.sgd({ lr: warmup({ base: 0.5, steps: 3, then: cosineWarmRestarts({ t0: 2, tMult: 2 }) }) }),
  },
];

const engine =
  (target: 'js' | 'wasm') =>
  (program: Program): ReturnType<typeof compile> =>
    compile(program, { target });

/** Parameters and state after some steps, by name. */
function after(make: () => optim.Optimizer, options: Options): Record<string, number[]> {
  const step = stepOf(make(), [start], options);
  const { normal } = generator(seed);
  for (let i = 0; i < 8; i++) step.step(batch({ p: start.data.map(() => normal()) }));
  const shown = Array.from(step.predict({})['p']?.data ?? []);
  const names = [...step.parameters, ...step.state].map(({ name }) => name);
  return { shown, ...Object.fromEntries(names.map((name) => [name, valuesOf(step, name)])) };
}

const dtypes = ['float32', 'float64'] as const;
const cases = [...references, ...composed].flatMap(({ title, make }) =>
  dtypes.map((dtype) => [title, dtype, make] as const),
);

test.each(cases)(`%s in %s is the same on both targets (seed ${seed})`, (_title, dtype, make) => {
  const [js, wasm] = (['js', 'wasm'] as const).map((target) =>
    after(make, { dtype, engine: engine(target) }),
  );
  expect(wasm).toEqual(js);
  const meant = after(make, { dtype });
  const tolerance = dtype === 'float64' ? { rtol: 1e-12, atol: 1e-13 } : { rtol: 1e-5, atol: 1e-5 };
  for (const [name, values] of Object.entries(meant)) checkNumbers(name, js?.[name] ?? [], values, tolerance);
});
