/** Schedules in optimizers, composed schedules, and what is refused. */
import { add, div, minimum, mul, optim, pow, schedule } from 'adjoint';
import { describe, expect, test } from 'vitest';
import { batch, stepOf, valuesOf } from '../optim/program.ts';
import { checkNumbers } from '../parity/tolerance.ts';

const tight = { rtol: 1e-12, atol: 1e-15 };
const start = { name: 'p', shape: [1], data: [0] };
const one = batch({ p: [1] });
type Schedule = schedule.Schedule;

/** The rates that `count` steps of gradient descent take. */
function ratesOf(lr: Schedule, count: number, wrap = (o: optim.Optimizer) => o): number[] {
  const step = stepOf(wrap(optim.sgd({ lr })), [start]);
  return Array.from({ length: count }, () => {
    const [before = NaN] = valuesOf(step, 'p');
    step.step(one);
    return before - (valuesOf(step, 'p')[0] ?? NaN);
  });
}

const schedules: readonly Schedule[] = [
  schedule.step({ base: 0.1, stepSize: 3 }),
  schedule.multiStep({ base: 0.1, milestones: [2, 2, 5], gamma: 0.5 }),
  schedule.constant({ base: 0.1 }),
  schedule.linear({ base: 0.1 }),
  schedule.exponential({ base: 0.1, gamma: 0.9 }),
  schedule.polynomial({ base: 0.1, power: 2 }),
  schedule.lambda({ base: 0.1, factor: (k) => minimum(k, 3) }),
  schedule.multiplicative({ base: 0.1, factor: (k) => k }),
  schedule.inverseSqrt({ base: 0.1, warmup: 4 }),
  schedule.cosine({ base: 0.1, tMax: 5, etaMin: 0.01 }),
  schedule.cosine({ base: 0.1, tMax: 5, hold: true }),
  schedule.cosineWarmRestarts({ base: 0.1, t0: 2, tMult: 2 }),
  schedule.oneCycle({ maxLr: 0.1, epochs: 2, stepsPerEpoch: 5 }),
  schedule.cyclic({ baseLr: 0.01, maxLr: 0.1, stepSizeUp: 3 }),
  schedule.sequential({
    base: 0.1,
    schedules: [schedule.constant(), schedule.exponential({ gamma: 0.5 })],
    milestones: [4],
  }),
  schedule.chained({
    base: 0.1,
    schedules: [schedule.linear(), schedule.cosine({ tMax: 4, etaMin: 0.01 })],
  }),
  schedule.warmup({ base: 0.1, steps: 3, then: schedule.cosine({ tMax: 6 }) }),
];

describe.each(schedules.map((own) => [own.name, own] as const))('%s', (_name, own) => {
  test('is the rate of the steps', () => {
    const expected = Array.from({ length: 10 }, (_, k) => schedule.valueAt(own, k));
    checkNumbers('rates', ratesOf(own, 10), expected, { rtol: 1e-12, atol: 1e-14 });
  });

  test('advances once an epoch if told so', () => {
    const slow: Schedule = { ...own, every: { epoch: 3 } };
    const expected = Array.from({ length: 9 }, (_, k) => schedule.valueAt(own, Math.floor(k / 3)));
    checkNumbers('rates', ratesOf(slow, 9), expected, { rtol: 1e-12, atol: 1e-14 });
    const [, , , fourth] = [0, 1, 2, 3].map((k) => schedule.valueAt(slow, k));
    expect(fourth).toBe(schedule.valueAt(own, 1));
  });

  test('counts updates, not batches, under accumulation', () => {
    const moves = ratesOf(own, 6, (inner) => optim.accumulate(inner, { every: 2 }));
    const expected = [0, 0, 1, 1, 2, 2].map((k, i) => (i % 2 === 0 ? 0 : schedule.valueAt(own, k)));
    checkNumbers('rates', moves, expected, { rtol: 1e-12, atol: 1e-14 });
  });
});

