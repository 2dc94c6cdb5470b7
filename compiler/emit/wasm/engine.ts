/** Runs a WebAssembly module in memory, where no string is evaluated, and in an emitted file. */
import type { Engine, Entries } from '../glue.ts';
import { toBase64 } from './base64.ts';
import type { WasmProgram } from './module.ts';
import { fused, fusionSource, hasRelaxedSimd } from './relaxed.ts';

const pageBytes = 65536;

/**
 * The engine of a module. It is compiled once, and instantiated for each step. Marked products and sums are one
 * instruction where `relaxed` says that the engine has it.
 */
export function wasmEngine(
  { bytes, extra, sites }: WasmProgram,
  relaxed: boolean = sites.length > 0 && hasRelaxedSimd(),
): Engine {
  const module = new WebAssembly.Module(relaxed ? fused(bytes, sites) : bytes);
  return {
    ...(sites.length > 0 ? { relaxedSimd: relaxed } : {}),
    allocate: (size) => new WebAssembly.Memory({ initial: Math.ceil((size + extra) / pageBytes) }),
    start: (memory, bases, units) => {
      const { exports } = new WebAssembly.Instance(module, { env: { memory: memory as WebAssembly.Memory } });
      const configure = exports['configure'] as (...regions: number[]) => void;
      configure(...bases.flatMap((base, i) => [base, units[i] ?? 1]));
      return exports as unknown as Entries;
    },
  };
}

/** JavaScript that declares the same `engine`, with the module in base64. */
export function wasmEngineSource({ bytes, extra, sites }: WasmProgram): string {
  return `const text = atob('${toBase64(bytes)}');
const bytes = new Uint8Array(text.length);
for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
${sites.length > 0 ? fusionSource(sites) : ''}const compiled = new WebAssembly.Module(bytes);
const engine = {
  allocate: (size) => new WebAssembly.Memory({ initial: Math.ceil((size + ${extra}) / ${pageBytes}) }),
  start: (memory, bases, units) => {
    const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
    exports.configure(...bases.flatMap((base, i) => [base, units[i]]));
    return exports;
  },
};
`;
}
