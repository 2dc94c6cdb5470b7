/** The order of kernels: what waits for what, and how much memory is occupied on the way. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { must } from '../../src/errors.ts';
import type { Buffer } from '../../src/kernel/language.ts';
import type { Call } from '../../compiler/schedule/call.ts';
import { inOrder } from '../../compiler/schedule/order.ts';
import { Ready } from '../../compiler/schedule/ready.ts';
import { peakOf } from '../../compiler/schedule/residence.ts';

const bufferOf = (name: string, size: number | string = 1, over?: Buffer): Buffer => ({
  name,
  dtype: 'float32',
  size,
  ...(over ? { over } : {}),
});

function callOf(name: string, inputs: readonly Buffer[], outputs: readonly Buffer[]): Call {
  const kernel = { kind: 'loops', name, outer: [], inputs, outputs, body: [] } as const;
  return { kind: 'kernel', kernel, nodes: [], inputs, outputs };
}

/** Calls that read what earlier ones have written, in any order; a few replace a slot that others read. */
const calls = fc
  .array(
    fc.record({
      size: fc.constantFrom(1, 5, 100, 'N', '8*N'),
      reads: fc.array(fc.nat(), { maxLength: 3 }),
      slot: fc.option(fc.nat(2), { freq: 4 }),
    }),
    { minLength: 1, maxLength: 24 },
  )
  .map((drawn) => {
    const slots = [0, 1, 2].map((i) => bufferOf(`slot${i}`, 10));
    const results: Buffer[] = [];
    const made = drawn.map(({ size, reads, slot }, i) => {
      const inputs = [...new Set(reads.map((at) => must(results[at % (i || 1)] ?? slots[at % 3], 'buffer')))];
      const own = bufferOf(`result${i}`, size);
      results.push(own);
      return callOf(`call${i}`, slot === null ? inputs : [...inputs, must(slots[slot], 'slot')], [own]);
    });
    const update = callOf('update', results.slice(-1), [bufferOf('next', 10, slots[0])]);
    return { given: [update, ...made.toReversed()], scratch: new Set(results), slot: must(slots[0], 'slot') };
  });

const orderOf = (given: readonly Call[], scratch: ReadonlySet<Buffer>): readonly Call[] => {
  const ordered = inOrder(given, () => false, scratch);
  return 'calls' in ordered ? ordered.calls : [];
};

describe('the order of kernels', () => {
  test('operands come before their readers, readers of a slot before its update (seed 3)', () => {
    const property = fc.property(calls, ({ given, scratch, slot }) => {
      const order = orderOf(given, scratch);
      expect(new Set(order)).toEqual(new Set(given));
      const writer = new Map(order.flatMap((call, at) => call.outputs.map((buffer) => [buffer, at])));
      const update = order.findIndex(({ outputs }) => outputs[0]?.over === slot);
      order.forEach(({ inputs }, at) => {
        for (const buffer of inputs) expect(writer.get(buffer) ?? -1).toBeLessThan(at);
        if (inputs.includes(slot)) expect(at).toBeLessThan(update);
      });
    });
    fc.assert(property, { seed: 3 });
  });

  test('no more is occupied than in an order that was fine as it was given (seed 4)', () => {
    const property = fc.property(calls, ({ given, scratch }) => {
      const fine = given.toReversed();
      expect(peakOf(orderOf(fine, scratch), scratch)).toBeLessThanOrEqual(peakOf(fine, scratch));
    });
    fc.assert(property, { seed: 4 });
  });

  test('what leaves little of much runs before what takes more', () => {
    const [small, large, end] = [bufferOf('small'), bufferOf('large', 100), bufferOf('end')];
    const [first, second] = [callOf('first', [], [large]), callOf('second', [large], [small])];
    const others = [1, 2, 3].map((i) => bufferOf(`other${i}`, 50));
    const taking = others.map((buffer) => callOf(buffer.name, [], [buffer]));
    const last = callOf('last', [small, ...others], [end]);
    const order = orderOf([first, ...taking, second, last], new Set([small, large, end, ...others]));
    expect(order.map((call) => (call.kind === 'kernel' ? call.kernel.name : ''))).toEqual([
      'first',
      'second',
      'other1',
      'other2',
      'other3',
      'last',
    ]);
  });

  test('names the updates that wait for each other', () => {
    const [a, b] = [bufferOf('a'), bufferOf('b')];
    const [nextA, nextB] = [bufferOf('a', 1, a), bufferOf('b', 1, b)];
    const given = [callOf('update_a', [a, b], [nextA]), callOf('update_b', [a, b], [nextB])];
    const ordered = inOrder(given, () => false, new Set());
    expect('conflicts' in ordered && ordered.conflicts.map(({ buffer }) => buffer)).toEqual([nextA, nextB]);
  });
});

test('items are taken from the lowest rank on, each once (seed 5)', () => {
  const offers = fc.array(fc.tuple(fc.nat(30), fc.nat(5), fc.nat(5)));
  const property = fc.property(offers, (drawn) => {
    const ready = new Ready<number>();
    const best = new Map<number, number>();
    for (const [item, x, y] of drawn) {
      ready.offer(item, [x, y]);
      best.set(item, Math.min(best.get(item) ?? Infinity, 10 * x + y));
    }
    const taken: number[] = [];
    for (let item = ready.take(); item !== undefined; item = ready.take()) taken.push(item);
    expect(new Set(taken)).toEqual(new Set(best.keys()));
    expect(taken.length).toBe(best.size);
    const ranks = taken.map((item) => best.get(item) ?? NaN);
    expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
  });
  fc.assert(property, { seed: 5 });
});
