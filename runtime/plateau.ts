/** Rates that fall when a metric no longer improves. */
import type { HyperValues } from './fit-options.ts';
import type { EpochRecord } from './history.ts';
import type { Requirement } from './options.ts';
import { aFunction, anObject, checkOptions, integerFrom, oneOf } from './options.ts';

export interface PlateauOptions {
  /** The rates at first, by the name of their hyper-parameter: `{ lr: 0.1 }`. */
  readonly rates: HyperValues;
  /** The number that should improve, of an epoch; default the validation's loss, or else the loss. */
  readonly metric?: (record: EpochRecord) => number;
  /** Which way it improves; default `'min'`. */
  readonly mode?: 'min' | 'max';
  /** What rates are multiplied with, below 1; default 0.1. */
  readonly factor?: number;
  /** Epochs without improvement that are borne; default 10. */
  readonly patience?: number;
  /** What counts as an improvement; default 1e-4. */
  readonly threshold?: number;
  /** Whether the threshold is a part of the best value or a number; default `'rel'`. */
  readonly thresholdMode?: 'rel' | 'abs';
  /** Epochs after a reduction that are not counted; default 0. */
  readonly cooldown?: number;
  /** No rate falls below it; one number, or one for each rate. Default 0. */
  readonly minLr?: number | HyperValues;
  /** Smaller reductions are not made; default 1e-8. */
  readonly eps?: number;
}

const aNumber: Requirement = {
  expected: 'a number',
  holds: (value) => typeof value === 'number' && value >= 0,
};
const requirements: Readonly<Record<keyof PlateauOptions, Requirement>> = {
  rates: anObject,
  metric: aFunction,
  mode: oneOf('min', 'max'),
  factor: { expected: 'a number below 1', holds: (value) => typeof value === 'number' && value < 1 },
  patience: integerFrom(0),
  threshold: aNumber,
  thresholdMode: oneOf('rel', 'abs'),
  cooldown: integerFrom(0),
  minLr: {
    expected: 'a number, or numbers by name',
    holds: (value) => typeof value === 'number' || anObject.holds(value),
  },
  eps: aNumber,
};

/** How far the watch has come: a fold over the metrics so far. */
interface Watch {
  readonly best: number;
  readonly bad: number;
  readonly cooling: number;
  readonly rates: HyperValues;
}

const metricOf = ({ validation, loss }: EpochRecord): number => validation?.loss ?? loss;

/**
 * Rates for `fit`'s option `hyper`, as torch's ReduceLROnPlateau: after more than `patience` epochs without
 * improvement they are multiplied by `factor`. A function of the past epochs alone, so a resumed run goes on the same.
 * Throws E-OPTION-UNKNOWN and E-OPTION-VALUE.
 */
export function reduceOnPlateau(
  options: PlateauOptions,
): (epoch: number, past: readonly EpochRecord[]) => HyperValues {
  checkOptions('reduceOnPlateau', options, requirements, ['rates']);
  const { metric = metricOf } = options;
  return (_epoch, past) => plateauRates(options, past.map(metric));
}

/** The rates after epochs with these metrics. */
export function plateauRates(options: PlateauOptions, metrics: readonly number[]): HyperValues {
  const start: Watch = {
    best: options.mode === 'max' ? -Infinity : Infinity,
    bad: 0,
    cooling: 0,
    rates: options.rates,
  };
  return metrics.reduce((watch, value) => watched(watch, value, options), start).rates;
}

function watched(watch: Watch, value: number, options: PlateauOptions): Watch {
  const { patience = 10, cooldown = 0 } = options;
  const better = improves(value, watch.best, options);
  const best = better ? value : watch.best;
  const cools = watch.cooling > 0;
  const bad = better || cools ? 0 : watch.bad + 1;
  const cooling = cools ? watch.cooling - 1 : watch.cooling;
  if (bad <= patience) return { best, bad, cooling, rates: watch.rates };
  return { best, bad: 0, cooling: cooldown, rates: reduced(watch.rates, options) };
}

function improves(value: number, best: number, options: PlateauOptions): boolean {
  const { mode = 'min', threshold = 1e-4, thresholdMode = 'rel' } = options;
  if (mode === 'min') return value < (thresholdMode === 'rel' ? best * (1 - threshold) : best - threshold);
  return value > (thresholdMode === 'rel' ? best * (1 + threshold) : best + threshold);
}

function reduced(rates: HyperValues, { factor = 0.1, minLr = 0, eps = 1e-8 }: PlateauOptions): HyperValues {
  const entries = Object.entries(rates).map(([name, rate]) => {
    const least = typeof minLr === 'number' ? minLr : (minLr[name] ?? 0);
    const next = Math.max(rate * factor, least);
    return [name, rate - next > eps ? next : rate] as const;
  });
  return Object.fromEntries(entries);
}