test('a call may change the base, and the schedule follows', () => {
  const step = stepOf(optim.sgd({ lr: schedule.exponential({ base: 1, gamma: 0.5 }) }), [start]);
  step.step(one);
  step.step(one, { lr: 8 });
  expect(valuesOf(step, 'p')).toEqual([-1 - 4]);
});

test('momentum may be scheduled as well', () => {
  const cycle = schedule.oneCycle({ maxLr: 1, totalSteps: 10 });
  const step = stepOf(optim.sgd({ lr: cycle, momentum: cycle.momentum }), [start]);
  let [p, b] = [0, 0];
  for (let k = 0; k < 10; k++) {
    b = b * schedule.valueAt(cycle.momentum, k) + 1;
    p -= schedule.valueAt(cycle, k) * b;
    step.step(one);
  }
  checkNumbers('p', valuesOf(step, 'p'), [p], tight);
});

/** Worked examples: what PyTorch 2.13 does with the same composition and a base of 0.1. */
const composed: readonly [string, Schedule, readonly number[]][] = [
  [
    'a multiplicative part after another',
    schedule.sequential({
      base: 0.1,
      schedules: [
        schedule.constant({ factor: 0.1, totalIters: 3 }),
        schedule.multiplicative({ factor: (k) => div(1, add(mul(k, 0.05), 1.25)) }),
      ],
      milestones: [5],
    }),
    [
      0.010000000000000002, 0.010000000000000002, 0.010000000000000002, 0.10000000000000002,
      0.10000000000000002, 0.08000000000000002, 0.06153846153846154, 0.045584045584045586,
      0.032560032560032565, 0.022455194868987977,
    ],
  ],
  [
    'a warm-up chained with a cosine above 0',
    schedule.chained({
      base: 0.1,
      schedules: [
        schedule.linear({ startFactor: 0.1, totalIters: 6 }),
        schedule.cosine({ tMax: 12, etaMin: 0.002 }),
      ],
    }),
    [
      0.010000000000000002, 0.02460814700232429, 0.03747388826887265, 0.04730870176811941,
      0.053148887362347186, 0.05448262878945532, 0.051329735343715224, 0.038562260346894785,
      0.02666486767185762, 0.016448344968036484, 0.008608931374094748, 0.003680869971216044, 0.002,
      0.0036696345118356526, 0.008564755214562497, 0.01635176772185915,
    ],
  ],
  [
    'a cosine chained with steps',
    schedule.chained({
      base: 0.1,
      schedules: [schedule.cosine({ tMax: 9, etaMin: 0.002 }), schedule.step({ stepSize: 4, gamma: 0.7 })],
    }),
    [
      0.1, 0.09704493841850952, 0.08853617771282991, 0.0755, 0.04165613249397571, 0.02992141459139918,
      0.01889438677134373, 0.009905071330506186, 0.0028263986654525437, 0.002, 0.004955061581490487,
      0.013463822287170062, 0.018549999999999987, 0.02935224531922461,
    ],
  ],
  [
    'a cosine chained with a decay, beyond its minimum',
    schedule.chained({
      base: 0.1,
      schedules: [schedule.exponential({ gamma: 0.9 }), schedule.cosine({ tMax: 4 })],
    }),
    [
      0.1, 0.07681980515339465, 0.04050000000000001, 0.010675957825750348, 0.0, 0.014644660940672622,
      0.04500000000000001, 0.06913782463805522, 0.07290000000000005, 0.05600163795682473, 0.02952450000000003,
    ],
  ],
  [
    'a lambda first in a chain',
    schedule.chained({
      base: 0.1,
      schedules: [schedule.lambda({ factor: (k) => pow(0.8, k) }), schedule.exponential({ gamma: 0.9 })],
    }),
    [0.1, 0.07200000000000002, 0.05760000000000001, 0.04608000000000002, 0.03686400000000001],
  ],
];

