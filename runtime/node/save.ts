/** Writing tensors to files, each replaced as a whole. */
import { runtimeError } from '../errors.ts';
import { encodeNpy } from '../format/npy.ts';
import type { Named } from '../format/encode-safetensors.ts';
import { encodeSafetensors } from '../format/encode-safetensors.ts';
import type { Tensor } from '../format/tensor.ts';
import { printable } from '../text.ts';
import { messageOf } from './files.ts';
import { writeAtomically } from './write-atomically.ts';

/** Saves tensors, such as the `parameters` of a step. A file that was there is replaced when all is written. */
export async function saveSafetensors(
  path: string,
  tensors: Iterable<Named>,
  metadata: Iterable<readonly [string, string]> = [],
): Promise<void> {
  await save(path, encodeSafetensors(tensors, metadata));
}

/** Saves one array for NumPy. */
export async function saveNpy(path: string, tensor: Tensor): Promise<void> {
  await save(path, encodeNpy(tensor));
}

async function save(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeAtomically(path, bytes);
  } catch (cause) {
    const problem = printable(messageOf(cause));
    throw runtimeError('E-FILE-WRITE', { file: printable(path), problem }, { cause });
  }
}
