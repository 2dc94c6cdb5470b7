/** Verifies an operator: its shape rule, its derivatives, and what it lowers to, on examples with random elements. */
import { input } from '../../../src/declare.ts';
import { float64Algebra } from '../../../src/algebra/float64.ts';
import { isFloat } from '../../../src/dtype.ts';
import { must } from '../../../src/errors.ts';
import type { Expr } from '../../../src/expr.ts';
import { interpret } from '../../../src/interpret.ts';
import type { Example, ExampleOperand, Op } from '../../../src/ops/define.ts';
import { apply } from '../../../src/ops/define.ts';
import type { Slot } from '../../../src/slot.ts';
import { drawElements } from '../arb/values.ts';
import type { Range } from '../arb/values.ts';
import { Case } from '../case/case.ts';
import { checkCase } from '../case/check.ts';
import { minimize } from '../case/minimize.ts';
import { writeSnippet } from '../case/snippet.ts';
import type { Draw } from '../draw.ts';
import { drawFrom } from '../draw.ts';
import { failureLines } from '../replay.ts';
import { Report, demand } from '../report.ts';
import type { Check } from '../report.ts';
import { Skips } from '../skips.ts';
import type { Target } from '../targets.ts';
import { targets as allTargets } from '../targets.ts';
import { pointOf, slopeFault } from './slope-fault.ts';

export interface OperatorOptions {
  /** Operands and attributes to try; default: the operator's own examples. */
  readonly examples?: readonly Example[];
  /** Random elements for each example; default 20. */
  readonly runs?: number;
  readonly seed?: number;
  readonly targets?: readonly Target[];
}

/** An operator, or a builder that carries one. */
export type OperatorLike = Op | { readonly op: Op };

const wide: Range = [-3, 3];

/** Where an operand lies: as the example says, in the operator's domain, or anywhere. */
function rangeOf(op: Op, i: number, { range }: ExampleOperand, anywhere: boolean): Range {
  const { domain } = op;
  if (anywhere && !range) return wide;
  const own = typeof domain?.[0] === 'number' ? domain : domain?.[i];
  return range ?? (own as Range | undefined) ?? [-2, 2];
}

/** The operator applied to an example's operands, with random elements: each fourth time from beyond its domain. */
function drawExample(op: Op, example: Example, draw: Draw, run: number): Case {
  const dtype = run % 2 === 0 ? 'float64' : 'float32';
  const data = new Map<Slot, readonly number[]>();
  const args = example.operands.map((operand, i): Expr => {
    const own = operand.dtype ?? dtype;
    const range = rangeOf(op, i, operand, run % 4 === 3);
    const leaf: Expr = input(`x${i}`, operand.shape, own, own === 'int32' ? { range } : {});
    const count = operand.shape.reduce((a, b) => a * b, 1);
    if (leaf.slot) data.set(leaf.slot, drawElements(draw, own, count, { range }));
    return leaf;
  });
  return new Case({ outputs: [apply(op, args, example.attrs)], updates: [], data, sizes: {} });
}

/** What is wrong at a case, in lines of which the first says what kind of fault it is; none where nothing is. */
type Law = (
  of: Case,
  draw: Draw,
  skips: Skips,
  targets: readonly Target[],
) => { fault: string[]; compared: number };

const fillsShape: Law = ({ outputs, data, sizes }) => {
  const root = must(outputs[0], 'output');
  const count = root.shape.reduce<number>((a, b) => a * Number(b), 1);
  const [tensor] = interpret(float64Algebra, [root], { slots: data, sizes });
  const found = tensor?.data.filter((x) => typeof x === 'number').length ?? 0;
  return {
    fault: found === count ? [] : [`the meaning gives ${found} numbers for [${root.shape.join(', ')}]`],
    compared: 1,
  };
};

const hasSlopes: Law = ({ outputs, data, sizes }, draw, skips) => {
  const root = must(outputs[0], 'output');
  const moves = isFloat(root.dtype) && root.op.vjp !== null && root.args.some(({ dtype }) => isFloat(dtype));
  if (!moves) {
    skips.add('nothing to differentiate');
    return { fault: [], compared: 1 };
  }
  const { fault, compared, skipped } = slopeFault(pointOf(root, null, { data, sizes }, draw), draw, {
    order: 2,
  });
  skipped.forEach((reason) => skips.add(reason));
  return { fault: fault === null ? [] : [fault], compared };
};

const lowers: Law = (of, _draw, skips, targets) => {
  const { failure, tally } = checkCase(of, targets);
  skips.add('rounding decides', tally.skipped);
  return { fault: failure ? [failure.kind, ...failureLines(failure)] : [], compared: tally.compared };
};

const laws: readonly { readonly title: string; readonly check: 'replay' | 'gradients'; readonly law: Law }[] =
  [
    { title: 'the meaning fills the shape that the shape rule gives', check: 'replay', law: fillsShape },
    {
      title: 'first and second derivatives agree with dual numbers and differences',
      check: 'gradients',
      law: hasSlopes,
    },
    { title: 'every target computes the meaning', check: 'replay', law: lowers },
  ];

function checkLaw(op: Op, { title, check, law }: (typeof laws)[number], options: OperatorOptions): Check {
  const { examples = op.examples ?? [], runs = 20, seed = 42, targets = allTargets } = options;
  const skips = new Skips();
  let [compared, made] = [0, 0];
  for (const [i, example] of examples.entries()) {
    for (let run = 0; run < runs; run++) {
      const draw = drawFrom(seed + run);
      const of = drawExample(op, example, draw, run);
      const { fault, compared: more } = law(of, draw, skips, targets);
      compared += more;
      made++;
      if (fault.length === 0) continue;
      const still = (candidate: Case): boolean =>
        faultKind(law, candidate, seed + run, targets) === kindOf(fault);
      const reproducer = still(of) ? writeSnippet(minimize(of, still), { check }) : null;
      const details = [`example ${i}, run ${run}, seed ${seed + run}`, ...fault];
      return { title, verdict: 'fail', runs: made, compared, skipped: skips.list, details, reproducer };
    }
  }
  const verdict = compared > 0 ? 'pass' : 'inconclusive';
  const details = examples.length === 0 ? ['the operator has no examples: pass some'] : [];
  return { title, verdict, runs: made, compared, skipped: skips.list, details, reproducer: null };
}

/** What numbers there are in a fault's first line differs from case to case. */
const kindOf = ([first = '']: readonly string[]): string => first.replaceAll(/-?\d[\d.e+-]*/g, '');

/** The kind of fault that a case has; null where it has none, or is no case for this law. */
function faultKind(law: Law, of: Case, seed: number, targets: readonly Target[]): string | null {
  try {
    const { fault } = law(of, drawFrom(seed), new Skips(), targets);
    return fault.length > 0 ? kindOf(fault) : null;
  } catch {
    return null;
  }
}

/** Verifies an operator on its examples. Throws VerificationError where a law does not hold, or nothing was compared. */
export function operator(of: OperatorLike, options: OperatorOptions = {}): Report {
  const op = 'op' in of ? of.op : of;
  const checks = laws.map((law) => checkLaw(op, law, options));
  return demand(new Report(`operator ${op.name}`, options.seed ?? 42, checks));
}
