/** Batch normalization as layers: it remembers statistics of what it has seen in training. */
import type { FloatDType } from '../dtype.ts';
import { AdjointError, must } from '../errors.ts';
import type { Expr } from '../expr.ts';
import { state } from '../declare.ts';
import { add, div } from '../ops/arithmetic.ts';
import { cast } from '../ops/cast.ts';
import { byMode, withUpdate } from '../ops/control.ts';
import { batchNorm as batchNormOf } from '../ops/normalization.ts';
import type { ScalarLike } from '../expr.ts';
import type { ChannelsRule } from './convolution-rules.ts';
import { ones, zeros } from './init/draw.ts';
import type { Layer } from './module.ts';
import { ModuleScope, asModule, checkAxis } from './module.ts';
import { AffineParameters, checkCounts, checkRank } from './normalization.ts';
import type { AffineOptions, Float } from './normalization.ts';

export interface BatchNormLayerOptions extends AffineOptions {
  /** The share of the new statistics, default 0.1; null gives each batch so far the same share. */
  readonly momentum?: number | null;
  /** Whether to remember statistics and use them in evaluation; default true. */
  readonly trackRunningStats?: boolean;
}

/** The state of a layer, declared in the precision of the first input that it meets. */
class RunningStatistics {
  readonly #scope: ModuleScope;
  readonly #features: number;
  #leaves: { readonly mean: Float; readonly variance: Float; readonly batches: Expr<[], 'int32'> } | null =
    null;

  constructor(scope: ModuleScope, features: number) {
    this.#scope = scope;
    this.#features = features;
  }

  as(layer: string, dtype: FloatDType) {
    const shape = [this.#features];
    const scope = (): ModuleScope => this.#scope;
    this.#leaves ??= {
      mean: state('running_mean', shape, { dtype, init: zeros(), scope }),
      variance: state('running_var', shape, { dtype, init: ones(), scope }),
      batches: state('num_batches_tracked', [], { dtype: 'int32', init: zeros(), scope }),
    };
    if (this.#leaves.mean.dtype === dtype) return this.#leaves;
    throw new AdjointError('E-DTYPE', `${layer} is ${this.#leaves.mean.dtype} and meets ${dtype}`);
  }
}

type BatchNorm = <const C extends number>(
  numFeatures: C,
  options?: BatchNormLayerOptions,
) => Layer<ChannelsRule<C>>;

function batchNorm(kind: string, ranks: readonly number[]): BatchNorm {
  const build = (numFeatures: number, options: BatchNormLayerOptions = {}) => {
    const layer = `${kind}(${numFeatures})`;
    checkCounts(layer, [numFeatures]);
    const { eps = 1e-5, affine = true, bias = true, momentum = 0.1, trackRunningStats = true } = options;
    const scope = new ModuleScope(options.name ?? '');
    const own = new AffineParameters(scope, [numFeatures], affine, bias);
    const running = new RunningStatistics(scope, numFeatures);
    const apply = (x: Float): Expr => {
      checkRank(layer, x, ranks);
      checkAxis(layer, x, 1, numFeatures);
      const settings = { ...own.as(x.dtype), eps };
      if (!trackRunningStats) return batchNormOf(x, { ...settings, training: true }).output;
      const { mean, variance, batches } = running.as(layer, x.dtype);
      const statistics = { ...settings, runningMean: mean, runningVar: variance };
      const counted = add(batches, 1);
      const share: ScalarLike = momentum ?? (div(1, cast(counted, 'float64')) as Expr<[], 'float64'>);
      const trained = batchNormOf(x, { ...statistics, training: true, momentum: share });
      const withMean = withUpdate(trained.output, mean, must(trained.runningMean, 'running mean'));
      const withVariance = withUpdate(withMean, variance, must(trained.runningVar, 'running variance'));
      return byMode(withUpdate(withVariance, batches, counted), batchNormOf(x, statistics).output);
    };
    return asModule(apply, { kind, scope, parameters: own.all, children: [] });
  };
  return build as unknown as BatchNorm;
}

/**
 * Standardizes each channel of [N, C] or [N, C, L] over the batch; parameters `weight` and `bias`, state
 * `running_mean`, `running_var` and `num_batches_tracked`. Evaluation uses the running statistics.
 */
export const batchNorm1d: BatchNorm = batchNorm('batchNorm1d', [2, 3]);
/** Standardizes each channel of [N, C, H, W] over batch and places, as `batchNorm1d`. */
export const batchNorm2d: BatchNorm = batchNorm('batchNorm2d', [4]);
/** Standardizes each channel of [N, C, D, H, W] over batch and places, as `batchNorm1d`. */
export const batchNorm3d: BatchNorm = batchNorm('batchNorm3d', [5]);
