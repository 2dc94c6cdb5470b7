/**
 * Checkpoints as bytes: a safetensors file with a checksum over everything else in its metadata. Parameters are
 * under `parameters/`, the optimizer's and other state under `state/`, and how far the run came under `run/`.
 */
import type { ElementType, TensorArray } from './contract.ts';
import { runtimeError } from './errors.ts';
import type { Named } from './format/encode-safetensors.ts';
import { encodeSafetensors } from './format/encode-safetensors.ts';
import type { Safetensors } from './format/safetensors.ts';
import { parseSafetensors } from './format/safetensors.ts';
import { packRecords, unpackRecords } from './pack-records.ts';
import type { Run } from './run.ts';
import { isSealed, seal, sealEntry } from './seal.ts';
import { printable } from './text.ts';

/** The whole state of `run`. */
export function encodeCheckpoint(run: Run): Uint8Array {
  const { step, settings, progress } = run;
  const { name, fingerprint, compiler } = step.manifest;
  const metadata: (readonly [string, string])[] = [
    sealEntry,
    ['format', 'adjoint checkpoint 1'],
    ['program', name],
    ['compiler', compiler],
    ['fingerprint', fingerprint],
    ['epoch', String(progress.epoch)],
    ...settings,
  ];
  const bytes = encodeSafetensors(stateOf(run), metadata);
  seal(bytes);
  return bytes;
}

/** Everything of a run that changes, by its name in the file. Tensors of the step are live. */
function stateOf({ step, progress }: Run): Named[] {
  const { epoch, batch, lastLoss, seconds, means, records } = progress;
  const floats = (name: string, values: ArrayLike<number>): Named => {
    const data = Float64Array.from(values);
    return { name, dtype: 'float64', shape: [data.length], data };
  };
  return [
    ...step.parameters.map((tensor) => ({ ...tensor, name: `parameters/${tensor.name}` })),
    ...step.state.map((tensor) => ({ ...tensor, name: `state/${tensor.name}` })),
    floats('run/hyper', step.hyper),
    floats('run/progress', [epoch, batch, lastLoss, seconds]),
    floats('run/numerators', means.numerators),
    floats('run/denominators', means.denominators),
    floats('run/records', packRecords(step.manifest, records)),
  ];
}

/**
 * Puts `run` where the checkpoint `file` left it, hyper-parameters included. Throws
 * E-CHECKPOINT-DAMAGED, and where it belongs to another program or to a run with other settings.
 */
export function restoreCheckpoint(bytes: Uint8Array, file: string, run: Run): void {
  if (!isSealed(bytes)) throw damaged(file, 'its checksum does not match');
  const saved = parseSafetensors(bytes, { name: file });
  const { step, progress } = run;
  const { manifest } = step;
  checkMetadata(saved, file, run);
  const read = (name: string, dtype: ElementType, length?: number): TensorArray => {
    const tensor = saved.tensors.get(name);
    const fits = tensor?.dtype === dtype && tensor.data.length === (length ?? tensor.data.length);
    if (!tensor || !fits) throw damaged(file, `it has no fitting tensor "${printable(name)}"`);
    return tensor.data;
  };
  const numbers = (name: string, length?: number): number[] => [...read(name, 'float64', length)];

  step.hyper.set(numbers('run/hyper', step.hyper.length));
  for (const [prefix, tensors] of Object.entries({ parameters: step.parameters, state: step.state })) {
    for (const { name, dtype, data } of tensors) data.set(read(`${prefix}/${name}`, dtype, data.length));
  }
  progress.records.push(...unpackRecords(manifest, numbers('run/records')));
  progress.means.numerators.set(numbers('run/numerators', manifest.metrics.length));
  progress.means.denominators.set(numbers('run/denominators', manifest.metrics.length));
  const [epoch = 1, batch = 0, lastLoss = NaN, seconds = 0] = numbers('run/progress', 4);
  Object.assign(progress, { epoch, batch, lastLoss, seconds });
}

function checkMetadata({ metadata }: Safetensors, file: string, { step, settings }: Run): void {
  const { fingerprint } = step.manifest;
  const found = metadata.get('fingerprint') ?? '';
  if (found !== fingerprint) {
    throw runtimeError('E-CHECKPOINT-PROGRAM', {
      file: printable(file),
      found: printable(found),
      expected: fingerprint,
    });
  }
  for (const [option, expected] of settings) {
    const found = metadata.get(option) ?? 'none';
    if (found === expected) continue;
    throw runtimeError('E-CHECKPOINT-RUN', {
      file: printable(file),
      option,
      found: printable(found),
      expected,
    });
  }
}

/** E-CHECKPOINT-DAMAGED. */
export function damaged(file: string, problem: string, cause?: unknown): Error {
  return runtimeError('E-CHECKPOINT-DAMAGED', { file: printable(file), problem }, { cause });
}
