/** A lowered program: everything that a target needs to emit a module, and nothing of graphs. */
import { must } from '../src/errors.ts';
import type { Buffer } from '../src/kernel/language.ts';
import type { EntryName, Graph, Program } from '../src/program.ts';
import { programGraphs } from '../src/program.ts';
import { product } from '../src/size.ts';
import type { Slot } from '../src/slot.ts';
import { slotName } from '../src/slot.ts';
import { postorder } from '../src/walk.ts';
import { graphRoots } from '../src/program.ts';
import { slug } from './emit/names.ts';
import type { Entry, Target } from './schedule/call.ts';
import { scheduleEntry } from './schedule/entry.ts';
import type { MemoryPlan } from './schedule/memory.ts';
import { planMemory } from './schedule/memory.ts';

/** A constant tensor and the numbers it is filled with. */
export interface ConstantData {
  readonly buffer: Buffer;
  readonly data: readonly number[];
}

export interface Lowered {
  readonly program: Program;
  /** `initial` sets parameters and state; the others are the program's graphs. */
  readonly entries: readonly Entry[];
  readonly slots: ReadonlyMap<Slot, Buffer>;
  readonly constants: readonly ConstantData[];
  /** Values and weights of the metrics, alternating: rank-0 float64, contiguous. */
  readonly metrics: readonly Buffer[];
  readonly outputs: readonly Buffer[];
  readonly memory: MemoryPlan;
}

function slotBuffer(slot: Slot): Buffer {
  return { name: slug(slotName(slot)), dtype: slot.dtype, size: product(slot.shape) };
}

/** Schedules every entry of a program whose graphs hold ordinary operators only, and plans its memory. */
export function lower(program: Program): Lowered {
  const all: Slot[] = [...program.inputs, ...program.hyper, ...program.parameters, ...program.state];
  if (program.seed) all.push(program.seed);
  const data = dataSlots(program);
  const slots = new Map<Slot, Buffer>([...all, ...data].map((slot) => [slot, slotBuffer(slot)]));
  const bufferOf = (slot: Slot): Buffer => must(slots.get(slot), `buffer of ${slotName(slot)}`);

  const metricGraph = program.step ?? program.evaluate;
  const metrics = (metricGraph?.metrics ?? []).flatMap(({ name }) =>
    ['', '_weight'].map((end): Buffer => ({ name: slug(name) + end, dtype: 'float64', size: 1 })),
  );
  const outputs = (program.predict?.outputs ?? []).map(({ name, expr }): Buffer => ({
    name: slug(name),
    dtype: expr.dtype,
    size: product(expr.shape),
  }));
  const initial = program.initial.map(({ slot, value }): Target => ({
    node: value,
    buffer: bufferOf(slot),
    row: null,
    slot: null,
    metric: false,
  }));
  const entries = [
    scheduleEntry('initial', initial, slots),
    ...programGraphs(program).map(({ entry, graph }) =>
      scheduleEntry(entry, targets(graph, entry, metrics, outputs, bufferOf), slots),
    ),
  ];
  const contiguous = [program.hyper.map(bufferOf), metrics];
  const single = [...all.filter((slot) => slot.kind !== 'hyper'), ...data].map((slot) => [bufferOf(slot)]);
  const memory = planMemory([...contiguous, ...single, ...outputs.map((buffer) => [buffer])], entries);
  const constants = data.map((slot) => ({ buffer: bufferOf(slot), data: slot.data }));
  return { program, entries, slots, constants, metrics, outputs, memory };
}

function dataSlots(program: Program): Extract<Slot, { kind: 'data' }>[] {
  const roots = [
    ...programGraphs(program).flatMap(({ graph }) => graphRoots(graph)),
    ...program.initial.map(({ value }) => value),
  ];
  const found = new Set<Extract<Slot, { kind: 'data' }>>();
  for (const { slot } of postorder(roots)) if (slot?.kind === 'data') found.add(slot);
  return [...found];
}

function targets(
  graph: Graph,
  entry: EntryName,
  metrics: readonly Buffer[],
  outputs: readonly Buffer[],
  bufferOf: (slot: Slot) => Buffer,
): Target[] {
  const values = graph.metrics.flatMap(({ value, weight }) => [value, weight]);
  return [
    ...values.map((node, i): Target => ({
      node,
      buffer: must(metrics[i], 'metric'),
      row: null,
      slot: null,
      metric: true,
    })),
    ...(entry === 'predict' ? graph.outputs : []).map(({ expr }, i): Target => ({
      node: expr,
      buffer: must(outputs[i], 'output'),
      row: null,
      slot: null,
      metric: false,
    })),
    ...graph.updates.map(({ slot, next }): Target => ({
      node: next,
      buffer: bufferOf(slot),
      row: null,
      slot,
      metric: false,
    })),
  ];
}
