/** Random runs of a program: a seed, capacities, and calls with batches of any size up to them. */
import { isFloat } from '../../../src/dtype.ts';
import type { Program } from '../../../src/program.ts';
import { programGraphs } from '../../../src/program.ts';
import { evaluateSize, factors, product } from '../../../src/size.ts';
import type { InputSlot } from '../../../src/slot.ts';
import { slotName } from '../../../src/slot.ts';
import type { Draw } from '../draw.ts';
import { chance, pick } from '../draw.ts';
import type { Call, Run } from '../run/run.ts';
import { drawElements } from './values.ts';
import type { Range } from './values.ts';

export interface RunOptions {
  /** Calls of `step`, `evaluate` and `predict` in a run; default 3. */
  readonly calls?: number;
  /** The largest value of a symbol; default 5. */
  readonly largest?: number;
  /** Whether batches may hold -0, NaN, infinities, subnormals and the ends of the format; default false. */
  readonly special?: boolean;
  /** Whether hyper-parameters change between calls; default true. */
  readonly hyper?: boolean;
}

/** Every symbol of a program. */
export function symbolsOf({ inputs }: Program): string[] {
  return [...new Set(inputs.flatMap(({ shape }) => shape.flatMap((size) => factors(size).symbols)))];
}

/** The smallest value of a symbol: batch statistics need more than one value. */
function leastOf({ several }: Program, symbol: string): number {
  return several.some((size) => factors(size).symbols.includes(symbol)) ? 2 : 1;
}

/** Where the elements of an input lie: whole numbers in the range that the program knows, floats in [-2, 2]. */
function rangeOf(slot: InputSlot, program: Program): Range {
  const known = program.ranges.get(slot);
  if (known) return [known.low, known.high];
  return isFloat(slot.dtype) ? [-2, 2] : [0, 2];
}

function drawBatch(
  draw: Draw,
  program: Program,
  slots: readonly InputSlot[],
  sizes: Call['sizes'],
  special: boolean,
): Record<string, number[]> {
  const entries = slots.map((slot) => {
    const count = evaluateSize(product(slot.shape), sizes);
    const free = special && isFloat(slot.dtype) && chance(draw, 40);
    const elements = drawElements(draw, slot.dtype, count, free ? {} : { range: rangeOf(slot, program) });
    return [slotName(slot), elements] as const;
  });
  return Object.fromEntries(entries);
}

/** Some hyper-parameters, changed by a factor. */
function drawHyper(draw: Draw, { hyper }: Program): Record<string, number> {
  const changed = hyper.filter(() => chance(draw, 30));
  return Object.fromEntries(changed.map(({ name, value }) => [name, value * pick(draw, [0, 0.5, 0.9, 1])]));
}

/** One random run. Its first call is a step, where there is one. */
export function drawRun(draw: Draw, program: Program, options: RunOptions = {}): Run {
  const { calls = 3, largest = 5, special = false, hyper = true } = options;
  const symbols = symbolsOf(program);
  const upTo = (symbol: string, most: number): number => {
    const least = leastOf(program, symbol);
    return draw.int(least, Math.max(least, most));
  };
  const capacity = Object.fromEntries(symbols.map((symbol) => [symbol, upTo(symbol, largest)]));
  const names = programGraphs(program).map(({ entry }) => entry);
  const made = Array.from({ length: calls }, (_, i): Call => {
    const entry = i === 0 ? (names[0] ?? 'predict') : pick(draw, names);
    const sizes = Object.fromEntries(symbols.map((symbol) => [symbol, upTo(symbol, capacity[symbol] ?? 1)]));
    const slots = program.inputs.filter((slot) => program.readers.get(slot)?.includes(entry));
    const batch = drawBatch(draw, program, slots, sizes, special);
    const changes = hyper && entry === 'step' && i > 0 && chance(draw, 30);
    return { entry, batch, sizes, ...(changes ? { hyper: drawHyper(draw, program) } : {}) };
  });
  return { seed: draw.int(0, 1000), capacity, parameters: {}, calls: made };
}
