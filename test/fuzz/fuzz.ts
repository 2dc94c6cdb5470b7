/**
 * The fuzz: random graphs and random training programs on every target, on the interpreter of kernels, and on their
 * meaning; and the same graphs behind fewer rewrites.
 */
import { growCase } from '../../compiler/verify/arb/grow.ts';
import { drawModel } from '../../compiler/verify/arb/model.ts';
import { drawRun } from '../../compiler/verify/arb/run.ts';
import { bisect } from '../../compiler/verify/case/bisect.ts';
import { programOf, runOf } from '../../compiler/verify/case/case.ts';
import type { Case } from '../../compiler/verify/case/case.ts';
import { checkCase } from '../../compiler/verify/case/check.ts';
import { minimize } from '../../compiler/verify/case/minimize.ts';
import { caseOfCall } from '../../compiler/verify/case/of-call.ts';
import { chance, drawFrom, pick } from '../../compiler/verify/draw.ts';
import { failureLines } from '../../compiler/verify/replay.ts';
import { Bench } from '../../compiler/verify/run/check.ts';
import { differentBits } from '../../compiler/verify/run/compare.ts';
import { observe } from '../../compiler/verify/run/observe.ts';
import type { Observed } from '../../compiler/verify/run/observe.ts';
import { showDifference } from '../../compiler/verify/run/show.ts';
import { kernelTarget, kernelTargetWith } from '../../compiler/verify/targets.ts';
import type { Target } from '../../compiler/verify/targets.ts';
import { allRules } from '../../compiler/rewrite/stages.ts';
import type { Stage } from '../../compiler/rewrite/stages.ts';
import type { Lowered } from '../../compiler/lowered.ts';
import type { Program } from '../../src/program.ts';
import { graphRoots, programGraphs } from '../../src/program.ts';
import { postorder } from '../../src/walk.ts';

export interface FuzzOptions {
  readonly runs: number;
  readonly seed: number;
  readonly targets: readonly Target[];
  /** Whether to name the step of the compiler that is at fault. */
  readonly bisect?: boolean;
  /** Hears of each run when it is done. */
  readonly onRun?: (done: number) => void;
}

/** One failure, made small. */
export interface FuzzFailure {
  readonly run: number;
  readonly kind: string;
  readonly lines: readonly string[];
  /** A TypeScript program that shows it; null where it takes the whole program. */
  readonly program: string | null;
  /** Nodes of the smallest case. */
  readonly nodes: number;
}

export interface FuzzResult {
  readonly runs: number;
  readonly failures: readonly FuzzFailure[];
  readonly compared: number;
  readonly skipped: number;
  /** In how many runs each operator was compiled. */
  readonly coverage: ReadonlyMap<string, number>;
}

/** The choices of run number `run`: any run can be made again alone. */
export const drawForRun = (seed: number, run: number): ReturnType<typeof drawFrom> =>
  drawFrom(Math.imul(seed, 1000003) + run);

const isExact = (rule: string): boolean => allRules.some(({ name, exact }) => name === rule && exact);

/** Rewrites to compare with all of them: none, or one rule alone. */
function fewerRewrites(
  seed: number,
  run: number,
): { readonly name: string; readonly stages: readonly Stage[] } {
  const draw = drawForRun(seed ^ 0x5bd1e995, run);
  if (chance(draw, 50)) return { name: 'no rewrites', stages: [] };
  const rule = pick(
    draw,
    allRules.filter(({ name }) => isExact(name)),
  );
  return { name: `rule ${rule.name} alone`, stages: [{ name: 'alone', rules: [rule] }] };
}

function watch(target: Target, program: Program, of: Case): Observed[] {
  const run = runOf(of);
  const step = target.compile(program).create({ capacity: run.capacity, seed: run.seed });
  return run.calls.flatMap((call) => observe(program, step, call));
}

