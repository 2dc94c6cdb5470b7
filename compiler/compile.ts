/** Compiles a program: to a step module in memory, or to the source of a standalone one. */
import { AdjointError } from '../src/errors.ts';
import type { Program } from '../src/program.ts';
import type { CreateOptions, Manifest, Step, StepModule } from '../runtime/contract.ts';
import { evaluateEngine } from './emit/evaluate-source.ts';
import { checkAddressSpace } from './emit/address-space.ts';
import type { Engine, Layout } from './emit/glue.ts';
import { createStep, createStepAsync } from './emit/glue.ts';
import { jsSource } from './emit/js/module.ts';
import { layoutOf, manifestOf } from './emit/layout.ts';
import type { TargetSource } from './emit/module.ts';
import { moduleSource } from './emit/module.ts';
import { typesSource } from './emit/types.ts';
import { wasmEngine, wasmEngineSource } from './emit/wasm/engine.ts';
import { emitWasm } from './emit/wasm/module.ts';
import type { Lowered } from './lowered.ts';
import { lower } from './lowered.ts';
import type { Observer } from './pipeline.ts';
import { optimize } from './pipeline.ts';
import type { Budget } from './report/budget.ts';
import { checkBudget } from './report/budget.ts';
import type { Numerics } from './rewrite/stages.ts';

export type TargetName = Manifest['target'];

export interface CompileOptions {
  /** Default `wasm`. */
  readonly target?: TargetName;
  /**
   * `strict` (default): the same bits on every engine and target. `fast`: also equations that hold for real numbers
   * and round differently; in `wasm`, float32 functions in float32, sums in any order, and relaxed SIMD where the
   * engine has it.
   */
  readonly numerics?: Numerics;
  /** Limits that the program must keep; E-BUDGET names what is overrun. */
  readonly budget?: Budget;
}

/** A standalone module and its types, as text. */
export interface Emitted {
  /** The text of `step.mjs`; it imports nothing and evaluates no string. */
  readonly code: string;
  /** The text of `step.d.mts`. */
  readonly types: string;
  readonly manifest: Manifest;
}

/** What a target makes of a lowered program. */
interface Target {
  engine(lowered: Lowered, symbols: readonly string[], numerics: Numerics): Engine;
  source(lowered: Lowered, symbols: readonly string[], numerics: Numerics): TargetSource;
}

const targets: Readonly<Partial<Record<TargetName, Target>>> = {
  js: {
    engine: (lowered, symbols) => evaluateEngine(jsSource(lowered, symbols)),
    source: (lowered, symbols) => ({
      about: ['Every float32 operation rounds by Math.fround; the order of operations is fixed.'],
      source: `${jsSource(lowered, symbols)}
const engine = { allocate: (bytes) => ({ buffer: new ArrayBuffer(bytes) }), start };
`,
    }),
  },
  wasm: {
    engine: (lowered, symbols, numerics) => wasmEngine(emitWasm(lowered, symbols, numerics)),
    source: (lowered, symbols, numerics) => ({
      about: ['The kernels are a WebAssembly module with 128-bit vectors, in base64 below.'],
      source: wasmEngineSource(emitWasm(lowered, symbols, numerics)),
    }),
  },
};

/** The targets that there are. */
export const targetNames: readonly TargetName[] = Object.keys(targets) as TargetName[];

function targetNamed(name: TargetName): Target {
  const target = Object.hasOwn(targets, name) ? targets[name] : undefined;
  if (target) return target;
  const known = `targets: ${Object.keys(targets).join(', ')}`;
  throw new AdjointError('E-COMPILE-TARGET', `there is no target ${JSON.stringify(name)}`, [known]);
}

/** A compiled program before it becomes a module. */
export interface Built {
  readonly lowered: Lowered;
  readonly manifest: Manifest;
  readonly layout: Layout;
  readonly target: Target;
}

/** A lowered program for the target called `name`. Throws E-COMPILE-TARGET where there is none. */
export function builtFor(name: TargetName, lowered: Lowered, numerics: Numerics = 'strict'): Built {
  const manifest = manifestOf(lowered, name, numerics);
  return { lowered, manifest, layout: layoutOf(lowered), target: targetNamed(name) };
}

/** Compiles up to the module; `observe` sees the program after each pass. */
export function build(program: Program, options: CompileOptions, observe?: Observer): Built {
  const { target = 'wasm', numerics = 'strict', budget } = options;
  targetNamed(target);
  const lowered = lower(optimize(program, observe, { numerics }));
  const built = builtFor(target, lowered, numerics);
  if (budget) {
    checkBudget({ lowered, symbols: built.manifest.symbols, code: () => emitBuilt(built).code }, budget);
  }
  return built;
}

/** The text of a compiled program's module. */
export function emitBuilt({ lowered, manifest, layout, target }: Built): Emitted {
  checkAddressSpace(lowered);
  const source = target.source(lowered, manifest.symbols, manifest.numerics);
  return { code: moduleSource(manifest, layout, source), types: typesSource(manifest), manifest };
}

/** The module of a compiled program in memory. */
export function moduleOf({ lowered, manifest: declared, layout, target }: Built): StepModule {
  checkAddressSpace(lowered);
  const engine = target.engine(lowered, declared.symbols, declared.numerics);
  const { relaxedSimd } = engine;
  const manifest = relaxedSimd === undefined ? declared : { ...declared, relaxedSimd };
  return {
    manifest,
    create: (options?: CreateOptions): Step => createStep(manifest, layout, engine, options),
    createAsync: (options?: CreateOptions): Promise<Step> =>
      createStepAsync(manifest, layout, engine, options),
  };
}

/** The module of a program in memory: its manifest, and steps created from it. */
export function compile(program: Program, options: CompileOptions = {}): StepModule {
  return moduleOf(build(program, options));
}

/** The module of a program as text, to be written to a file. The same bits as `compile`. */
export function emit(program: Program, options: CompileOptions = {}): Emitted {
  return emitBuilt(build(program, options));
}
