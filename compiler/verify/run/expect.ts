/** What a call should leave, by the meanings of the operators, with bounds for rounding. */
import { must } from '../../../src/errors.ts';
import type { Expr } from '../../../src/expr.ts';
import type { Tensor } from '../../../src/ops/define.ts';
import type { Graph, Program } from '../../../src/program.ts';
import { graphRoots } from '../../../src/program.ts';
import type { Slot } from '../../../src/slot.ts';
import { slotName } from '../../../src/slot.ts';
import { interpretBounded } from '../bounded/interpret.ts';
import { exact } from '../bounded/number.ts';
import type { Bounded, Numerics } from '../bounded/number.ts';
import { optimize } from '../../pipeline.ts';
import { outputName, weightName } from './observe.ts';
import type { Call, Kept } from './run.ts';

/** The elements of each tensor that can be seen, by the names of `observe`. */
export type Expected = ReadonlyMap<string, readonly Bounded[]>;

/** The pass after which graphs hold ordinary operators only, and still as they were declared. */
const meaningfulAfter = 'differentiate';

export interface Prepared {
  /** The program as the interpreter can run it: derivatives expanded, nothing rewritten. */
  readonly meaning: Program;
  /** The program after all passes. */
  readonly optimized: Program;
}

/** Runs the passes once, for all who need what they make. */
export function prepare(program: Program): Prepared {
  let meaning: Program | null = null;
  const optimized = optimize(program, (pass, stage) => {
    if (pass === meaningfulAfter) meaning = stage;
  });
  return { meaning: must(meaning as Program | null, `program after ${meaningfulAfter}`), optimized };
}

/** The initial values of parameters and state. */
export function expectInitial(program: Program, seed: number): Expected {
  const slots = new Map<Slot, readonly number[]>(program.seed ? [[program.seed, [seed | 0]]] : []);
  const values = interpretBounded(
    program.initial.map(({ value }) => value),
    { slots, sizes: {} },
  );
  return new Map(program.initial.map(({ slot, value }) => [slotName(slot), dataOf(values, value)]));
}

/** What `call` leaves, starting from `kept`. */
export function expectCall(
  program: Program,
  call: Call,
  kept: Kept,
  numerics: Numerics = 'strict',
): Expected {
  const graph = must(program[call.entry], call.entry);
  const slots = new Map<Slot, ArrayLike<number>>(kept);
  for (const slot of program.inputs) slots.set(slot, call.batch[slot.name] ?? []);
  for (const slot of program.hyper) {
    const changed = call.hyper?.[slot.name];
    if (changed !== undefined) slots.set(slot, [changed]);
  }
  const values = interpretBounded(graphRoots(graph), { slots, sizes: call.sizes, numerics });
  return named(program, graph, call, values, slots);
}

function named(
  program: Program,
  graph: Graph,
  { entry }: Call,
  values: ReadonlyMap<Expr, Tensor<Bounded>>,
  slots: ReadonlyMap<Slot, ArrayLike<number>>,
): Expected {
  const expected = new Map<string, readonly Bounded[]>();
  for (const { name, value, weight } of graph.metrics) {
    expected.set(name, dataOf(values, value));
    expected.set(weightName(name), dataOf(values, weight));
  }
  for (const { name, expr } of graph.outputs) expected.set(outputName(name), dataOf(values, expr));
  if (entry !== 'step') return expected;
  for (const slot of [...program.parameters, ...program.state]) {
    expected.set(slotName(slot), Array.from(slots.get(slot) ?? [], exact));
  }
  const loss = must(expected.get(must(graph.metrics[0], 'loss').name)?.[0], 'loss');
  if (loss.error === 0 && !Number.isFinite(loss.value)) return expected;
  for (const { slot, next } of graph.updates) {
    const data = dataOf(values, next);
    const skipped = loss.error === Infinity;
    expected.set(slotName(slot), skipped ? data.map((x) => ({ ...x, error: Infinity })) : data);
  }
  return expected;
}

const dataOf = (values: ReadonlyMap<Expr, Tensor<Bounded>>, node: Expr): readonly Bounded[] =>
  must(values.get(node), `value of ${node.op.name}`).data;