test.each(composed)('%s goes as in PyTorch', (_title, own, expected) => {
  const rates = expected.map((_, k) => schedule.valueAt(own, k));
  checkNumbers('rates', rates, expected, { rtol: 1e-9, atol: 1e-12 });
});

test('a constant factor for no steps is none', () => {
  const own = schedule.constant({ base: 0.3, totalIters: 0 });
  expect([0, 1, 7].map((k) => schedule.valueAt(own, k))).toEqual([0.3, 0.3, 0.3]);
});

test('steps after a cycle keep its last rate', () => {
  const own = schedule.oneCycle({ maxLr: 1, totalSteps: 10 });
  expect(schedule.valueAt(own, 9)).toBeCloseTo(1 / 25 / 1e4, 12);
  expect([10, 100].map((k) => schedule.valueAt(own, k))).toEqual([9, 9].map((k) => schedule.valueAt(own, k)));
});

test('a cosine that holds stays at its minimum, another one rises again', () => {
  const [held, risen] = [true, false].map((hold) => schedule.cosine({ base: 1, tMax: 4, hold }));
  expect(schedule.valueAt(held as Schedule, 7)).toBe(0);
  expect(schedule.valueAt(risen as Schedule, 8)).toBe(1);
});

test('warm-up reaches the base where its steps end', () => {
  const own = schedule.warmup({ base: 2, steps: 4, then: schedule.exponential({ gamma: 0.5 }) });
  const values = [0, 1, 2, 3, 4, 5].map((k) => schedule.valueAt(own, k));
  checkNumbers('values', values, [0, 0.5, 1, 1.5, 2, 1], tight);
});

test('the inverse root is largest where its warm-up ends', () => {
  const own = schedule.inverseSqrt({ base: 3, warmup: 5 });
  const values = [0, 4, 19].map((k) => schedule.valueAt(own, k));
  checkNumbers('values', values, [3 / 5, 3, 3 / 2], tight);
});

test('a part may have a base of its own, which keeps its proportion', () => {
  const own = schedule.sequential({
    schedules: [schedule.constant({ base: 0.1, factor: 1 }), schedule.exponential({ base: 0.4, gamma: 0.5 })],
    milestones: [2],
  });
  const values = [0, 1, 2, 3].map((k) => schedule.valueAt(own, k));
  checkNumbers('values', values, [0.1, 0.1, 0.4, 0.2], tight);
  expect(schedule.valueAt(own, 2, 1)).toBeCloseTo(4, 12);
});

const refused: readonly [string, () => unknown, RegExp][] = [
  [
    'a negative base',
    () => schedule.exponential({ base: -1, gamma: 0.9 }),
    /schedule\.exponential: base is -1/,
  ],
  ['half a step', () => schedule.step({ base: 1, stepSize: 0.5 }), /schedule\.step: stepSize is 0\.5/],
  ['no steps at all', () => schedule.oneCycle({ maxLr: 1 }), /schedule\.oneCycle: totalSteps is 0/],
  [
    'a phase without steps',
    () => schedule.oneCycle({ maxLr: 1, totalSteps: 10, pctStart: 0.1 }),
    /schedule\.oneCycle: a phase has no steps/,
  ],
  [
    'milestones that do not fit',
    () => schedule.sequential({ base: 1, schedules: [schedule.constant()], milestones: [3] }),
    /schedule\.sequential: 1 schedules with milestones 3/,
  ],
  [
    'milestones out of order',
    () =>
      schedule.sequential({
        base: 1,
        schedules: [schedule.constant(), schedule.constant(), schedule.constant()],
        milestones: [5, 3],
      }),
    /milestones 5, 3/,
  ],
  ['nothing to chain', () => schedule.chained({ base: 1, schedules: [] }), /there are no schedules/],
  [
    'a part that counts epochs by itself',
    () => schedule.chained({ base: 1, schedules: [schedule.linear({ every: { epoch: 2 } })] }),
    /its part linear has an `every` of its own/,
  ],
];

test.each(refused)('%s is refused', (_what, declare, message) => {
  expect(declare).toThrow(message);
});
