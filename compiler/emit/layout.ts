/** The tables of an emitted module: its manifest and the layout of its memory. */
import { must } from '../../src/errors.ts';
import { print } from '../../src/print.ts';
import { storage } from '../../src/kernel/language.ts';
import type { Buffer } from '../../src/kernel/language.ts';
import type { Program } from '../../src/program.ts';
import { graphRoots, programGraphs } from '../../src/program.ts';
import type { IndexRange } from '../../src/ranges.ts';
import { factors } from '../../src/size.ts';
import type { Slot } from '../../src/slot.ts';
import { slotName } from '../../src/slot.ts';
import { postorder } from '../../src/walk.ts';
import type { InputInfo, Manifest, TensorInfo } from '../../runtime/contract.ts';
import type { Lowered } from '../lowered.ts';
import { version } from '../version.ts';
import type { Layout, Place } from './glue.ts';

export function placeOf(buffer: Buffer, { memory }: Lowered): Place {
  const { region, offset } = must(memory.locations.get(storage(buffer)), `place of ${buffer.name}`);
  const { coefficient, symbols } = factors(buffer.size);
  return { region, offset, dtype: buffer.dtype, coefficient, symbols };
}

/** Where everything lies that callers see. */
export function layoutOf(lowered: Lowered): Layout {
  const { program, slots, constants, metrics, outputs, memory } = lowered;
  const place = (buffer: Buffer): Place => placeOf(buffer, lowered);
  const ofSlot = (slot: Slot): Place => place(must(slots.get(slot), 'buffer of a slot'));
  const block = (buffers: readonly Buffer[]): Place => {
    const [first] = buffers;
    const at = first ? place(first) : { region: 0, offset: 0 };
    return { ...at, dtype: 'float64', coefficient: buffers.length, symbols: [] };
  };
  return {
    regions: memory.regions,
    inputs: program.inputs.map(ofSlot),
    hyper: block(program.hyper.map((slot) => must(slots.get(slot), 'buffer of a slot'))),
    parameters: program.parameters.map(ofSlot),
    state: program.state.map(ofSlot),
    seed: program.seed ? ofSlot(program.seed) : null,
    metrics: block(metrics),
    outputs: outputs.map(place),
    constants: constants.map(({ buffer, data }) => ({ place: place(buffer), data })),
  };
}

const tensorInfo = (slot: Slot): TensorInfo => ({
  name: slotName(slot),
  shape: slot.shape,
  dtype: slot.dtype,
});

function rangeInfo(range: IndexRange | undefined): Pick<InputInfo, 'range' | 'except'> {
  if (!range) return {};
  const { low, high, except } = range;
  return { range: [low, high], ...(except.length > 0 ? { except } : {}) };
}

function inputInfos(program: Program): InputInfo[] {
  return program.inputs.map((slot) => ({
    ...tensorInfo(slot),
    ...rangeInfo(program.ranges.get(slot)),
    entries: program.readers.get(slot) ?? [],
  }));
}

function symbolsOf(program: Program): string[] {
  const found = new Set<string>();
  const roots = programGraphs(program).flatMap(({ graph }) => graphRoots(graph));
  for (const { shape } of [...program.inputs, ...postorder(roots)]) {
    for (const size of shape) for (const symbol of factors(size).symbols) found.add(symbol);
  }
  return [...found];
}

/** A short hash of text: FNV-1a over UTF-16 units, twice with different offsets. */
function hash(text: string): string {
  const pass = (offset: number): string => {
    let value = offset;
    for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
    return (value >>> 0).toString(16).padStart(8, '0');
  };
  return pass(0x811c9dc5) + pass(0x1b873593);
}

/** The hash of all graphs, bodies of loops included. */
function fingerprintOf(program: Program): string {
  const texts = programGraphs(program).map(({ graph }) => {
    const roots = graphRoots(graph);
    const bodies = postorder(roots).flatMap(({ attrs }) =>
      typeof attrs['body'] === 'string' ? [attrs['body']] : [],
    );
    return [print(...roots), ...bodies].join('\n');
  });
  return hash(texts.join('\n'));
}

export function manifestOf(
  { program }: Lowered,
  target: Manifest['target'],
  numerics: Manifest['numerics'],
): Manifest {
  const graph = program.step ?? program.evaluate;
  return {
    format: 1,
    name: program.name,
    compiler: version,
    target,
    numerics,
    fingerprint: fingerprintOf(program),
    symbols: symbolsOf(program),
    inputs: inputInfos(program),
    ...(program.several.length > 0 ? { several: program.several } : {}),
    hyper: program.hyper.map(({ name, value }) => ({ name, value })),
    parameters: program.parameters.map(tensorInfo),
    state: program.state.map(tensorInfo),
    metrics: (graph?.metrics ?? []).map(({ name, kind }) => ({ name, kind })),
    outputs: (program.predict?.outputs ?? []).map(({ name, expr: { shape, dtype } }) => ({
      name,
      shape,
      dtype,
    })),
  };
}
