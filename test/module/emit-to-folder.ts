/** Emits a program to a temporary folder that is removed afterwards. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { emit } from 'adjoint/compiler';
import type { CompileOptions, Emitted, TargetName } from 'adjoint/compiler';
import type { Program } from 'adjoint';

export interface EmittedFolder extends Emitted {
  readonly folder: string;
  /** The path of step.mjs. */
  readonly file: string;
  remove(): Promise<void>;
}

export async function emitToFolder(
  program: Program,
  target: TargetName,
  options: CompileOptions = {},
): Promise<EmittedFolder> {
  const emitted = emit(program, { ...options, target });
  const folder = await mkdtemp(path.join(tmpdir(), 'adjoint-'));
  const file = path.join(folder, 'step.mjs');
  await writeFile(file, emitted.code);
  await writeFile(path.join(folder, 'step.d.mts'), emitted.types);
  return { ...emitted, folder, file, remove: () => rm(folder, { recursive: true }) };
}