/** Where the bits behind fewer rewrites are others than behind all of them. */
function rewriteFault(of: Case, { name, stages }: ReturnType<typeof fewerRewrites>): string[] {
  const program = programOf(of);
  const all = { name: 'all rewrites', seen: watch(kernelTarget, program, of) };
  const few = { name, seen: watch(kernelTargetWith(name, { stages }), program, of) };
  const difference = differentBits(few, all);
  return difference ? showDifference(difference) : [];
}

function count({ program }: Lowered, coverage: Map<string, number>): void {
  const roots = programGraphs(program).flatMap(({ graph }) => graphRoots(graph));
  for (const name of new Set(postorder(roots).map(({ op }) => op.name))) {
    coverage.set(name, (coverage.get(name) ?? 0) + 1);
  }
}

class Fuzz {
  readonly failures: FuzzFailure[] = [];
  readonly coverage = new Map<string, number>();
  compared = 0;
  skipped = 0;
  readonly #options: FuzzOptions;

  constructor(options: FuzzOptions) {
    this.#options = options;
  }

  /** A random graph. */
  graph(run: number): void {
    const { seed, targets } = this.#options;
    const of = growCase(drawForRun(seed, run));
    const { failure, tally, lowered } = checkCase(of, targets);
    this.#tally(tally);
    if (failure) {
      this.#fail(run, of, failure.kind, (each) => checkCase(each, targets).failure?.kind === failure.kind);
      return;
    }
    if (lowered) count(lowered, this.coverage);
    if (run % 4 !== 0) return;
    const fewer = fewerRewrites(seed, run);
    if (rewriteFault(of, fewer).length === 0) return;
    this.#fail(
      run,
      of,
      `${fewer.name} and all rewrites differ`,
      (each) => rewriteFault(each, fewer).length > 0,
    );
  }

  /** A random training program. */
  program(run: number): void {
    const { seed, targets } = this.#options;
    const draw = drawForRun(seed, run);
    const model = drawModel(draw);
    const program = model.build();
    const made = drawRun(draw, program, { calls: 4, special: chance(draw, 20) });
    const bench = new Bench(program, targets);
    const { parting, tally } = bench.check(made);
    this.#tally(tally);
    count(bench.lowered, this.coverage);
    if (!parting) return;
    const call = made.calls[parting.call];
    const of = call ? caseOfCall(program, call, parting.before) : null;
    const kind = of && checkCase(of, targets).failure?.kind;
    if (of && kind)
      return this.#fail(run, of, kind, (each) => checkCase(each, targets).failure?.kind === kind);
    const lines = [`call ${parting.call}`, ...showDifference(parting.difference), String(model)];
    this.failures.push({ run, kind: 'program', lines, program: null, nodes: Infinity });
  }

  #tally({ compared, skipped }: { readonly compared: number; readonly skipped: number }): void {
    this.compared += compared;
    this.skipped += skipped;
  }

  #fail(run: number, of: Case, kind: string, fails: (of: Case) => boolean): void {
    const { targets } = this.#options;
    const known = this.failures.filter((failure) => failure.kind === kind).length;
    const small = known < 3 ? minimize(of, fails) : of;
    const { failure } = checkCase(small, targets);
    const lines = failure ? failureLines(failure) : [kind];
    if (this.#options.bisect) {
      const { step, rules } = bisect(small, targets);
      lines.push(`values part after: ${step}${rules.length > 0 ? `, rules ${rules.join(', ')}` : ''}`);
    }
    this.failures.push({ run, kind, lines, program: String(small), nodes: small.size });
  }
}

/** Makes `runs` runs, of which every tenth is a training program. */
export function fuzz(options: FuzzOptions): FuzzResult {
  const state = new Fuzz(options);
  for (let run = 0; run < options.runs; run++) {
    if (run % 10 === 9) state.program(run);
    else state.graph(run);
    options.onRun?.(run + 1);
  }
  const { failures, compared, skipped, coverage } = state;
  return { runs: options.runs, failures, compared, skipped, coverage };
}
