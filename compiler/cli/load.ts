/** Loads a program from a TypeScript or JavaScript file, without a build step. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createJiti } from 'jiti';
import type { Program } from '../../src/program.ts';
import { UsageError } from './usage.ts';

const own = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** Programs find this very package, also where it is not installed beside them. */
const alias = {
  'adjoint/compiler': own('../index.js'),
  'adjoint/verify': own('../verify/index.js'),
  'adjoint/runtime/node': own('../../runtime/node/index.js'),
  'adjoint/runtime': own('../../runtime/index.js'),
  adjoint: own('../../src/index.js'),
};

function isProgram(value: unknown): value is Program {
  return (
    typeof value === 'object' && value !== null && 'initial' in value && 'inputs' in value && 'step' in value
  );
}

/** The module at `full`. Throws UsageError where it is not written in TypeScript or JavaScript. */
async function imported(file: string, full: string): Promise<unknown> {
  try {
    return await createJiti(import.meta.url, { alias }).import(full);
  } catch (error) {
    const [, unreadable] = error instanceof Error ? (/^ParseError: (.*)/s.exec(error.message) ?? []) : [];
    if (unreadable === undefined) throw error;
    throw new UsageError(`${file} cannot be read.\n${unreadable.trim()}`);
  }
}

/** The default export of `file`, or its export `program`. Throws UsageError where neither is a program. */
export async function loadProgram(file: string): Promise<Program> {
  const full = path.resolve(file);
  if (!existsSync(full)) throw new UsageError(`There is no file ${file}.`);
  const loaded = await imported(file, full);
  const exported = loaded as { readonly default?: unknown; readonly program?: unknown };
  for (const candidate of [exported.default, exported.program, loaded])
    if (isProgram(candidate)) return candidate;
  throw new UsageError(
    `${file} exports no program.\nEnd it with: export default training({ loss, optimizer });`,
  );
}
