/** Rates that fall when a metric no longer improves: a driver beside the step, not a part of it. */
import type { EpochRecord } from 'adjoint/runtime';
import { reduceOnPlateau } from 'adjoint/runtime';
import type { Attributes, SchedulerCase } from './cases.ts';
import { options } from './operators/row.ts';
import { checkNumbers, tolerances } from './tolerance.ts';

type Rates = Readonly<Record<string, number>>;
type MinLr = { readonly min_lr?: number | readonly number[] };

export const plateauName = 'ReduceLROnPlateau';

/** The rates after epochs with the given metrics, from the rates at first. */
export function plateauRates(attrs: Attributes & MinLr, rates: Rates): (metrics: readonly number[]) => Rates {
  const { min_lr = 0, ...rest } = attrs;
  const names = Object.keys(rates);
  const minLr = Array.isArray(min_lr)
    ? Object.fromEntries(names.map((name, i) => [name, Number(min_lr[i])] as const))
    : Number(min_lr);
  const next = reduceOnPlateau({ ...options(rest), rates, minLr, metric: ({ loss }) => loss });
  return (metrics) =>
    next(
      metrics.length + 1,
      metrics.map((loss, i): EpochRecord => ({
        epoch: i + 1,
        loss,
        lastLoss: loss,
        metrics: {},
        seconds: 0,
      })),
    );
}

export function replayPlateau(test: SchedulerCase): void {
  const { attrs, base_lrs, metrics = [], lrs, tol = tolerances.update } = test;
  const start = base_lrs.map((lr, group) => [`${group}.lr`, lr] as const);
  const ratesAfter = plateauRates(attrs, Object.fromEntries(start));
  lrs.forEach((row, epoch) => {
    checkNumbers(`lrs in epoch ${epoch}`, Object.values(ratesAfter(metrics.slice(0, epoch))), row, tol);
  });
}
