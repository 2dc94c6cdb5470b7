/** Bugs in memory plans and in the order of kernels: values that are overwritten, missing, or read too early. */
import { programOf, verify } from 'adjoint/verify';
import type { Target } from 'adjoint/verify';
import { input, loss, nn, optim, training } from 'adjoint';
import { builtFor, moduleOf } from '../../../compiler/compile.ts';
import type { Lowered } from '../../../compiler/lowered.ts';
import { lower } from '../../../compiler/lowered.ts';
import { optimize } from '../../../compiler/pipeline.ts';
import { entryKernels } from '../../../compiler/schedule/call.ts';
import type { Call, Entry } from '../../../compiler/schedule/call.ts';
import type { Buffer } from '../../../src/kernel/language.ts';
import { growCase } from '../../../compiler/verify/arb/grow.ts';
import { drawFrom } from '../../../compiler/verify/draw.ts';
import type { Program } from '../../../src/program.ts';
import type { Kind, PlantedBug } from './bug.ts';

type Fault = (lowered: Lowered) => Lowered | null;

/** Scratch buffers that live at the same time: one is written before the last read of the other. */
function overlapping(entry: Entry): [Buffer, Buffer] | null {
  const calls = entryKernels(entry);
  const scratch = new Set(entry.scratch);
  const born = new Map<Buffer, number>();
  const last = new Map<Buffer, number>();
  calls.forEach(({ inputs, outputs }, at) => {
    for (const buffer of outputs) if (scratch.has(buffer) && !born.has(buffer)) born.set(buffer, at);
    for (const buffer of inputs) if (scratch.has(buffer)) last.set(buffer, at);
  });
  for (const [first, start] of born) {
    for (const [second, begin] of born) {
      const reads = last.get(first) ?? -1;
      if (
        first !== second &&
        first.dtype === second.dtype &&
        start < begin &&
        begin < reads &&
        first.size === second.size
      )
        return [first, second];
    }
  }
  return null;
}

/** Two values in one place while both are needed. */
export const stale: Fault = (lowered) => {
  for (const entry of lowered.entries) {
    const pair = entry.name === 'initial' ? null : overlapping(entry);
    if (!pair) continue;
    const place = lowered.memory.locations.get(pair[0]);
    if (!place) continue;
    const locations = new Map([...lowered.memory.locations, [pair[1], place]]);
    return { ...lowered, memory: { ...lowered.memory, locations } };
  }
  return null;
};

function withCalls(lowered: Lowered, edit: (calls: readonly Call[]) => Call[] | null): Lowered | null {
  for (const [i, entry] of lowered.entries.entries()) {
    if (entry.name === 'initial') continue;
    const after = edit(entry.after);
    if (after) return { ...lowered, entries: lowered.entries.with(i, { ...entry, after }) };
    const before = edit(entry.before);
    if (before) return { ...lowered, entries: lowered.entries.with(i, { ...entry, before }) };
  }
  return null;
}

/** A kernel that runs after what reads its result. */
export const wrongOrder: Fault = (lowered) =>
  withCalls(lowered, (calls) => {
    for (const [i, call] of calls.entries()) {
      const reader = calls.findIndex(
        (other, j) => j > i && call.outputs.some((buffer) => other.inputs.includes(buffer)),
      );
      const other = calls[reader];
      if (other) return calls.with(i, other).with(reader, call);
    }
    return null;
  });

/** A kernel that is left out, so that its result is what was there before. */
export const dropped: Fault = (lowered) =>
  withCalls(lowered, (calls) => {
    const at = calls.findIndex((call) => call.kind === 'kernel');
    return at < 0 ? null : calls.toSpliced(at, 1);
  });

/** A place that begins one element late. */
const offByOne: Fault = (lowered) => {
  const entry = lowered.entries.find(({ name, scratch }) => name !== 'initial' && scratch.length > 1);
  const buffer = entry?.scratch[0];
  const place = buffer && lowered.memory.locations.get(buffer);
  if (!buffer || !place) return null;
  const bytes = buffer.dtype === 'float64' ? 8 : 4;
  const next = [...lowered.memory.locations].find(
    ([other, at]) =>
      other !== buffer &&
      entry.scratch.includes(other) &&
      at.region === place.region &&
      at.offset > place.offset,
  );
  if (!next || typeof buffer.size !== 'number' || typeof next[0].size !== 'number') return null;
  const locations = new Map([
    ...lowered.memory.locations,
    [next[0], { ...place, offset: place.offset + bytes * (buffer.size - 1) }],
  ]);
  return { ...lowered, memory: { ...lowered.memory, locations } };
};

const faults: readonly { readonly kind: Kind; readonly fault: Fault }[] = [
  { kind: 'stale buffer', fault: stale },
  { kind: 'wrong order', fault: wrongOrder },
  { kind: 'dropped term', fault: dropped },
  { kind: 'off by one', fault: offByOne },
];

/** The js target behind a fault of the plan. */
function faultyTarget(fault: Fault): Target {
  const module = (lowered: Lowered) => moduleOf(builtFor('js', fault(lowered) ?? lowered));
  return { name: 'js', compile: (program) => module(lower(optimize(program))), fromLowered: module };
}

function perceptron(): Program {
  const x = input('x', ['N', 3]);
  const y = input('y', ['N'], 'int32');
  const logits = nn.sequential(nn.linear(3, 4), nn.relu(), nn.linear(4, 3))(x);
  return training({
    name: 'perceptron',
    loss: loss.crossEntropy(logits, y),
    optimizer: optim.adam(),
    outputs: { logits },
  });
}

function normalized(): Program {
  const x = input('x', ['N', 4]);
  const y = input('y', ['N', 2]);
  const prediction = nn.sequential(nn.layerNorm(4), nn.linear(4, 5), nn.gelu(), nn.linear(5, 2))(x);
  return training({
    name: 'normalized',
    loss: loss.mse(prediction, y),
    optimizer: optim.sgd({ lr: 0.1, momentum: 0.9 }),
  });
}

/** Programs of some kernels: two models, and grown graphs in which the fault has a place. */
function subjects(fault: Fault): { readonly name: string; readonly program: Program }[] {
  const grown = Array.from({ length: 60 }, (_, seed) => seed).flatMap((seed) => {
    const program = programOf(growCase(drawFrom(seed), { special: false, steps: 10 }));
    return fault(lower(optimize(program))) ? [{ name: `graph ${seed}`, program }] : [];
  });
  const models = [perceptron(), normalized()].map((program) => ({ name: program.name, program }));
  return [...models.filter(({ program }) => fault(lower(optimize(program)))), ...grown.slice(0, 4)];
}

/** One bug for each kind of fault and each program that it has a place in. */
export function planBugs(): PlantedBug[] {
  return faults.flatMap(({ kind, fault }) =>
    subjects(fault).map(({ name, program }): PlantedBug => {
      const target = faultyTarget(fault);
      return {
        part: 'memory plan',
        where: name,
        kind,
        isEquivalent: () => isHarmless(program, target),
        verify: () => {
          verify.program(program, { runs: 10, seed: 7, targets: [target] });
        },
      };
    }),
  );
}

/** Whether the faulty target still has the bits of the interpreter, run after run. */
function isHarmless(program: Program, target: Target): boolean {
  try {
    verify.program(program, { runs: 60, seed: 1000, targets: [target], special: true });
    return true;
  } catch {
    return false;
  }
}
