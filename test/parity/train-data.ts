/** The data of a training run: tensors by reference, cut into the batches of each epoch. */
import type { Expr } from 'adjoint';
import { input, tensor } from 'adjoint';
import type { Batch } from 'adjoint/runtime';
import type { RunDType, TensorData, TrainCase } from './cases.ts';
import type { Suite } from './suite.ts';
import { Unsupported } from './unsupported.ts';

interface Reference {
  readonly ref: string;
}

export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

export class TrainingData {
  readonly #test: TrainCase;
  readonly #suite: Suite;
  readonly #dtype: RunDType;

  constructor(test: TrainCase, suite: Suite, dtype: RunDType) {
    this.#test = test;
    this.#suite = suite;
    this.#dtype = dtype;
  }

  #tensor({ ref }: Reference): TensorData {
    const found = this.#suite.tensors[ref];
    if (!found) throw new Error(`there is no tensor ${ref}`);
    return found;
  }

  /** The input `name`, of any number of rows. */
  input(name: 'x' | 'y'): Expr {
    const { shape, dtype } = this.#tensor(this.#test.data[name]);
    return input(name, ['N', ...shape.slice(1)], dtype === 'int64' ? 'int32' : this.#dtype);
  }

  /** The tensor as a constant under `name`, where there is one. */
  constant(name: string, reference: Reference | undefined): Record<string, Expr> {
    if (!reference) return {};
    const { data, shape } = this.#tensor(reference);
    return { [name]: tensor(data, shape, this.#dtype) };
  }

  rows(name: 'x' | 'y', rows: readonly number[]): number[] {
    const { shape, data } = this.#tensor(this.#test.data[name]);
    const size = shape.slice(1).reduce((count, each) => count * each, 1);
    return rows.flatMap((row) => data.slice(row * size, (row + 1) * size));
  }

  batch(rows: readonly number[]): Batch {
    return { x: this.rows('x', rows), y: this.rows('y', rows) };
  }

  /** The rows of each batch of an epoch, counted from 0. */
  batches(epoch: number): readonly (readonly number[])[] {
    const { batches, data } = this.#test;
    if ('per_epoch' in batches) return batches.per_epoch[epoch % batches.per_epoch.length] ?? [];
    const count = this.#tensor(data.x).shape[0] ?? 0;
    return range(0, Math.ceil(count / batches.size)).map((i) =>
      range(i * batches.size, Math.min(count, (i + 1) * batches.size)),
    );
  }

  /** The most rows that the run passes at once. */
  capacity(): number {
    const sizes = range(0, this.#test.epochs).flatMap((epoch) =>
      this.batches(epoch).map((rows) => rows.length),
    );
    return Math.max(this.#test.eval_rows, ...sizes);
  }

  stepsPerEpoch(): number {
    const counts = new Set(range(0, this.#test.epochs).map((epoch) => this.batches(epoch).length));
    const [count] = counts;
    if (count === undefined || counts.size > 1) {
      throw new Unsupported('no schedule over epochs of different numbers of steps');
    }
    return count;
  }
}
