/** What the compiler made of a program, for a reader: from the declared graph to the size of the module. */
import { must } from '../../src/errors.ts';
import type { Program } from '../../src/program.ts';
import { product } from '../../src/size.ts';
import type { Built, CompileOptions } from '../compile.ts';
import { build, emitBuilt } from '../compile.ts';
import { hasRelaxedSimd } from '../emit/wasm/relaxed.ts';
import { Declarations } from './declarations.ts';
import { gzipBytes, textBytes } from './gzip.ts';
import type { KernelDetail, KernelReport } from './kernels.ts';
import { kernelDetails } from './kernels.ts';
import type { MemoryReport } from './memory.ts';
import { memoryReport } from './memory.ts';
import type { PassReport, Stage } from './passes.ts';
import { Recorder, passReport } from './passes.ts';
import type { Sizes } from './polynomial.ts';

export interface ReportOptions extends CompileOptions {
  /** The sizes at which formulas are also given as numbers; default 64 for each named size. */
  readonly capacity?: Sizes;
}

export interface Report {
  readonly name: string;
  readonly target: string;
  readonly numerics: string;
  /** In fast WebAssembly: whether this engine has relaxed SIMD, which the module then uses. Null elsewhere. */
  readonly relaxedSimd: boolean | null;
  readonly capacity: Sizes;
  /** The declaration, and what each pass left. */
  readonly passes: readonly PassReport[];
  /** In the order of their calls, entry by entry. */
  readonly kernels: readonly KernelReport[];
  readonly parameters: { readonly tensors: number; readonly elements: number };
  /** Hyper-parameters: inputs of the step, so that changing one compiles nothing anew. */
  readonly hyper: readonly string[];
  readonly memory: MemoryReport;
  /** The emitted module as text. */
  readonly module: { readonly bytes: number; readonly gzipBytes: number };
  readonly milliseconds: {
    readonly passes: number;
    readonly lower: number;
    readonly emit: number;
    readonly total: number;
  };
}

/** A report with the graphs, kernels and code that it is about. */
export interface Inspection {
  readonly report: Report;
  readonly stages: readonly Stage[];
  readonly kernels: readonly KernelDetail[];
  readonly declarations: Declarations;
  readonly built: Built;
  readonly code: string;
}

/** The number of trained values. */
export function parameterCount({ parameters }: Program): number {
  return parameters.reduce((total, { shape }) => total + Number(product(shape)), 0);
}

const standardSize = 64;

/** Compiles a program and keeps all that was met on the way. */
export async function inspect(program: Program, options: ReportOptions = {}): Promise<Inspection> {
  const recorder = new Recorder();
  const built = build(program, options, recorder.observe);
  const lower = recorder.sinceLast();
  const started = performance.now();
  const { code, manifest } = emitBuilt(built);
  const emit = performance.now() - started;
  const capacity = Object.fromEntries(
    manifest.symbols.map((symbol) => [symbol, options.capacity?.[symbol] ?? standardSize]),
  );
  const { stages } = recorder;
  const declarations = new Declarations(must(stages[0], 'declaration').program);
  const kernels = kernelDetails(built.lowered, declarations, capacity);
  const passes = stages.reduce((total, { milliseconds }) => total + milliseconds, 0);
  const report: Report = {
    name: program.name,
    target: manifest.target,
    numerics: manifest.numerics,
    relaxedSimd: manifest.target === 'wasm' && manifest.numerics === 'fast' ? hasRelaxedSimd() : null,
    capacity,
    passes: stages.map(passReport),
    kernels: kernels.map((kernel) => kernel.report),
    parameters: { tensors: program.parameters.length, elements: parameterCount(program) },
    hyper: program.hyper.map(({ name: of }) => of),
    memory: memoryReport(built.lowered, capacity),
    module: { bytes: textBytes(code), gzipBytes: await gzipBytes(code) },
    milliseconds: { passes, lower, emit, total: passes + lower + emit },
  };
  return { report, stages, kernels, declarations, built, code };
}

/** What the compiler makes of a program. Formulas print as text: `String(report.memory.arena)`. */
export async function report(program: Program, options: ReportOptions = {}): Promise<Report> {
  const inspection = await inspect(program, options);
  return inspection.report;
}
