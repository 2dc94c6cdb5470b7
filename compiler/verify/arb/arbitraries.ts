/** Random shapes, tensors, graphs, programs and runs, for fast-check: all shrink, and all print. */
import type { Arbitrary } from 'fast-check';
import type { DType } from '../../../src/dtype.ts';
import type { Program } from '../../../src/program.ts';
import type { Case } from '../case/case.ts';
import { smallerCases } from '../case/smaller.ts';
import { pick } from '../draw.ts';
import type { Run } from '../run/run.ts';
import { drawn } from './arbitrary.ts';
import { growCase } from './grow.ts';
import type { CaseOptions } from './grow.ts';
import { drawModel } from './model.ts';
import type { Model, ModelOptions } from './model.ts';
import { drawRun } from './run.ts';
import type { RunOptions } from './run.ts';
import { smallerModels } from './smaller-model.ts';
import { smallerRuns } from './smaller-run.ts';
import { drawElements } from './values.ts';
import type { ValueOptions } from './values.ts';

export interface ShapeOptions {
  /** Axes at least, default 0. */
  readonly minRank?: number;
  /** Axes at most, default 4. */
  readonly maxRank?: number;
  /** The smallest size, default 0. */
  readonly minSize?: number;
  /** The largest size, default 9. */
  readonly maxSize?: number;
}

/** Shapes of known sizes; they shrink to fewer axes and to smaller sizes. */
export function shape(options: ShapeOptions = {}): Arbitrary<readonly number[]> {
  const { minRank = 0, maxRank = 4, minSize = 0, maxSize = 9 } = options;
  function* smaller(value: readonly number[]): Generator<readonly number[]> {
    if (value.length > minRank) for (const [i] of value.entries()) yield value.toSpliced(i, 1);
    for (const [i, size] of value.entries()) {
      for (const less of [1, Math.floor(size / 2), size - 1])
        if (less >= minSize && less < size) yield value.with(i, less);
    }
  }
  return drawn<readonly number[]>(
    (draw) =>
      Array.from({ length: draw.int(minRank, maxRank) }, () =>
        pick(draw, [draw.int(minSize, maxSize), draw.int(minSize, Math.min(3, maxSize))]),
      ),
    smaller,
  );
}

export interface TensorOptions extends ValueOptions {
  /** Default float32. */
  readonly dtype?: DType;
}

/** Elements of a tensor of `of`, row-major, among them special values and neighbors of kinks; they shrink to zeros. */
export function tensor(of: readonly number[], options: TensorOptions = {}): Arbitrary<readonly number[]> {
  const { dtype = 'float32' } = options;
  const count = of.reduce((a, b) => a * b, 1);
  const low = options.range?.[0] ?? 0;
  const plain = Math.max(0, low);
  function* smaller(value: readonly number[]): Generator<readonly number[]> {
    if (value.some((x) => x !== plain)) yield value.map(() => plain);
    for (const [i, x] of value.entries()) {
      if (x !== plain) yield value.with(i, plain);
      if (Number.isFinite(x) && !Number.isInteger(x) && Math.trunc(x) >= low)
        yield value.with(i, Math.trunc(x));
    }
  }
  return drawn<readonly number[]>((draw) => drawElements(draw, dtype, count, options), smaller);
}

export type GraphOptions = CaseOptions;

/** Expressions over inputs with data. `programOf` makes a program of one. */
export function graph(options: GraphOptions = {}): Arbitrary<Case> {
  return drawn((draw) => growCase(draw, options), smallerCases);
}

export type ProgramArbitraryOptions = ModelOptions;

/** Training programs: a model of layers or of a random graph, a loss, an optimizer. */
export function program(options: ProgramArbitraryOptions = {}): Arbitrary<Model> {
  return drawn((draw) => drawModel(draw, options), smallerModels);
}

/** Runs of a program: seeds, capacities, batches, changes of hyper-parameters. */
export function run(of: Program, options: RunOptions = {}): Arbitrary<Run> {
  return drawn((draw) => drawRun(draw, of, options), smallerRuns);
}
