/**
 * The part of an emitted module that is the same in every module: it lays out the arena, checks what callers pass,
 * and copies it in. Its JavaScript is embedded as text in `glue-source.ts`; its parts import types and each other alone.
 */
import type { CreateOptions, Manifest, Step, TensorArray } from '../../runtime/contract.ts';
import type { Arena } from './glue-arena.ts';
import { allocate, arenaOf, readCapacity } from './glue-arena.ts';
import { fault, product } from './glue-batch.ts';
import { readDataSet } from './glue-resident.ts';
import { stepOver } from './glue-step.ts';
import type { Engine, Entries, Layout, Place } from './glue-types.ts';

export type { Engine, Entries, Layout, Place } from './glue-types.ts';

/** A view of a tensor at its capacity. */
function viewOf(
  place: Place,
  buffer: ArrayBuffer,
  { bases, units }: Arena,
  capacity: ReadonlyMap<string, number>,
): TensorArray {
  const start = (bases[place.region] ?? 0) + place.offset * (units[place.region] ?? 1);
  const length = product(place.coefficient, place.symbols, capacity);
  if (place.dtype === 'float32') return new Float32Array(buffer, start, length);
  if (place.dtype === 'float64') return new Float64Array(buffer, start, length);
  return new Int32Array(buffer, start, length);
}

/** A step whose memory is laid out, before its code is there. */
interface Prepared {
  readonly memory: ReturnType<Engine['allocate']>;
  readonly arena: Arena;
  readonly finish: (entries: Entries) => Step;
}

/** Creates a step over `engine`. */
export function createStep(
  manifest: Manifest,
  layout: Layout,
  engine: Engine,
  options?: CreateOptions,
): Step {
  const { memory, arena, finish } = prepare(manifest, layout, engine, options);
  return finish(startNow(engine, memory, arena));
}

/** Main threads of browsers have a limit to what they compile at once. */
function startNow(engine: Engine, memory: Prepared['memory'], { bases, units }: Arena): Entries {
  try {
    return engine.start(memory, bases, units);
  } catch (error) {
    if (!(error instanceof RangeError && engine.startAsync)) throw error;
    throw fault('E-ASYNC', `the engine refuses: ${error.message}`, 'Use: await createAsync({ ... }).');
  }
}

/** The same where the code is compiled while the thread goes on. */
export async function createStepAsync(
  manifest: Manifest,
  layout: Layout,
  engine: Engine,
  options?: CreateOptions,
): Promise<Step> {
  const { memory, arena, finish } = prepare(manifest, layout, engine, options);
  const { bases, units } = arena;
  return finish(
    engine.startAsync ? await engine.startAsync(memory, bases, units) : engine.start(memory, bases, units),
  );
}

/** Checks the options, allocates memory and writes constants, data and hyper-parameters to it. */
function prepare(manifest: Manifest, layout: Layout, engine: Engine, options: CreateOptions = {}): Prepared {
  const capacity = readCapacity(manifest, options.capacity ?? {});
  const { seed = 0 } = options;
  if (!Number.isSafeInteger(seed)) throw fault('E-SEED', `seed is ${String(seed)}`, 'Pass an integer.');
  const arena = arenaOf(layout, capacity);
  const set = options.data ? readDataSet(manifest, options.data, capacity) : null;
  const memory = allocate(engine, capacity, arena, set ? set.bytes : 0);
  const view = (place: Place): TensorArray => viewOf(place, memory.buffer, arena, capacity);
  for (const { place, data } of layout.constants) view(place).set(data);
  const hyper = view(layout.hyper) as Float64Array;
  hyper.set(manifest.hyper.map(({ value }) => value));
  if (layout.seed) view(layout.seed)[0] = seed;
  return {
    memory,
    arena,
    finish: (entries) =>
      stepOver(
        { manifest, layout, capacity, hyper, set, memory, dataStart: arena.bytes + 16, view, entries },
        options,
      ),
  };
}
