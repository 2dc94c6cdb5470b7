/** Initial values through the reference interpreter. */
import { inference, parameter } from 'adjoint';
import type { Initializer, Program } from 'adjoint';
import { float64Algebra } from '../../src/algebra/float64.ts';
import { interpret } from '../../src/interpret.ts';
import type { Slot } from '../../src/slot.ts';
import { slotName } from '../../src/slot.ts';

/** Every initial value of a program, by name, as `create({ seed })` would make it. */
export function initialValues(program: Program, seed: number): ReadonlyMap<string, readonly number[]> {
  const slots = new Map<Slot, number[]>(program.seed ? [[program.seed, [seed]]] : []);
  const values = interpret(
    float64Algebra,
    program.initial.map(({ value }) => value),
    { slots, sizes: {} },
  );
  return new Map(program.initial.map(({ slot }, i) => [slotName(slot), values[i]?.data ?? []]));
}

/** At least `count` numbers that `init` draws for tensors of `shape`, one tensor after the other. */
export function drawn(init: Initializer, shape: readonly number[], count: number): number[][] {
  const tensor = parameter('tensor', shape, { init, dtype: 'float64' });
  const program = inference({ outputs: { tensor } });
  const size = shape.reduce((a, b) => a * b, 1);
  return Array.from({ length: Math.ceil(count / size) }, (_, seed) => [
    ...(initialValues(program, seed).get('tensor') ?? []),
  ]);
}
