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
  readonly digit: Entry; // [N]
  readonly pixels: Entry; // [N, 1, 28, 28]
}

export interface Inputs {
  readonly pixels: Entry; // [N, 1, 28, 28]
}

export interface Hyper {
  readonly momentum?: number; // 0.9 unless changed
  readonly lr?: number; // 0.05 unless changed
}

export interface Metrics {
  readonly loss: number;
}

export interface Outputs {
  readonly logits: Output<Float32Array>; // [N, 10]
}

export type Parameter =
  | Tensor<'0.weight', readonly [8, 1, 3, 3], 'float32', Float32Array>
  | Tensor<'0.bias', readonly [8], 'float32', Float32Array>
  | Tensor<'3.weight', readonly [16, 8, 3, 3], 'float32', Float32Array>
  | Tensor<'3.bias', readonly [16], 'float32', Float32Array>
  | Tensor<'7.weight', readonly [10, 784], 'float32', Float32Array>
  | Tensor<'7.bias', readonly [10], 'float32', Float32Array>;

export type State =
  | Tensor<'0.weight.momentum_buffer', readonly [8, 1, 3, 3], 'float32', Float32Array>
  | Tensor<'0.bias.momentum_buffer', readonly [8], 'float32', Float32Array>
  | Tensor<'3.weight.momentum_buffer', readonly [16, 8, 3, 3], 'float32', Float32Array>
  | Tensor<'3.bias.momentum_buffer', readonly [16], 'float32', Float32Array>
  | Tensor<'7.weight.momentum_buffer', readonly [10, 784], 'float32', Float32Array>
  | Tensor<'7.bias.momentum_buffer', readonly [10], 'float32', Float32Array>
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
