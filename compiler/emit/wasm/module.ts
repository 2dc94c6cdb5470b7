/** Emits a lowered program as one WebAssembly module over an imported memory. */
import { bytesPerElement } from '../../../src/dtype.ts';
import { must } from '../../../src/errors.ts';
import { storage } from '../../../src/kernel/language.ts';
import type { Buffer, LoopKernel } from '../../../src/kernel/language.ts';
import { mathKernels } from '../../../src/kernel/math/kernels.ts';
import type { FunctionPrim } from '../../../src/kernel/prims.ts';
import type { Lowered } from '../../lowered.ts';
import type { Call, Entry, KernelCall } from '../../schedule/call.ts';
import { entryKernels } from '../../schedule/call.ts';
import { ModuleBuilder } from './assembler.ts';
import type { FunctionBuilder } from './function-builder.ts';
import { writeGatherRows } from './gather-rows.ts';
import type { Callee, Global } from './items.ts';
import type { Context, KernelModule, Place, Rounding } from './kernels/context.ts';
import { contextOf, writeKernel } from './kernels/kernel.ts';
import { loopOver } from './kernels/loops.ts';
import { writeMath } from './kernels/math.ts';
import type { Local } from './locals.ts';
import type { ValueType } from './opcodes.ts';

export interface WasmProgram {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Bytes of memory that the module uses beyond the arena, at the end of the memory. */
  readonly extra: number;
  /** Places of the products and sums that `relaxed.ts` may make one; none where numerics are strict. */
  readonly sites: readonly number[];
}

const alignment = 16;
/** Vector loads may read past the end of a tensor, where the values are not used. */
const slack = 1024;

/**
 * The module of a program. It imports `env.memory` and exports `configure`, which takes the base and the unit of
 * each region, the entries, which take the value of each symbol (`initial` takes nothing), and for measurements each
 * kernel, as `step.3.relu`. `step` returns 0 where the loss is not finite.
 */
export function emitWasm(
  lowered: Lowered,
  symbols: readonly string[],
  numerics: Rounding['numerics'] = 'strict',
): WasmProgram {
  return new Emitter(lowered, symbols, numerics).emit();
}

class Emitter {
  readonly #lowered: Lowered;
  readonly #symbols: readonly string[];
  readonly #numerics: Rounding['numerics'];
  readonly #module = new ModuleBuilder();
  readonly #regions: readonly { readonly base: Global; readonly unit: Global }[];
  readonly #math = new Map<FunctionPrim, Callee>();
  /** Kernels by their code: an entry that computes what another does calls the same function. */
  readonly #kernels = new Map<string, Callee>();
  readonly #scratch: Global;
  #scratchBytes = 0;

