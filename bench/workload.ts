/** What is measured: a program and a batch, and others that do the same work. */
import type { Program } from '../src/index.ts';

/** A tensor of the batch or of the start, flat and row-major. */
export interface Tensor {
  readonly data: Float32Array | Int32Array;
  readonly shape: readonly number[];
}
export type Tensors = Readonly<Record<string, Tensor>>;

/** Trains `count` more steps on the batch, one after the other; the loss of the last. */
export type Train = (count: number) => number | Promise<number>;

/** What all contenders of a workload begin with. */
export interface Start {
  readonly parameters: Tensors;
  readonly batch: Tensors;
}

export interface Workload {
  /** The word that chooses it on the command line. */
  readonly name: string;
  /** The work of one step, in full. */
  readonly work: string;
  readonly program: () => Program;
  readonly batch: () => Tensors;
  /** Whether each tensor of the batch has a row for each example, so that it can be run as a data set. */
  readonly rows: number | null;
  /** The same step by hand, in JavaScript of the same strict numerics. */
  readonly hand?: (start: Start) => Train;
  /** The same loss for libraries that differentiate; the optimizer is theirs. */
  readonly peer?: PeerModel;
}

export type Optimizer =
  | { readonly kind: 'sgd'; readonly lr: number; readonly momentum?: number }
  | { readonly kind: 'adam'; readonly lr: number }
  | { readonly kind: 'adamw'; readonly lr: number; readonly weightDecay: number };

/** What peers are asked for: a loss over their tensors, and how to train. */
export interface PeerModel {
  readonly optimizer: Optimizer;
  readonly loss: <T>(ops: PeerOps<T>, parameters: Values<T>, batch: Values<T>) => T;
}

/** Tensors by name; a name that is missing throws. */
export type Values<T> = (name: string) => T;

/** The operators that the workloads use, in a peer's own terms. Each frees nothing that it is given. */
export interface PeerOps<T> {
  /** Float32 numbers that are the same in each step. */
  constant(data: readonly number[], shape: readonly number[]): T;
  add(a: T, b: T): T;
  sub(a: T, b: T): T;
  mul(a: T, b: T): T;
  matmul(a: T, b: T): T;
  transpose(a: T, order: readonly number[]): T;
  reshape(a: T, shape: readonly number[]): T;
  /** `length` places from `start` on along `axis`. */
  slice(a: T, axis: number, start: number, length: number): T;
  relu(a: T): T;
  sigmoid(a: T): T;
  tanh(a: T): T;
  softmax(a: T): T;
  /** Normalizes the last axis. */
  layerNorm(a: T, weight: T, bias: T): T;
  /** Rows of a table. */
  embedding(table: T, indices: T): T;
  concat(parts: readonly T[], axis: number): T;
  /** Images [N, C, H, W] and weights [O, C, 3, 3], padded by 1. */
  conv3x3(images: T, weight: T): T;
  /** The largest of each 2 x 2 square of [N, C, H, W]. */
  maxPool2x2(images: T): T;
  mean(a: T): T;
  /** The mean over the rows of logits [N, C] and labels [N]. */
  crossEntropy(logits: T, labels: T): T;
}

/** The number `value`. */
export const number = <T>(ops: PeerOps<T>, value: number): T => ops.constant([value], []);

/** `x weight^T + bias`, as linear layers keep their weights. */
export function linear<T>(ops: PeerOps<T>, x: T, weight: T, bias: T): T {
  return ops.add(ops.matmul(x, ops.transpose(weight, [1, 0])), bias);
}
