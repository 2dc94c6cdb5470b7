/** Combining the metrics of several batches into those of all their rows. */
import type { Manifest, Metrics, Step } from './contract.ts';

/** Loss and metrics over several batches; `metrics` holds the others by name. */
export interface Summary {
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** Running numerators and denominators, in the manifest's order. Both are plain state: they can be saved. */
export interface Means {
  readonly numerators: Float64Array;
  readonly denominators: Float64Array;
}

export function emptyMeans(manifest: Manifest): Means {
  const count = manifest.metrics.length;
  return { numerators: new Float64Array(count), denominators: new Float64Array(count) };
}

/**
 * Adds the metrics of a batch, weighted by `step.weights`: a mean over rows becomes the mean over the rows of all
 * batches, and a plain value the average of its values. A batch of weight 0 does not count.
 */
export function addMetrics(means: Means, step: Step, metrics: Metrics): void {
  step.manifest.metrics.forEach(({ name }, i) => {
    const weight = step.weights[i] ?? 0;
    if (weight === 0) return;
    const value = i === 0 ? metrics.loss : (metrics[name] ?? NaN);
    means.numerators[i] = (means.numerators[i] ?? 0) + value * weight;
    means.denominators[i] = (means.denominators[i] ?? 0) + weight;
  });
}

/** The means so far; NaN where nothing was counted. */
export function summarize(manifest: Manifest, means: Means): Summary {
  const values = manifest.metrics.map((_, i) => (means.numerators[i] ?? 0) / (means.denominators[i] ?? 0));
  const [loss = NaN, ...others] = values;
  const names = manifest.metrics.slice(1).map(({ name }) => name);
  return { loss, metrics: Object.fromEntries(names.map((name, i) => [name, others[i] ?? NaN])) };
}
