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
  readonly x: Entry; // [N, 10]
  readonly y: Entry; // [N, 1]
}

export interface Inputs {
  readonly x: Entry; // [N, 10]
}

export interface Hyper {
  readonly lr?: number; // 0.01 unless changed
}

export interface Metrics {
  readonly loss: number;
}

export interface Outputs {
  readonly prediction: Output<Float32Array>; // [N, 1]
}

export type Parameter =
  | Tensor<'weight', readonly [1, 10], 'float32', Float32Array>
  | Tensor<'bias', readonly [1], 'float32', Float32Array>;

export type State = never;

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
