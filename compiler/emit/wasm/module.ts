/** Emits a lowered program as one WebAssembly module over an imported memory. */
import { must } from '../../../src/errors.ts';
import { storage } from '../../../src/kernel/language.ts';
import type { LoopKernel } from '../../../src/kernel/language.ts';
import { mathKernels } from '../../../src/kernel/math/kernels.ts';
import type { FunctionPrim } from '../../../src/kernel/prims.ts';
import type { Lowered } from '../../lowered.ts';
import type { Entry, KernelCall } from '../../schedule/entry.ts';
import { ModuleBuilder } from './assembler.ts';
import type { FunctionBuilder } from './function-builder.ts';
import type { Callee, Global } from './items.ts';
import type { KernelModule } from './kernels/context.ts';
import { newContext } from './kernels/context.ts';
import { writeScalarMath } from './kernels/math.ts';
import { writeAll } from './kernels/statements.ts';
import type { ValueType } from './opcodes.ts';

export interface WasmProgram {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Bytes of memory that the module uses beyond the arena, at the end of the memory. */
  readonly extra: number;
}

const alignment = 16;
/** Vector loads may read past the end of a tensor, where the values are not used. */
const slack = 1024;

/**
 * The module of a program. It imports `env.memory` and exports `configure`, which takes the base and the unit of
 * each region, and the entries, which take the value of each symbol; `initial` takes nothing. `step` returns 0
 * where the loss is not finite.
 */
export function emitWasm(lowered: Lowered, symbols: readonly string[]): WasmProgram {
  return new Emitter(lowered, symbols).emit();
}

class Emitter {
  readonly #lowered: Lowered;
  readonly #symbols: readonly string[];
  readonly #module = new ModuleBuilder();
  readonly #regions: KernelModule['regions'];
  readonly #math = new Map<string, Callee>();
  readonly #scratch: Global;
  #scratchBytes = 0;

  constructor(lowered: Lowered, symbols: readonly string[]) {
    this.#lowered = lowered;
    this.#symbols = symbols;
    this.#module.importMemory({ min: 1 });
    this.#regions = lowered.memory.regions.map(() => ({
      base: this.#module.global('i32', 0),
      unit: this.#module.global('i32', 0),
    }));
    this.#scratch = this.#module.global('i32', 0);
  }

  emit(): WasmProgram {
    for (const entry of this.#lowered.entries) this.#writeEntry(entry);
    this.#writeConfigure();
    return { bytes: this.#module.build(), extra: this.#scratchBytes + slack };
  }

  #writeConfigure(): void {
    const params = this.#regions.flatMap((): ValueType[] => ['i32', 'i32']);
    const f = this.#module.func('configure', params);
    this.#regions.forEach(({ base, unit }, i) => {
      f.localGet(must(f.params[2 * i], 'base')).globalSet(base);
      f.localGet(must(f.params[2 * i + 1], 'unit')).globalSet(unit);
    });
    f.op('memory.size').i32Const(16).op('i32.shl').i32Const(this.#scratchBytes).op('i32.sub');
    f.globalSet(this.#scratch);
    this.#module.export('configure', f);
  }

  #writeEntry(entry: Entry): void {
    const symbols = entry.name === 'initial' ? [] : this.#symbols;
    const params = symbols.map((): ValueType => 'i32');
    const isStep = entry.name === 'step';
    const functions = new Map(
      [...entry.before, ...entry.after].map((call) => [call, this.#kernel(call.kernel, symbols)] as const),
    );
    const f = this.#module.func(entry.name, params, isStep ? ['i32'] : []);
    const call = (of: KernelCall): void => {
      for (const param of f.params) f.localGet(param);
      f.call(must(functions.get(of), 'function'));
    };
    entry.before.forEach(call);
    if (isStep) this.#returnUnlessFinite(f);
    entry.after.forEach(call);
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

  #kernel(kernel: LoopKernel, symbols: readonly string[]): Callee {
    const f: FunctionBuilder = this.#module.func(
      kernel.name,
      symbols.map((): ValueType => 'i32'),
    );
    const sizes = new Map(symbols.map((symbol, i) => [symbol, must(f.params[i], 'symbol')]));
    writeAll(newContext(f, this.#kernelModule(), sizes), kernel.body);
    return f;
  }

  /** Kernels run one at a time, so that all of them share one block of scratch. */
  #kernelModule(): KernelModule {
    let top = 0;
    return {
      regions: this.#regions,
      scratchBase: this.#scratch,
      place: (buffer) => must(this.#lowered.memory.locations.get(storage(buffer)), `place of ${buffer.name}`),
      math: (prim, form) => this.#mathFunction(prim, form),
      scratch: (bytes) => {
        const offset = top;
        top += Math.ceil(bytes / alignment) * alignment;
        this.#scratchBytes = Math.max(this.#scratchBytes, top);
        return offset;
      },
    };
  }

  #mathFunction(prim: FunctionPrim, form: 'scalar' | 'vector'): Callee {
    const key = `${prim} ${form}`;
    const known = this.#math.get(key);
    if (known) return known;
    const params = must(mathKernels[prim], `kernel ${prim}`).params.map((): ValueType => 'f64');
    const f: FunctionBuilder = this.#module.func(prim, params, ['f64']);
    this.#math.set(key, f);
    writeScalarMath(prim, f, newContext(f, this.#kernelModule(), new Map()));
    return f;
  }
}
