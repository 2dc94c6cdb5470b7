/** Runs a WebAssembly module in memory, where no string is evaluated, and in an emitted file. */
import type { Engine, Entries } from '../glue.ts';
import { toBase64 } from './base64.ts';
import type { WasmProgram } from './module.ts';
import { fused, fusionSource, hasRelaxedSimd } from './relaxed.ts';

const pageBytes = 65536;

type Memory = ReturnType<Engine['allocate']>;

const importsOf = (memory: Memory): WebAssembly.Imports => ({
  env: { memory: memory as WebAssembly.Memory },
});

/** The entries of an instance, which is told where its regions lie. */
function configured(
  { exports }: WebAssembly.Instance,
  bases: readonly number[],
  units: readonly number[],
): Entries {
  const configure = exports['configure'] as (...regions: number[]) => void;
  configure(...bases.flatMap((base, i) => [base, units[i] ?? 1]));
  return exports as unknown as Entries;
}

/**
 * The engine of a module. It is compiled once, when the first step is created, and instantiated for each step. Marked
 * products and sums are one instruction where `relaxed` says that the engine has it.
 */
export function wasmEngine(
  { bytes, extra, sites }: WasmProgram,
  relaxed: boolean = sites.length > 0 && hasRelaxedSimd(),
): Engine {
  const code = relaxed ? fused(bytes, sites) : bytes;
  let module: WebAssembly.Module | undefined;
  return {
    ...(sites.length > 0 ? { relaxedSimd: relaxed } : {}),
    allocate: (size) => new WebAssembly.Memory({ initial: Math.ceil((size + extra) / pageBytes) }),
    start: (memory, bases, units) => {
      module ??= new WebAssembly.Module(code);
      return configured(new WebAssembly.Instance(module, importsOf(memory)), bases, units);
    },
    startAsync: async (memory, bases, units) => {
      module ??= await WebAssembly.compile(code);
      return configured(await WebAssembly.instantiate(module, importsOf(memory)), bases, units);
    },
  };
}

/** JavaScript that declares the same `engine`, with the module in base64. */
export function wasmEngineSource({ bytes, extra, sites }: WasmProgram): string {
  return `const text = atob('${toBase64(bytes)}');
const bytes = new Uint8Array(text.length);
for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
${sites.length > 0 ? fusionSource(sites) : ''}let compiled;
const configured = ({ exports }, bases, units) => {
  exports.configure(...bases.flatMap((base, i) => [base, units[i]]));
  return exports;
};
const engine = {
  allocate: (size) => new WebAssembly.Memory({ initial: Math.ceil((size + ${extra}) / ${pageBytes}) }),
  start: (memory, bases, units) => {
    compiled ??= new WebAssembly.Module(bytes);
    return configured(new WebAssembly.Instance(compiled, { env: { memory } }), bases, units);
  },
  startAsync: async (memory, bases, units) => {
    compiled ??= await WebAssembly.compile(bytes);
    return configured(await WebAssembly.instantiate(compiled, { env: { memory } }), bases, units);
  },
};
`;
}
