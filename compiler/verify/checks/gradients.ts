/** Verifies derivatives: reverse mode against dual numbers and extrapolated differences, at random points. */
import type { Expr } from '../../../src/expr.ts';
import type { Slot } from '../../../src/slot.ts';
import { slotName } from '../../../src/slot.ts';
import { drawData, openSlots } from '../arb/inputs.ts';
import type { Data, DataOptions } from '../arb/inputs.ts';
import { Case } from '../case/case.ts';
import { minimize } from '../case/minimize.ts';
import { writeSnippet } from '../case/snippet.ts';
import { drawFrom } from '../draw.ts';
import { Report, demand } from '../report.ts';
import type { Check } from '../report.ts';
import { Skips } from '../skips.ts';
import { pointOf, slopeFault } from './slope-fault.ts';
import type { SlopeOptions } from './slope-fault.ts';

export interface GradientOptions extends SlopeOptions, DataOptions {
  /** What is differentiated with respect to; default: every float that the expression reads. */
  readonly wrt?: Expr | readonly Expr[];
  /** Random points; default 20. */
  readonly runs?: number;
  readonly seed?: number;
  /** The point to check at, by names of inputs, instead of random ones. */
  readonly data?: Readonly<Record<string, readonly number[]>>;
  readonly sizes?: Readonly<Record<string, number>>;
}

const defaultSeed = 42;

/** The elements that are given by name, by slot. */
export function namedData(
  roots: readonly Expr[],
  data: Readonly<Record<string, readonly number[]>>,
): ReadonlyMap<Slot, readonly number[]> {
  return new Map(openSlots(roots).map((slot) => [slot, data[slotName(slot)] ?? []]));
}

/** What is wrong with the derivatives of a case's output, where anything is. */
function faultOf(
  { outputs: [output], data, sizes }: Case,
  seed: number,
  options: SlopeOptions,
): string | null {
  if (!output) return null;
  try {
    const draw = drawFrom(seed);
    return slopeFault(pointOf(output, null, { data, sizes }, draw), draw, options).fault;
  } catch {
    // What cannot be differentiated is no smaller form of this failure.
    return null;
  }
}

/** The smallest expression whose derivative is wrong in the same way, as a program. */
function reproducer(expr: Expr, { data, sizes }: Data, seed: number, options: SlopeOptions): string | null {
  const whole = new Case({ outputs: [expr], updates: [], data, sizes });
  if (faultOf(whole, seed, options) === null) return null;
  const small = minimize(whole, (candidate) => faultOf(candidate, seed, options) !== null);
  const order = options.order === 2 ? { order: 2 } : {};
  return writeSnippet(small, { check: 'gradients', options: order });
}

/** The check of one expression's derivatives. Where every comparison had to be left out, it is inconclusive. */
export function checkGradients(title: string, expr: Expr, options: GradientOptions = {}): Check {
  const { runs = options.data ? 1 : 20, seed = defaultSeed } = options;
  const wrt = options.wrt === undefined ? null : ([options.wrt].flat() as readonly Expr[]);
  const skips = new Skips();
  let compared = 0;
  for (let run = 0; run < runs; run++) {
    const draw = drawFrom(seed + run);
    const at: Data = options.data
      ? { data: namedData([expr], options.data), sizes: options.sizes ?? {} }
      : drawData(draw, [expr], options);
    const result = slopeFault(pointOf(expr, wrt, at, draw), draw, options);
    compared += result.compared;
    result.skipped.forEach((reason) => skips.add(reason));
    if (result.fault === null) continue;
    const details = [`${result.fault} (run ${run}, seed ${seed + run})`];
    const small = reproducer(expr, at, seed + run, options);
    return {
      title,
      verdict: 'fail',
      runs: run + 1,
      compared,
      skipped: skips.list,
      details,
      reproducer: small,
    };
  }
  const verdict = compared > 0 ? 'pass' : 'inconclusive';
  return { title, verdict, runs, compared, skipped: skips.list, details: [], reproducer: null };
}

/**
 * Verifies the derivatives of an expression. Throws VerificationError where they are wrong, or where nothing could be
 * compared.
 */
export function gradients(expr: Expr, options: GradientOptions = {}): Report {
  const orders = options.order === 2 ? 'first and second derivatives' : 'derivatives';
  const check = checkGradients(`${orders} agree with dual numbers and differences`, expr, options);
  return demand(new Report('gradients', options.seed ?? defaultSeed, [check]));
}
