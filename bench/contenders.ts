/** The steps that adjoint compiles, as contenders: called step by step, and inside the module. */
import type { Batch, Step, StepModule } from '../runtime/contract.ts';
import { compile } from '../compiler/compile.ts';
import type { CompileOptions } from '../compiler/compile.ts';
import { reason } from './measure.ts';
import type { Start, Tensors, Train, Workload } from './workload.ts';

export interface Contender {
  readonly label: string;
  /** How it rounds: `strict` keeps the order and the rounding of every operation. */
  readonly numerics: string;
  readonly train: Train;
}

const flat = (tensors: Tensors): Batch =>
  Object.fromEntries(Object.entries(tensors).map(([name, { data, shape }]) => [name, { data, shape }]));

/** Batches that lie one after the other in the step's memory where it runs by itself. */
const batches = 8;

function repeated(tensors: Tensors): Batch {
  const entries = Object.entries(tensors).map(
    ([
      name,
      {
        data,
        shape: [rows = 0, ...rest],
      },
    ]) => {
      const all = Array.from({ length: batches }, () => [...data]).flat();
      return [name, { data: all, shape: [batches * rows, ...rest] }] as const;
    },
  );
  return Object.fromEntries(entries);
}

interface Compiled {
  readonly start: Start;
  readonly contenders: readonly Contender[];
  /** Targets that are missing, and why. */
  readonly notes: readonly string[];
}

/** `train` over calls that train `most` steps each. */
function inPieces(most: number, call: (count: number) => Float64Array): Train {
  return (count) => {
    let loss = Number.NaN;
    for (let done = 0; done < count; done += most) loss = call(Math.min(most, count - done)).at(-1) ?? loss;
    return loss;
  };
}

function startOf({ parameters }: Step, batch: Tensors): Start {
  const tensors = parameters.map(
    ({ name, data, shape }) => [name, { data: Float32Array.from(data), shape: shape.map(Number) }] as const,
  );
  return { parameters: Object.fromEntries(tensors), batch };
}

interface Ways {
  readonly start: Start;
  readonly contenders: readonly Contender[];
}

/** The ways to train with a compiled module: step by step, many steps in one call, and over resident data. */
function waysOf(label: string, module: StepModule, tensors: Tensors, rows: number | null): Ways {
  const capacity = rows === null ? {} : { N: rows };
  const create = (data?: Batch): Step => module.create({ capacity, seed: 0, ...(data ? { data } : {}) });
  const [single, inside] = [create(), create()];
  const start = startOf(single, tensors);
  const given = flat(tensors);
  const { relaxedSimd } = module.manifest;
  const numerics = `${module.manifest.numerics}${relaxedSimd ? ', relaxed SIMD' : ''}`;
  const stepping: Train = (count) => {
    let loss = Number.NaN;
    for (let i = 0; i < count; i++) loss = single.step(given).loss;
    return loss;
  };
  let next: Batch | null = given;
  const repeating = inPieces(100_000, (count) => {
    const losses = inside.repeat(count, next);
    next = null;
    return losses;
  });
  const contenders = [
    { label, numerics, train: stepping },
    { label: `${label}, repeat`, numerics, train: repeating },
  ];
  if (rows === null) return { start, contenders };
  const train = running(create(repeated(tensors)), rows);
  return { start, contenders: [...contenders, { label: `${label}, run`, numerics, train }] };
}

/** What is compiled, by the names of its rows. */
const variants: readonly (readonly [label: string, options: CompileOptions])[] = [
  ['wasm', { target: 'wasm' }],
  ['wasm, fast', { target: 'wasm', numerics: 'fast' }],
  ['js', { target: 'js' }],
];

/** A workload on every target, and in fast numerics; all begin with the same parameters. */
export function compiled({ program, batch, rows }: Workload): Compiled {
  const tensors = batch();
  const declared = program();
  const ways: Ways[] = [];
  const notes: string[] = [];
  for (const [label, options] of variants) {
    try {
      ways.push(waysOf(label, compile(declared, options), tensors, rows));
    } catch (error) {
      notes.push(`${label} is left out: ${reason(error)}`);
    }
  }
  const [first] = ways;
  if (!first) throw new Error(notes.join('\n'));
  return { start: first.start, contenders: ways.flatMap(({ contenders }) => contenders), notes };
}

/** Trains on the resident batches in turn, as many in one call as there are. */
function running(step: Step, rows: number): Train {
  const all = Int32Array.from({ length: batches * rows }, (_, i) => i);
  return inPieces(batches, (count) => step.run(all.subarray(0, count * rows), rows));
}
