/**
 * The fuzz: random graphs and random training programs on every target, on the interpreter of kernels, and on their
 * meaning; and the same graphs behind fewer rewrites.
 */
import { growCase } from '../../compiler/verify/arb/grow.ts';
import { drawModel } from '../../compiler/verify/arb/model.ts';
import { drawRun } from '../../compiler/verify/arb/run.ts';
import { bisect } from '../../compiler/verify/case/bisect.ts';
import type { Case } from '../../compiler/verify/case/case.ts';
import { checkCase } from '../../compiler/verify/case/check.ts';
import { minimize } from '../../compiler/verify/case/minimize.ts';
import { caseOfCall } from '../../compiler/verify/case/of-call.ts';
import { chance, drawFrom } from '../../compiler/verify/draw.ts';
import { failureLines } from '../../compiler/verify/replay.ts';
import { Bench } from '../../compiler/verify/run/check.ts';
import { showDifference } from '../../compiler/verify/run/show.ts';
import type { Target } from '../../compiler/verify/targets.ts';
import { Coverage } from './coverage.ts';
import { fewerRewrites, rewriteFault } from './fewer-rewrites.ts';

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
  readonly coverage: Coverage;
}

/** The choices of run number `run`: any run can be made again alone. */
export const drawForRun = (seed: number, run: number): ReturnType<typeof drawFrom> =>
  drawFrom(Math.imul(seed, 1000003) + run);

class Fuzz {
  readonly failures: FuzzFailure[] = [];
  readonly coverage: Coverage = new Coverage();
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
    this.coverage.addCase(of);
    const compiled = lowered ? [lowered.program] : [];
    if (run % 4 !== 0) return this.coverage.addCompiled(compiled);
    const fewer = fewerRewrites(drawForRun(seed ^ 0x5bd1e995, run), of);
    if (fewer.rule !== null) this.coverage.addAlone(fewer.rule);
    const { lines, program } = rewriteFault(of, fewer, targets, lowered ?? undefined);
    this.coverage.addCompiled([...compiled, program]);
    if (lines.length === 0) return;
    this.#fail(
      run,
      of,
      `${fewer.name} and all rewrites differ`,
      (each) => rewriteFault(each, fewer, targets).lines.length > 0,
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
    this.coverage.addDeclared(model.declare().roots);
    this.coverage.addCompiled([bench.lowered.program]);
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
