/** Initializers with a structure: identities and sparse matrices. */
import { AdjointError } from '../../errors.ts';
import { showShape } from '../../describe.ts';
import type { Expr } from '../../expr.ts';
import { mul } from '../../ops/arithmetic.ts';
import { sum } from '../../ops/broadcast.ts';
import { cast } from '../../ops/cast.ts';
import { eq, lt, logicalAnd, logicalOr, where } from '../../ops/compare.ts';
import { iota } from '../../ops/leaves.ts';
import { uniform } from '../../ops/random.ts';
import { unsqueeze } from '../../ops/reshape.ts';
import type { Shape } from '../../shape-types.ts';
import type { Size } from '../../size.ts';
import type { Initializer } from '../../slot.ts';
import type { Draws } from './draw.ts';
import { checkInit, initializer, normalDraws } from './draw.ts';
import { numericShape } from './fan.ts';

type Bool = Expr<Shape, 'bool'>;

function checkRank(name: string, shape: readonly Size[], low: number, high: number): number[] {
  if (shape.length < low || shape.length > high) {
    const axes = low === high ? String(low) : `${low} to ${high}`;
    const headline = `nn.init.${name}: shape ${showShape(shape)} has ${shape.length} axes, not ${axes}`;
    throw new AdjointError('E-SHAPE-RANK', headline);
  }
  return numericShape(name, shape);
}

const ones = (where1: Bool): Draws => cast(where1, 'float64');

/** The identity matrix: 1 on the main diagonal, else 0. Shapes have two axes. */
export function eye(): Initializer {
  return initializer('eye', (shape) => {
    checkRank('eye', shape, 2, 2);
    return ones(eq(iota(shape, 0), iota(shape, 1)) as Bool);
  });
}

export interface DiracOptions {
  /** Groups of the convolution, each of which keeps its own channels; default 1. */
  readonly groups?: number;
}

/** The convolution [out, in, ...kernel] that returns its input, for as many channels as there are on both sides. */
export function dirac({ groups = 1 }: DiracOptions = {}): Initializer {
  return initializer(`dirac(${groups})`, (shape) => {
    const [out = 0, , ...kernel] = checkRank('dirac', shape, 3, 5);
    checkInit('dirac', out % groups === 0, `${out} output channels do not divide by ${groups} groups`);
    const center = kernel
      .map((size, i) => eq(iota(shape, i + 2) as Expr<Shape, 'int32'>, Math.floor(size / 2)) as Bool)
      .reduce(logicalAnd);
    return ones(logicalAnd(center, sameChannel(shape, out / groups, groups)));
  });
}

/** Whether an output channel has the number of an input channel within its group. */
function sameChannel(shape: readonly Size[], perGroup: number, groups: number): Bool {
  const [rows, columns] = [iota(shape, 0), iota(shape, 1)] as [Expr<Shape, 'int32'>, Expr<Shape, 'int32'>];
  const inGroup = lt(columns, perGroup) as Bool;
  const starts = Array.from({ length: groups }, (_, group) => group * perGroup);
  return logicalAnd(inGroup, starts.map((start) => eq(rows, columns.add(start)) as Bool).reduce(logicalOr));
}

export interface SparseOptions {
  /** The share of each column that is 0, rounded up to whole elements. */
  readonly sparsity: number;
  /** Of the normal distribution of the others; default 0.01. */
  readonly std?: number;
}

/** A matrix with as many zeros in each column, at random places, and normal numbers elsewhere (Martens, 2010). */
export function sparse({ sparsity, std = 0.01 }: SparseOptions): Initializer {
  checkInit('sparse', sparsity >= 0 && sparsity <= 1, `sparsity ${sparsity} is not in [0, 1]`);
  return initializer(`sparse(${sparsity}, ${std})`, (shape) => {
    const [rows = 0] = checkRank('sparse', shape, 2, 2);
    const zero = lt(rankInColumn(shape), Math.ceil(sparsity * rows)) as Bool;
    return where(zero, 0, mul(normalDraws(shape), std)) as Draws;
  });
}

/** A random order of each column: element i has its place in the order of the column. */
function rankInColumn(shape: readonly Size[]): Expr<Shape, 'int32'> {
  const keys = uniform(shape, 'float64') as Draws;
  const places = iota(shape, 0) as Expr<Shape, 'int32'>;
  const [own, others] = [unsqueeze(keys, 1) as Draws, unsqueeze(keys, 0) as Draws];
  const earlier = lt(unsqueeze(places, 0), unsqueeze(places, 1)) as Bool;
  const before = logicalOr(lt(others, own) as Bool, logicalAnd(eq(others, own) as Bool, earlier));
  return sum(cast(before, 'int32'), { axis: 1 }) as Expr<Shape, 'int32'>;
}
