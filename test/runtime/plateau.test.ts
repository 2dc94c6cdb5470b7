/** ReduceLROnPlateau against PyTorch's. */
import { expect, test } from 'vitest';
import type { PlateauOptions } from '../../runtime/plateau.ts';
import { plateauRates, reduceOnPlateau } from '../../runtime/plateau.ts';
import { casesOf } from '../optim/fixtures.ts';
import type { SchedulerCase } from '../parity/cases.ts';
import { options } from '../parity/operators/row.ts';
import { checkNumbers } from '../parity/tolerance.ts';

const cases = casesOf<SchedulerCase>('schedulers.json').filter(({ metrics }) => metrics);

test('there are plateau cases', () => {
  expect(cases.length).toBeGreaterThan(0);
});

test.each(cases)('$id has the rates of PyTorch', (spec) => {
  const rates = Object.fromEntries(spec.base_lrs.map((lr, i) => [`${i}.lr`, lr]));
  const own: PlateauOptions = { ...options(spec.attrs), rates };
  spec.lrs.forEach((expected, epoch) => {
    const now = plateauRates(own, (spec.metrics ?? []).slice(0, epoch));
    checkNumbers(`rates of epoch ${epoch}`, Object.values(now), expected, { rtol: 1e-12, atol: 0 });
  });
});

const record = (loss: number, validation?: number) => ({
  epoch: 1,
  loss,
  lastLoss: loss,
  metrics: {},
  seconds: 0,
  ...(validation === undefined ? {} : { validation: { loss: validation, metrics: {} } }),
});

test('the validation loss decides where there is one', () => {
  const hyper = reduceOnPlateau({ rates: { lr: 1 }, patience: 0, factor: 0.5 });
  expect(hyper(3, [record(2, 1), record(1, 1)])).toEqual({ lr: 0.5 });
  expect(hyper(3, [record(2), record(1)])).toEqual({ lr: 1 });
});

test('a rate stops at its own least value', () => {
  const hyper = reduceOnPlateau({ rates: { a: 1, b: 1 }, patience: 0, factor: 0.1, minLr: { a: 0.3 } });
  expect(hyper(3, [record(1), record(1)])).toEqual({ a: 0.3, b: 0.1 });
});

const refused: readonly [string, object][] = [
  ['a factor of 1', { rates: { lr: 1 }, factor: 1 }],
  ['a patience that is no whole number', { rates: { lr: 1 }, patience: 1.5 }],
  ['an unknown option', { rates: { lr: 1 }, patienc: 2 }],
  ['no rates', {}],
];
test.each(refused)('%s is refused', (_what, given) => {
  expect(() => reduceOnPlateau(given as PlateauOptions)).toThrow(/reduceOnPlateau/);
});
