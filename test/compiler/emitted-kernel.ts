/** Runs kernels of the kernel language as a target emits them, and by the scalar interpreter that says which bits are right. */
import type { TargetName } from '../../compiler/compile.ts';
import { evaluateEngine } from '../../compiler/emit/evaluate-source.ts';
import type { Engine } from '../../compiler/emit/glue.ts';
import { jsSource } from '../../compiler/emit/js/module.ts';
import { emitWasm } from '../../compiler/emit/wasm/module.ts';
import { wasmEngine } from '../../compiler/emit/wasm/engine.ts';
import type { Lowered } from '../../compiler/lowered.ts';
import { kernelCall } from '../../compiler/schedule/call.ts';
import { planMemory } from '../../compiler/schedule/memory.ts';
import { must } from '../../src/errors.ts';
import type { Buffer, LoopKernel } from '../../src/kernel/language.ts';
import { runKernel } from '../../src/kernel/run.ts';
import { evaluateSize } from '../../src/size.ts';

export type Sizes = Readonly<Record<string, number>>;
export type Data = ReadonlyMap<Buffer, readonly number[]>;
type Elements = Float32Array | Float64Array | Int32Array;

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  bool: Int32Array,
} as const;

const engineOf: Readonly<Record<TargetName, (lowered: Lowered, symbols: readonly string[]) => Engine>> = {
  js: (lowered, symbols) => evaluateEngine(jsSource(lowered, symbols)),
  wasm: (lowered, symbols) => wasmEngine(emitWasm(lowered, symbols)),
};

/** A kernel, compiled once, that can run with several sizes and data. */
export interface EmittedKernel {
  /** What both leave in the output buffers. */
  run(sizes: Sizes, data: Data): { readonly emitted: Elements[]; readonly right: Elements[] };
}

export function emitKernel(
  kernel: LoopKernel,
  symbols: readonly string[] = [],
  target: TargetName = 'wasm',
): EmittedKernel {
  const buffers = [...new Set([...kernel.inputs, ...kernel.outputs])];
  const call = kernelCall(kernel, []);
  const memory = planMemory(
    buffers.map((buffer) => [buffer]),
    [],
  );
  const lowered = {
    entries: [{ name: 'predict', before: [call], after: [], scratch: [] }],
    metrics: [],
    memory,
  } as unknown as Lowered;
  const engine = engineOf[target](lowered, symbols);
  const run = (sizes: Sizes, data: Data): { emitted: Elements[]; right: Elements[] } => {
    const units = memory.regions.map(({ symbols: own }) =>
      own.length > 0
        ? Math.ceil(own.reduce((total, symbol) => total * must(sizes[symbol], symbol), 1) / 4) * 4
        : 1,
    );
    const bases: number[] = [];
    let top = 0;
    memory.regions.forEach(({ bytes }, i) => {
      bases.push(top);
      top += Math.ceil((bytes * must(units[i], 'unit')) / 16) * 16;
    });
    const arena = engine.allocate(top);
    const view = (buffer: Buffer): Elements => {
      const { region, offset } = must(memory.locations.get(buffer), buffer.name);
      const start = must(bases[region], 'base') + offset * must(units[region], 'unit');
      return new arrays[buffer.dtype](arena.buffer, start, evaluateSize(buffer.size, sizes));
    };
    const own = new Map(
      buffers.map((buffer) => [buffer, new arrays[buffer.dtype](evaluateSize(buffer.size, sizes))] as const),
    );
    for (const [buffer, numbers] of data) {
      view(buffer).set(numbers.slice(0, view(buffer).length));
      must(own.get(buffer), buffer.name).set(numbers.slice(0, view(buffer).length));
    }
    engine.start(arena, bases, units).predict?.(...symbols.map((symbol) => must(sizes[symbol], symbol)));
    runKernel(kernel, own, sizes);
    return {
      emitted: kernel.outputs.map(view),
      right: kernel.outputs.map((of) => must(own.get(of), of.name)),
    };
  };
  return { run };
}

/** Whether two arrays hold the same bits, where any NaN equals any NaN. */
export function sameBits(x: Elements, y: Elements): boolean {
  return x.length === y.length && x.every((value, i) => Object.is(value, y[i]));
}
