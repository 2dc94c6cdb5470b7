/** Assembles and runs small functions for the tests of the WebAssembly assembler. */
import { ModuleBuilder } from '../../compiler/emit/wasm/assembler.ts';
import type { FunctionBuilder } from '../../compiler/emit/wasm/function-builder.ts';
import type { ValueType } from '../../compiler/emit/wasm/opcodes.ts';

export type Call = (...args: readonly (number | bigint)[]) => unknown;

/** The export `f` of a module that imports from `env`. */
export function instantiate(module: ModuleBuilder, env: WebAssembly.ModuleImports = {}): Call {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.build()), { env });
  return exports['f'] as Call;
}

/** The function that `write` assembles, running over `memory`. */
export function assemble<const Params extends readonly ValueType[]>(
  params: Params,
  results: readonly ValueType[],
  write: (f: FunctionBuilder<Params>) => void,
  memory: WebAssembly.Memory = new WebAssembly.Memory({ initial: 1 }),
): Call {
  const module = new ModuleBuilder();
  module.importMemory({ min: 1 });
  const f = module.func('f', params, results);
  write(f);
  module.export('f', f);
  return instantiate(module, { memory });
}
