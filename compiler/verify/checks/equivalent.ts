/** Verifies that two expressions are equal as functions of what they read, up to rounding. */
import { isFloat } from '../../../src/dtype.ts';
import type { Expr } from '../../../src/expr.ts';
import { drawData } from '../arb/inputs.ts';
import type { Data, DataOptions } from '../arb/inputs.ts';
import { interpretBounded } from '../bounded/interpret.ts';
import type { Bounded } from '../bounded/number.ts';
import { Case } from '../case/case.ts';
import type { CaseFields } from '../case/case.ts';
import { minimize } from '../case/minimize.ts';
import { keepingFunctions } from '../case/smaller.ts';
import { writeSnippet } from '../case/snippet.ts';
import { numberText, recordText } from '../case/spell.ts';
import { expandGradients } from '../../differentiate/expand.ts';
import { drawFrom } from '../draw.ts';
import { Report, demand } from '../report.ts';
import type { Check } from '../report.ts';
import { Skips } from '../skips.ts';
import { namedData } from './gradients.ts';

export interface EquivalentOptions extends DataOptions {
  /** Random points; default 100. */
  readonly runs?: number;
  readonly seed?: number;
  /** What rounding may explain of a value, relative to it: where it explains more, nothing is compared. Default 1e-3. */
  readonly tolerance?: number;
  /** The point to compare at, by names of inputs, instead of random ones. */
  readonly data?: Readonly<Record<string, readonly number[]>>;
  readonly sizes?: Readonly<Record<string, number>>;
}

interface Comparison {
  readonly fault: string | null;
  readonly compared: number;
  readonly skipped: number;
}

function compareElements(x: readonly Bounded[], y: readonly Bounded[], tolerance: number): Comparison {
  let [compared, skipped] = [0, 0];
  for (const [i, a] of x.entries()) {
    const b = y[i] ?? a;
    const bound = 2 * (a.error + b.error);
    if (!(bound <= tolerance * (Math.abs(a.value) + 1e-3))) {
      skipped++;
      continue;
    }
    compared++;
    const same = Object.is(a.value, b.value) || a.value === b.value || Math.abs(a.value - b.value) <= bound;
    if (same) continue;
    const fault = `element ${i} is ${numberText(a.value)} and ${numberText(b.value)}; rounding explains ${bound.toExponential(2)}`;
    return { fault, compared, skipped };
  }
  return { fault: null, compared, skipped };
}

/** Both values at one point. */
function compareAt(x: Expr, y: Expr, { data, sizes }: Data, tolerance: number): Comparison {
  const [left, right] = expandGradients([x, y]);
  if (!left || !right) return { fault: null, compared: 0, skipped: 0 };
  const values = interpretBounded([left, right], { slots: data, sizes });
  return compareElements(values.get(left)?.data ?? [], values.get(right)?.data ?? [], tolerance);
}

/** Operands in the place of equal operators over them: where f(a) is not f(b), a is not b. */
function* unwrapped({ outputs: [x, y], ...rest }: Case): Generator<CaseFields> {
  if (!x || !y || x.op !== y.op || recordText(x.attrs) !== recordText(y.attrs)) return;
  const unlike = x.args.flatMap((arg, i) => (arg === y.args[i] ? [] : [i]));
  const [only] = unlike;
  const [a, b] = only === undefined ? [] : [x.args[only], y.args[only]];
  if (unlike.length === 1 && a && b) yield { ...rest, outputs: [a, b] };
}

/** The smallest pair that still differs, as a program. */
function reproducer(x: Expr, y: Expr, { data, sizes }: Data, tolerance: number): string {
  const fails = ({ outputs: [a, b], data: at, sizes: bound }: Case): boolean => {
    if (!a || !b || String(a.shape) !== String(b.shape) || a.dtype !== b.dtype) return false;
    try {
      return compareAt(a, b, { data: at, sizes: bound }, tolerance).fault !== null;
    } catch {
      return false;
    }
  };
  const whole = new Case({ outputs: [x, y], updates: [], data, sizes });
  const small = minimize(whole, fails, 300, [unwrapped, ...keepingFunctions]);
  return writeSnippet(small, { check: 'equivalent' });
}

const title = 'both expressions have the same value, up to rounding';

/** Verifies that `x` and `y` are equal wherever they are computed. Throws where they differ or nothing can be told. */
export function equivalent(x: Expr, y: Expr, options: EquivalentOptions = {}): Report {
  const { seed = 42 } = options;
  const differ = String(x.shape) !== String(y.shape) || x.dtype !== y.dtype;
  const details = differ
    ? [`[${x.shape.join(', ')}] ${x.dtype} is not [${y.shape.join(', ')}] ${y.dtype}`]
    : [];
  const check: Check = differ
    ? { title, verdict: 'fail', runs: 0, compared: 0, skipped: [], details, reproducer: null }
    : compareRandomly(x, y, options);
  return demand(new Report('equivalent', seed, [check]));
}

function compareRandomly(x: Expr, y: Expr, options: EquivalentOptions): Check {
  const { runs = options.data ? 1 : 100, seed = 42, tolerance = isFloat(x.dtype) ? 1e-3 : 0 } = options;
  const skips = new Skips();
  let compared = 0;
  for (let run = 0; run < runs; run++) {
    const at: Data = options.data
      ? { data: namedData([x, y], options.data), sizes: options.sizes ?? {} }
      : drawData(drawFrom(seed + run), [x, y], options);
    const result = compareAt(x, y, at, tolerance);
    compared += result.compared;
    skips.add('rounding explains too much', result.skipped);
    if (result.fault === null) continue;
    const small = options.data ? null : reproducer(x, y, at, tolerance);
    const details = [`${result.fault} (run ${run}, seed ${seed + run})`];
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
