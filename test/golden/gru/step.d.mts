// Types of an emitted training step. Its state is in the step; nothing is global.
export type Entry =
  ArrayLike<number> | { readonly data: ArrayLike<number>; readonly shape: readonly number[] };

export interface Tensor<Name, Shape, Type, Data> {
  readonly name: Name;
  readonly shape: Shape;
  readonly dtype: Type;
  /** A live view, dense and row-major. */
  readonly data: Data;
}

export interface Output<Data> {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Data;
}

export interface Batch {
  readonly pairs: Entry; // [N, 20, 2]
  readonly total: Entry; // [N, 1]
}

export interface Inputs {
  readonly pairs: Entry; // [N, 20, 2]
}

export interface Hyper {
  readonly 'clipByGlobalNorm.maxNorm'?: number; // 1 unless changed
  readonly beta1?: number; // 0.9 unless changed
  readonly lr?: number; // 0.01 unless changed
  readonly beta2?: number; // 0.999 unless changed
  readonly eps?: number; // 1e-8 unless changed
}

export interface Metrics {
  readonly loss: number;
}

export interface Outputs {
  readonly answer: Output<Float32Array>; // [N, 1]
}

export type Parameter =
  | Tensor<'memory.weight_ih_l0', readonly [72, 2], 'float32', Float32Array>
  | Tensor<'memory.weight_hh_l0', readonly [72, 24], 'float32', Float32Array>
  | Tensor<'memory.bias_ih_l0', readonly [72], 'float32', Float32Array>
  | Tensor<'memory.bias_hh_l0', readonly [72], 'float32', Float32Array>
  | Tensor<'head.weight', readonly [1, 24], 'float32', Float32Array>
  | Tensor<'head.bias', readonly [1], 'float32', Float32Array>;

export type State =
  | Tensor<'memory.weight_ih_l0.exp_avg', readonly [72, 2], 'float32', Float32Array>
  | Tensor<'memory.weight_ih_l0.exp_avg_sq', readonly [72, 2], 'float32', Float32Array>
  | Tensor<'memory.weight_hh_l0.exp_avg', readonly [72, 24], 'float32', Float32Array>
  | Tensor<'memory.weight_hh_l0.exp_avg_sq', readonly [72, 24], 'float32', Float32Array>
  | Tensor<'memory.bias_ih_l0.exp_avg', readonly [72], 'float32', Float32Array>
  | Tensor<'memory.bias_ih_l0.exp_avg_sq', readonly [72], 'float32', Float32Array>
  | Tensor<'memory.bias_hh_l0.exp_avg', readonly [72], 'float32', Float32Array>
  | Tensor<'memory.bias_hh_l0.exp_avg_sq', readonly [72], 'float32', Float32Array>
  | Tensor<'head.weight.exp_avg', readonly [1, 24], 'float32', Float32Array>
  | Tensor<'head.weight.exp_avg_sq', readonly [1, 24], 'float32', Float32Array>
  | Tensor<'head.bias.exp_avg', readonly [1], 'float32', Float32Array>
  | Tensor<'head.bias.exp_avg_sq', readonly [1], 'float32', Float32Array>
  | Tensor<'step', readonly [], 'int32', Int32Array>;

export interface Step {
  readonly manifest: typeof manifest;
  readonly parameters: readonly Parameter[];
  readonly state: readonly State[];
  readonly weights: Float64Array;
  readonly totals: Float64Array;
  readonly hyper: Float64Array;
  step(batch: Batch, hyper?: Hyper): Metrics;
  run(order: ArrayLike<number> | null, batchSize: number, first?: number, count?: number): Float64Array;
  repeat(count: number, batch: Batch | null): Float64Array;
  evaluate(batch: Batch): Metrics;
  predict(inputs: Inputs): Outputs;
}

export interface CreateOptions {
  readonly capacity: { readonly N: number };
  readonly parameters?: Readonly<Record<string, ArrayLike<number>>>;
  readonly seed?: number;
  readonly data?: Batch;
}

export declare const manifest: {
  readonly format: 1;
  readonly name: string;
  readonly fingerprint: string;
  readonly target: 'js';
};

export declare function create(options: CreateOptions): Step;

export declare function createAsync(options: CreateOptions): Promise<Step>;
