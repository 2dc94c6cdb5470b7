/** The type declarations of an emitted module, with literal shapes. */
import type { Manifest, TensorInfo } from '../../runtime/contract.ts';
import { stringLiteral } from './literal.ts';

const arrayType = {
  float32: 'Float32Array',
  float64: 'Float64Array',
  int32: 'Int32Array',
  bool: 'Int32Array',
} as const;

function shapeText(shape: readonly (number | string)[]): string {
  return `readonly [${shape.map((size) => (typeof size === 'number' ? String(size) : stringLiteral(size))).join(', ')}]`;
}

const key = (name: string): string => (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : stringLiteral(name));

function members(entries: readonly string[], empty: string): string {
  return entries.length > 0 ? `{\n${entries.map((entry) => `  ${entry}\n`).join('')}}` : empty;
}

function tensorUnion(tensors: readonly TensorInfo[]): string {
  const each = tensors.map(
    ({ name, shape, dtype }) =>
      `Tensor<${stringLiteral(name)}, ${shapeText(shape)}, ${stringLiteral(dtype)}, ${arrayType[dtype]}>`,
  );
  return each.length > 0 ? `\n  | ${each.join('\n  | ')}` : ' never';
}

/** The text of `step.d.mts`. */
export function typesSource(manifest: Manifest): string {
  const { inputs, hyper, metrics, outputs, symbols } = manifest;
  const batch = inputs.map(({ name, shape }) => `readonly ${key(name)}: Entry; // [${shape.join(', ')}]`);
  const inputsOf = inputs
    .filter(({ entries }) => entries.includes('predict'))
    .map(({ name, shape }) => `readonly ${key(name)}: Entry; // [${shape.join(', ')}]`);
  const rates = hyper.map(({ name, value }) => `readonly ${key(name)}?: number; // ${value} unless changed`);
  const named = metrics.map(({ name }) => `readonly ${key(name)}: number;`);
  const predicted = outputs.map(
    ({ name, dtype, shape }) =>
      `readonly ${key(name)}: Output<${arrayType[dtype]}>; // [${shape.join(', ')}]`,
  );
  const capacity = symbols.map((symbol) => `readonly ${symbol}: number`);
  return `// Types of an emitted training step. Its state is in the step; nothing is global.
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

export interface Batch ${members(batch, '{}')}

export interface Inputs ${members(inputsOf, '{}')}

export interface Hyper ${members(rates, '{}')}

export interface Metrics ${members(named, '{}')}

export interface Outputs ${members(predicted, '{}')}

export type Parameter =${tensorUnion(manifest.parameters)};

export type State =${tensorUnion(manifest.state)};

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
  readonly capacity: ${capacity.length > 0 ? `{ ${capacity.join('; ')} }` : 'Readonly<Record<string, never>>'};
  readonly parameters?: Readonly<Record<string, ArrayLike<number>>>;
  readonly seed?: number;
  readonly data?: Batch;
}

export declare const manifest: {
  readonly format: 1;
  readonly name: string;
  readonly fingerprint: string;
  readonly target: ${stringLiteral(manifest.target)};
};

export declare function create(options${capacity.length > 0 ? '' : '?'}: CreateOptions): Step;

export declare function createAsync(options${capacity.length > 0 ? '' : '?'}: CreateOptions): Promise<Step>;
`;
}