  constructor(lowered: Lowered, symbols: readonly string[], numerics: Rounding['numerics']) {
    this.#lowered = lowered;
    this.#symbols = symbols;
    this.#numerics = numerics;
    this.#module.importMemory({ min: 1 });
    this.#regions = lowered.memory.regions.map(() => ({
      base: this.#module.global('i32', 0),
      unit: this.#module.global('i32', 0),
    }));
    this.#scratch = this.#module.global('i32', 0);
  }

  emit(): WasmProgram {
    for (const entry of this.#lowered.entries) this.#writeEntry(entry);
    const trains = this.#lowered.entries.some(({ name }) => name === 'step');
    if (trains && this.#symbols.length > 0) writeGatherRows(this.#module);
    this.#writeConfigure();
    const written = this.#module.write();
    return { bytes: written.finish(), extra: slack + this.#scratchBytes, sites: written.marks };
  }

  #writeConfigure(): void {
    const params = this.#regions.flatMap((): ValueType[] => ['i32', 'i32']);
    const f = this.#module.func('configure', params);
    this.#regions.forEach(({ base, unit }, i) => {
      f.localGet(must(f.params[2 * i], 'base')).globalSet(base);
      f.localGet(must(f.params[2 * i + 1], 'unit')).globalSet(unit);
    });
    f.op('memory.size')
      .i32Const(16)
      .op('i32.shl')
      .i32Const(this.#scratchBytes + slack)
      .op('i32.sub');
    f.globalSet(this.#scratch);
    this.#module.export('configure', f);
  }

  #writeEntry(entry: Entry): void {
    const symbols = entry.name === 'initial' ? [] : this.#symbols;
    const params = symbols.map((): ValueType => 'i32');
    const isStep = entry.name === 'step';
    const functions: Functions = new Map(
      entryKernels(entry).map((call, i) => {
        const kernel = this.#kernel(call.kernel, symbols, entry.name === 'initial');
        this.#module.export(`${entry.name}.${i}.${call.kernel.name}`, kernel);
        return [call, kernel] as const;
      }),
    );
    const f: FunctionBuilder = this.#module.func(entry.name, params, isStep ? ['i32'] : []);
    const context = contextOf(f, this.#kernelModule(), symbols);
    writeCalls(context, entry.before, functions, f.params);
    if (isStep) this.#returnUnlessFinite(f);
    writeCalls(context, entry.after, functions, f.params);
    if (isStep) f.i32Const(1);
    this.#module.export(entry.name, f);
  }

  /** Nothing has been written to the state yet: a loss that is not finite leaves it as it was. */
  #returnUnlessFinite(f: FunctionBuilder): void {
    const [loss] = this.#lowered.metrics;
    if (!loss) return;
    const { offset } = must(this.#lowered.memory.locations.get(loss), 'place of the loss');
    f.globalGet(must(this.#regions[0], 'region').base).op('f64.load', { offset });
    f.op('f64.abs').f64Const(Infinity).op('f64.lt').op('i32.eqz');
    f.if(() => f.i32Const(0).return());
  }

  #kernel(kernel: LoopKernel, symbols: readonly string[], runsOnce: boolean): Callee {
    const params = [...symbols, ...kernel.outer].map((): ValueType => 'i32');
    const f: FunctionBuilder = this.#module.func(kernel.name, params);
    writeKernel(f, kernel, this.#kernelModule(runsOnce), symbols);
    const code = `${params.length} ${f.encode().finish().join(' ')}`;
    const same = this.#kernels.get(code);
    if (same) this.#module.withdraw(f);
    else this.#kernels.set(code, f);
    return same ?? f;
  }

  /** Kernels run one at a time, so that all of them share one block of scratch. */
  #kernelModule(runsOnce: boolean = false): KernelModule {
    let top = 0;
    const scratch = (bytes: number): number => {
      const offset = top;
      top += Math.ceil(bytes / alignment) * alignment;
      this.#scratchBytes = Math.max(this.#scratchBytes, top);
      return offset;
    };
    const own = new Map<Buffer, Place>();
    return {
      numerics: this.#numerics,
      runsOnce,
      scratch,
      either: (forms) => {
        const bottom = top;
        const tops = forms.map((write) => {
          top = bottom;
          write();
          return top;
        });
        top = Math.max(...tops);
      },
      scratchBase: this.#scratch,
      scratchBuffer: (name, dtype, size) => {
        const buffer: Buffer = { name, dtype, size };
        own.set(buffer, { base: this.#scratch, offset: scratch(size * bytesPerElement[dtype]), unit: null });
        return buffer;
      },
      place: (buffer) => own.get(buffer) ?? this.#placeOf(buffer),
      math: (prim) => this.#mathFunction(prim),
    };
  }

  #placeOf(buffer: Buffer): Place {
    const found = this.#lowered.memory.locations.get(storage(buffer));
    const { region, offset } = must(found, `place of ${buffer.name}`);
    const { base, unit } = must(this.#regions[region], 'region');
    return { base, offset, unit: region === 0 ? null : unit };
  }

  #mathFunction(prim: FunctionPrim): Callee {
    const known = this.#math.get(prim);
    if (known) return known;
    const kernel = must(mathKernels[prim], `kernel ${prim}`);
    const params = kernel.params.map((): ValueType => 'f64');
    const f: FunctionBuilder = this.#module.func(prim, params, ['f64']);
    this.#math.set(prim, f);
    writeMath(contextOf(f, this.#kernelModule(), []), kernel);
    return f;
  }
}

type Functions = ReadonlyMap<KernelCall, Callee>;

/** Calls in order; a loop passes its counter on as the last argument. */
function writeCalls(
  context: Context,
  calls: readonly Call[],
  functions: Functions,
  args: readonly Local[],
): void {
  const { f } = context;
  for (const call of calls) {
    if (call.kind === 'kernel') {
      for (const arg of args) f.localGet(arg);
      f.call(must(functions.get(call), 'function'));
      continue;
    }
    writeCalls(context, call.prologue, functions, args);
    loopOver(
      context,
      call.axis,
      (counter) => writeCalls(context, call.body, functions, [...args, counter]),
      call.reverse,
    );
  }
}
