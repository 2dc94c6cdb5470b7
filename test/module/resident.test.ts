/** Training on data that live in the module: the same bits as step by step. */
import { describe, expect, it } from 'vitest';
import { input, loss, nn, optim, parameter, training } from 'adjoint';
import { compile, targetNames } from 'adjoint/compiler';
import type { Step } from 'adjoint/runtime';

const x = input('x', ['N', 3]);
const wide = input('wide', ['N', 40], 'float64');
const label = input('label', ['N'], 'int32');
const logits = nn
  .linear(
    3,
    4,
  )(x)
  .add(nn.linear(40, 4, { name: 'wide' })(wide).cast('float32'));
const program = training({ loss: loss.crossEntropy(logits, label), optimizer: optim.adam({ lr: 0.05 }) });

const rows = 10;
const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => Math.sin(i * i));
const data = {
  x: numbers(rows * 3),
  wide: numbers(rows * 40),
  label: Array.from({ length: rows }, (_, i) => i % 4),
};

const pick = (values: readonly number[], order: readonly number[]): number[] => {
  const width = values.length / rows;
  return order.flatMap((row) => values.slice(row * width, (row + 1) * width));
};
const batchOf = (order: readonly number[]) => ({
  x: pick(data.x, order),
  wide: pick(data.wide, order),
  label: pick(data.label, order),
});
const bits = (step: Step): number[][] =>
  [...step.parameters, ...step.state].map((tensor) => Array.from(tensor.data));
const inOrder = Array.from({ length: rows }, (_, i) => i);

describe.each(targetNames)('a %s step with resident data', (target) => {
  const module = compile(program, { target });
  const create = (): Step => module.create({ capacity: { N: 4 }, seed: 2, data });

  it.each([
    ['in their own order', null],
    ['in an order with repetitions', [3, 3, 9, 0, 1, 8, 2]],
  ] as const)('runs an epoch %s as step by step would', (_, order) => {
    const [inside, outside] = [create(), create()];
    const used = order ?? inOrder;
    const expected: number[] = [];
    for (let at = 0; at < used.length; at += 4)
      expected.push(outside.step(batchOf(used.slice(at, at + 4))).loss);
    expect(Array.from(inside.run(order, 4))).toEqual(expected);
    expect(bits(inside)).toEqual(bits(outside));
  });

  it('runs some of the batches, and adds up metrics over all calls', () => {
    const [inside, outside] = [create(), create()];
    const whole = Array.from(outside.run(null, 4));
    expect([inside.run(null, 4, 0, 1), inside.run(null, 4, 1)].flatMap((part) => [...part])).toEqual(whole);
    expect(bits(inside)).toEqual(bits(outside));
    expect([...inside.totals]).toEqual([...outside.totals]);
    expect(inside.totals[0]).toBe(whole.reduce((sum, value, i) => sum + value * (i < 2 ? 4 : 2), 0));
    expect(inside.totals[1]).toBe(rows);
    expect(inside.run(null, 4, 3)).toHaveLength(0);
    expect(() => inside.run(null, 4, -1)).toThrow(/E-BATCH-COUNT/);
  });

  it('repeats one batch as step by step would', () => {
    const [inside, outside] = [create(), create()];
    const expected = [0, 1, 2].map(() => outside.step(batchOf([1, 2])).loss);
    expect(Array.from(inside.repeat(3, batchOf([1, 2])))).toEqual(expected);
    inside.repeat(2, null);
    outside.step(batchOf([1, 2]));
    outside.step(batchOf([1, 2]));
    expect(bits(inside)).toEqual(bits(outside));
  });

  it('ends where a loss is not finite', () => {
    const bad = module.create({ capacity: { N: 4 }, data: { ...data, x: data.x.with(20, Number.NaN) } });
    const losses = Array.from(bad.run(null, 4));
    expect(losses).toHaveLength(2);
    expect(losses[1]).toBeNaN();
  });

  it('refuses data and orders that do not fit', () => {
    expect(() => module.create({ capacity: { N: 4 }, data: { ...data, x: [1, 2, 3] } })).toThrow(
      /E-BATCH-LENGTH/,
    );
    expect(() => module.create({ capacity: { N: 4 }, data: { x: data.x } })).toThrow(/E-BATCH-MISSING/);
    expect(() => create().run([0, 10], 2)).toThrow(/E-ORDER {2}order\[1\] is 10/);
    expect(() => create().run(null, 5)).toThrow(/E-BATCH-CAPACITY/);
    expect(() => module.create({ capacity: { N: 4 } }).run(null, 2)).toThrow(/E-DATA/);
  });
});

describe.each(targetNames)('rows of any width, gathered by the %s target', (target) => {
  const widths = [1, 2, 3, 4, 5, 7, 8, 33];
  const dtypes = ['float32', 'float64'] as const;
  it.each(dtypes)('are the rows that the order names, of %s', (dtype) => {
    const inputs = widths.map((width) => input(`x${width}`, ['N', width], dtype));
    const total = inputs.map((of) => of.mul(of).sum().cast('float32')).reduce((a, b) => a.add(b));
    const shift = parameter<[]>('shift', []);
    const module = compile(training({ loss: total.add(shift), optimizer: optim.sgd({ lr: 0 }) }), { target });
    const table = (width: number): number[] => Array.from({ length: 9 * width }, (_, i) => i + 1);
    const inside = module.create({
      capacity: { N: 5 },
      data: Object.fromEntries(widths.map((width) => [`x${width}`, table(width)])),
    });
    const outside = module.create({ capacity: { N: 5 } });
    for (const order of [[4], [8, 0], [2, 2, 1], [8, 7, 6, 5], [3, 0, 8, 8, 1], [4, 5, 6, 7, 8]]) {
      const batch = Object.fromEntries(
        widths.map((width) => [
          `x${width}`,
          order.flatMap((row) => table(width).slice(row * width, (row + 1) * width)),
        ]),
      );
      expect(inside.run(order, 5)[0]).toBe(outside.step(batch).loss);
    }
  });
});

describe.each(targetNames)('inputs that every batch reads whole, with the %s target', (target) => {
  it('are in place again after an evaluation with others', () => {
    const scale = input('scale', ['M']);
    const module = compile(
      training({
        loss: x.sum().mul(scale.sum()).add(parameter<[]>('w', [])),
        optimizer: optim.sgd({ lr: 0 }),
      }),
      { target },
    );
    const step = module.create({
      capacity: { N: 2, M: 3 },
      data: { x: [1, 2, 3, 4, 5, 6], scale: { data: [1, 2], shape: [2] } },
    });
    const first = [...step.run(null, 1)];
    step.evaluate({ x: [1, 1, 1], scale: [7, 8, 9] });
    expect([...step.run(null, 1)]).toEqual(first);
    expect(() =>
      module.create({
        capacity: { N: 2, M: 1 },
        data: { x: [1, 2, 3], scale: { data: [1, 2], shape: [2] } },
      }),
    ).toThrow(/E-BATCH-CAPACITY {2}M is 2 in the data, capacity 1/);
  });
});
