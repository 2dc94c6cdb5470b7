/** What can be seen of a step after a call: metrics, outputs, parameters and state. */
import type { DType } from '../../../src/dtype.ts';
import type { Program } from '../../../src/program.ts';
import { slotName } from '../../../src/slot.ts';
import type { Step } from '../../../runtime/contract.ts';
import type { Call } from './run.ts';
import { batchOf } from './run.ts';

/** A tensor that can be seen. Its elements are the step's own: the next call replaces them. */
export interface Observed {
  /** `loss`, `weight of loss`, `output y`, `0.weight`. */
  readonly name: string;
  readonly dtype: DType;
  readonly data: ArrayLike<number>;
}

/** The same with elements that stay. */
export const copied = (seen: readonly Observed[]): Observed[] =>
  seen.map((each) => ({ ...each, data: Array.from(each.data) }));

export const weightName = (metric: string): string => `weight of ${metric}`;
export const outputName = (output: string): string => `output ${output}`;

/** Everything that a step keeps. */
export function observeState(program: Program, step: Step): Observed[] {
  const tensors = [...step.parameters, ...step.state];
  return [...program.parameters, ...program.state].map((slot, i) => ({
    name: slotName(slot),
    dtype: slot.dtype,
    data: tensors[i]?.data ?? [],
  }));
}

/** Makes a call and looks at everything. */
export function observe(program: Program, step: Step, call: Call): Observed[] {
  const batch = batchOf(program, call);
  if (call.entry === 'predict') {
    const outputs = step.predict(batch);
    return (program.predict?.outputs ?? []).map(({ name, expr }) => ({
      name: outputName(name),
      dtype: expr.dtype,
      data: outputs[name]?.data ?? [],
    }));
  }
  const metrics = call.entry === 'step' ? step.step(batch, call.hyper) : step.evaluate(batch);
  const seen = step.manifest.metrics.flatMap(({ name }, i): Observed[] => [
    { name, dtype: 'float64', data: [metrics[name] ?? Number.NaN] },
    { name: weightName(name), dtype: 'float64', data: [step.weights[i] ?? Number.NaN] },
  ]);
  return call.entry === 'step' ? [...seen, ...observeState(program, step)] : seen;
}
