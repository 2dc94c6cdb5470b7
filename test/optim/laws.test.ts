/** Laws over the table of optimizers, through the reference interpreter. */
import { describe, expect, test } from 'vitest';
import type { Step } from 'adjoint/runtime';
import { checkNumbers } from '../parity/tolerance.ts';
import { generator } from './random.ts';
import { batch, stepOf, valuesOf } from './program.ts';
import type { Memory } from './references.ts';
import { references } from './references.ts';

const seed = 20240517;
const start = { name: 'p', shape: [2, 3], data: [0.4, -1.2, 0.7, 2.1, -0.3, 0.9] };

/** Gradients of many magnitudes, without zeros. */
function gradients(count: number): number[][] {
  const { normal, uniform } = generator(seed);
  return Array.from({ length: count }, () => {
    const magnitude = 10 ** (2 * uniform() - 1);
    return start.data.map(() => magnitude * normal());
  });
}

function run(step: Step, list: readonly (readonly number[])[]): void {
  for (const p of list) step.step(batch({ p }));
}

describe.each(references)('$title', ({ make, update, state, drifts = false }) => {
  test(`agrees with its formula over 100 steps to 1e-12 (seed ${seed})`, () => {
    const step = stepOf(make(), [start]);
    const memory: Memory = {};
    let expected = start.data;
    gradients(100).forEach((g, at) => {
      run(step, [g]);
      expected = update(expected, g, at + 1, memory);
      checkNumbers(`step ${at + 1}`, valuesOf(step, 'p'), expected, { rtol: 1e-12, atol: 1e-12 });
    });
  });

  test('keeps state of the shapes that its documentation says', () => {
    const step = stepOf(make(), [start]);
    const own = step.state.filter(({ name }) => name.startsWith('p.'));
    expect(Object.fromEntries(own.map(({ name, shape }) => [name.slice(2), shape]))).toEqual(state);
  });

  test(`goes on from saved tensors as if it had not stopped (seed ${seed})`, () => {
    const list = gradients(12);
    const straight = stepOf(make(), [start]);
    run(straight, list);
    const first = stepOf(make(), [start]);
    run(first, list.slice(0, 7));
    const second = stepOf(make(), [start]);
    for (const tensor of [...second.parameters, ...second.state]) {
      tensor.data.set(valuesOf(first, tensor.name));
    }
    run(second, list.slice(7));
    for (const { name } of [...straight.parameters, ...straight.state]) {
      expect(valuesOf(second, name)).toEqual(valuesOf(straight, name));
    }
  });

  const stillness = drifts ? 'shrinks parameters, by decay,' : 'leaves parameters still';
  test(`${stillness} where the gradient is zero from the start`, () => {
    const step = stepOf(make(), [start]);
    const zeros = start.data.map(() => 0);
    run(step, [zeros, zeros, zeros]);
    const moved = valuesOf(step, 'p');
    const shrunk = moved.map((x, i) => Math.abs(x) < Math.abs(start.data[i] ?? 0));
    expect(drifts ? shrunk : moved).toEqual(drifts ? start.data.map(() => true) : start.data);
  });

  test('does the same in a float32 program, to the precision of the interpreter', () => {
    const [wide, narrow] = [stepOf(make(), [start]), stepOf(make(), [start], { dtype: 'float32' })];
    for (const step of [wide, narrow]) run(step, gradients(3));
    const own = narrow.state.filter(({ name }) => name.startsWith('p.'));
    expect(own.every(({ dtype }) => dtype === 'float32')).toBe(true);
    checkNumbers('p', valuesOf(narrow, 'p'), valuesOf(wide, 'p'), { rtol: 1e-6, atol: 1e-6 });
  });
});
