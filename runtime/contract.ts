/**
 * The contract between emitted modules and those who run them: the one thing that the runtime knows.
 * An emitted `step.mjs` exports `manifest` and `create`, and imports nothing.
 */

export type ElementType = 'float32' | 'float64' | 'int32' | 'bool';

/** float32 and float64 tensors have the arrays of that name; int32 and bool (0 or 1) are Int32Array. */
export type TensorArray = Float32Array | Float64Array | Int32Array;

/** A number, or canonical symbolic text: `'N'`, `'2*N'`, `'N*T'`. */
export type SizeText = number | string;

export interface TensorInfo {
  readonly name: string;
  readonly shape: readonly SizeText[];
  readonly dtype: ElementType;
}

export interface InputInfo extends TensorInfo {
  /** Integers in this input lie in [low, high): class labels, indices. */
  readonly range?: readonly [low: number, high: number];
  /** Integers that are allowed besides: a label that is ignored. */
  readonly except?: readonly number[];
  /** Which entries read it. */
  readonly entries: readonly ('step' | 'evaluate' | 'predict')[];
}

/** A hyper-parameter: a rank-0 float64 input of the step with a default. */
export interface HyperInfo {
  readonly name: string;
  readonly value: number;
}

/** A `mean` is numerator / denominator, and batches combine by adding both; a `value` is averaged as it is. */
export interface MetricInfo {
  readonly name: string;
  readonly kind: 'mean' | 'value';
}

export interface Manifest {
  readonly format: 1;
  readonly name: string;
  readonly compiler: string;
  readonly target: 'js' | 'wasm';
  readonly numerics: 'strict' | 'fast';
  /** In `fast` of target `wasm`: whether this engine has relaxed SIMD and the module uses it. */
  readonly relaxedSimd?: boolean;
  /** Hash of the step graph: a checkpoint belongs to one fingerprint. */
  readonly fingerprint: string;
  /** Named sizes that each call may choose, up to the capacity given to `create`. */
  readonly symbols: readonly string[];
  readonly inputs: readonly InputInfo[];
  /** Sizes that must be more than 1 in `step`: batch statistics are taken over so many values. */
  readonly several?: readonly SizeText[];
  readonly hyper: readonly HyperInfo[];
  readonly parameters: readonly TensorInfo[];
  readonly state: readonly TensorInfo[];
  /** The first one is the loss. */
  readonly metrics: readonly MetricInfo[];
  readonly outputs: readonly TensorInfo[];
}

export interface NamedTensor extends TensorInfo {
  /** Dense, row-major; a live view into the step's memory. */
  readonly data: TensorArray;
}

/** One value per input, flat and row-major; `{ data, shape }` where the length alone leaves a symbol open. */
export type BatchEntry =
  ArrayLike<number> | { readonly data: ArrayLike<number>; readonly shape: readonly number[] };
export type Batch = Readonly<Record<string, BatchEntry>>;

/** The same object each call: copy what you keep. `loss` is that of the batch before the update. */
export interface Metrics {
  readonly loss: number;
  readonly [name: string]: number;
}

export interface OutputTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** A live view: the next call overwrites it. */
  readonly data: TensorArray;
}
export type Outputs = Readonly<Record<string, OutputTensor>>;

export interface CreateOptions {
  /** The largest value of each symbol; every symbol of the manifest needs one. */
  readonly capacity?: Readonly<Record<string, number>>;
  /** Initial parameters by name; those left out start from the program's initializers. */
  readonly parameters?: Readonly<Record<string, ArrayLike<number>>>;
  /** Seed of initializers and of randomness inside the step: an integer, default 0. */
  readonly seed?: number;
  /** A whole data set, kept in the step's memory for `run`: every input of the step, rows along its first size. */
  readonly data?: Batch;
}

export interface Step {
  readonly manifest: Manifest;
  readonly capacity: Readonly<Record<string, number>>;
  readonly parameters: readonly NamedTensor[];
  readonly state: readonly NamedTensor[];
  /**
   * Forward, backward and update, in one call. A loss that is not finite is returned with all state unchanged.
   * `hyper` changes hyper-parameters from this call on.
   */
  step(batch: Batch, hyper?: Readonly<Record<string, number>>): Metrics;
  /**
   * Trains on the resident data in batches of `batchSize` rows, in their own order (null) or in `order`, whose length
   * is the number of rows used; the last batch may be smaller. `count` batches from number `first` on, default all.
   * Returns the loss of each step, a view that the next call overwrites; it ends with the first loss that is not
   * finite.
   */
  run(order: ArrayLike<number> | null, batchSize: number, first?: number, count?: number): Float64Array;
  /** Trains `count` steps on one batch; null: the batch that is in place. Returns the losses as `run` does. */
  repeat(count: number, batch: Batch | null): Float64Array;
  /** Loss and metrics in evaluation mode; changes nothing. */
  evaluate(batch: Batch): Metrics;
  /** The program's outputs in evaluation mode. Throws where the program names none. */
  predict(inputs: Batch): Outputs;
  /** Denominators of the last metrics, in the manifest's order: 1 for a `value`. */
  readonly weights: Float64Array;
  /**
   * Two sums for each metric over the steps of all calls of `run` but those whose loss is not finite: of its values
   * times their weights, and of the weights. Live, so that writing 0 begins anew.
   */
  readonly totals: Float64Array;
  /** Every hyper-parameter's present value, in the manifest's order: live, and what is written there holds. */
  readonly hyper: Float64Array;
}

/** What an emitted file exports, and what compiling in memory returns. */
export interface StepModule {
  readonly manifest: Manifest;
  create(options?: CreateOptions): Step;
  /**
   * The same, compiling while the thread goes on. Main threads of browsers want it: older versions of Chromium refuse
   * to compile more than 4 KB at once there, newer ones more than 8 MB.
   */
  createAsync?(options?: CreateOptions): Promise<Step>;
}
