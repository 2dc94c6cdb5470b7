/** `adjoint emit`: writes a program's standalone module and its types. */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { CompileOptions } from '../compile.ts';
import { emit } from '../compile.ts';
import { compileFlags, compileOptions } from './compile-options.ts';
import { loadProgram } from './load.ts';
import type { Command } from './usage.ts';
import { UsageError } from './usage.ts';

const help = `adjoint emit program.ts [-o dir] [--target js|wasm] [--numerics strict|fast] [--name step]

Compiles the program that program.ts exports by default, and writes dir/step.mjs and dir/step.d.mts.
The module imports nothing: copy it anywhere, import it, call create and step.

  -o, --out dir      where to write; default: the present folder
  -t, --target name  js (readable JavaScript) or wasm (WebAssembly SIMD inside JavaScript)
      --numerics how strict (the same bits everywhere, the default) or fast (faster, and near to them)
  -n, --name name    the files' name; default: step`;

const options = {
  out: { type: 'string', short: 'o', default: '.' },
  ...compileFlags,
  name: { type: 'string', short: 'n', default: 'step' },
} as const;

function parse(args: readonly string[]): {
  file: string;
  out: string;
  chosen: CompileOptions;
  name: string;
} {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [file, ...rest] = positionals;
    if (file === undefined || rest.length > 0) throw new UsageError(`Name one program file.\n\n${help}`);
    return { file, out: values.out, chosen: compileOptions(values), name: values.name };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${help}`);
  }
}

/** Writes all files or none: each is complete before it takes its name. */
async function writeAll(files: ReadonlyMap<string, string>): Promise<void> {
  const pending = [...files].map(([file, text]) => ({ file, text, temporary: `${file}.${process.pid}.tmp` }));
  try {
    for (const { temporary, text } of pending) await writeFile(temporary, text, { flag: 'wx' });
    for (const { temporary, file } of pending) await rename(temporary, file);
  } catch (error) {
    for (const { temporary } of pending) await rm(temporary, { force: true });
    throw error;
  }
}

async function run(args: readonly string[]): Promise<number> {
  const { file, out, chosen, name } = parse(args);
  const program = await loadProgram(file);
  const { code, types } = emit(program, chosen);
  await mkdir(out, { recursive: true });
  const base = path.join(out, name);
  await writeAll(
    new Map([
      [`${base}.mjs`, code],
      [`${base}.d.mts`, types],
    ]),
  );
  console.log(`${base}.mjs  ${code.length} bytes`);
  console.log(`${base}.d.mts  ${types.length} bytes`);
  return 0;
}

export const emitCommand: Command = { summary: 'write a standalone training-step module', help, run };
