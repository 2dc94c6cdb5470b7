/** What the glue of a module refuses, in the caller's words, and what it takes. */
import { describe, expect, it } from 'vitest';
import { gradient, inference, input, loss, mul, nn, optim, sum, training } from 'adjoint';
import { compile, targetNames } from 'adjoint/compiler';
import type { Step } from 'adjoint/runtime';

const x = input('x', ['N', 2]);
const label = input('label', ['N'], 'int32');
const logits = nn.linear(2, 3)(x);
const program = training({
  loss: loss.crossEntropy(logits, label),
  optimizer: optim.sgd({ lr: 0.1 }),
  outputs: { logits },
});
const good = { x: [1, 2, 3, 4], label: [0, 2] };

/** Calls that must fail: the code, and words that the message has. */
const refused: readonly [string, (step: Step) => unknown, string, RegExp][] = [
  ['a missing entry', (step) => step.step({ x: [1, 2] }), 'E-BATCH-MISSING', /"label"/],
  ['an unknown entry', (step) => step.step({ ...good, z: [1] }), 'E-BATCH-UNKNOWN', /"z"[^]*label, x/],
  [
    'a wrong length',
    (step) => step.step({ x: [1, 2, 3], label: [0, 2] }),
    'E-BATCH-LENGTH',
    /"x" has 3[^]*\[N, 2\]/,
  ],
  [
    'rows that disagree',
    (step) => step.step({ x: [1, 2], label: [0, 2] }),
    'E-BATCH-LENGTH',
    /has 2 numbers/,
  ],
  ['an empty batch', (step) => step.step({ x: [], label: [] }), 'E-BATCH-EMPTY', /is empty/],
  [
    'more rows than the capacity',
    (step) => step.step({ x: new Float32Array(10), label: new Int32Array(5) }),
    'E-BATCH-CAPACITY',
    /N is 5[^]*capacity 4[^]*fit, evaluate and predict of adjoint\/runtime cut data into batches/,
  ],
  [
    'a label out of range',
    (step) => step.step({ ...good, label: [0, 3] }),
    'E-DATA-RANGE',
    /"label"\[1\] is 3/,
  ],
  ['a label between numbers', (step) => step.step({ ...good, label: [0.5, 1] }), 'E-DATA-RANGE', /is 0\.5/],
  ['an unknown rate', (step) => step.step(good, { rate: 1 }), 'E-HYPER', /"rate"[^]*lr/],
  ['a rate that is NaN', (step) => step.step(good, { lr: Number.NaN }), 'E-HYPER', /lr is NaN/],
];

describe.each(targetNames)('a step of the %s target', (target) => {
  const module = compile(program, { target });

  it.each(refused)('refuses %s', (_, call, code, words) => {
    const step = module.create({ capacity: { N: 4 } });
    expect(() => call(step)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(words) as string }),
    );
    expect(step.step(good).loss).toBeGreaterThan(0);
  });

  it('refuses a capacity that is missing, unknown or not a positive integer', () => {
    expect(() => module.create()).toThrow(/E-CAPACITY {2}capacity of N is undefined/);
    expect(() => module.create({ capacity: { N: 4, M: 2 } })).toThrow(/no size "M"/);
    expect(() => module.create({ capacity: { N: 2.5 } })).toThrow(/capacity of N is 2\.5/);
    const fixed = compile(inference({ outputs: { y: input('x', [2]).mul(2) } }), { target });
    expect(() => fixed.create({ capacity: { N: 4 } })).toThrow(
      /All its sizes are numbers: leave capacity out/,
    );
  });

  it('refuses a capacity that no memory holds, with what it needs', () => {
    expect(() => module.create({ capacity: { N: 1e9 } })).toThrow(
      /E-MEMORY {2}the step needs \d+\.\d\d GiB of memory; there are at most 4 GiB[^]*\{ N: 1000000000 \}/,
    );
  });

  it('refuses to compile weights that no memory holds, and names them', () => {
    const wide = nn.linear(40_000, 40_000)(input('wide', ['N', 40_000]));
    const huge = training({ name: 'huge', loss: wide.mean(), optimizer: optim.adam() });
    expect(() => compile(huge, { target })).toThrow(
      /E-COMPILE-MEMORY {2}the step of "huge" needs 17\.\d\d GiB[^]*parameter "weight" \[40000, 40000\]: 5\.96 GiB/,
    );
  });

  it('refuses parameters that do not exist or do not fit', () => {
    const create = (parameters: Record<string, number[]>): unknown =>
      module.create({ capacity: { N: 4 }, parameters });
    expect(() => create({ wait: [1] })).toThrow(
      /E-PARAMETER {2}there is no parameter "wait"[^]*weight, bias/,
    );
    expect(() => create({ bias: [1] })).toThrow(/"bias" gets 1 numbers for shape \[3\]/);
  });

  it('leaves all state unchanged when the loss is not finite', () => {
    const step = module.create({ capacity: { N: 4 }, seed: 5 });
    step.step(good);
    const before = [...step.parameters, ...step.state].map(({ data }) => Array.from(data));
    expect(step.step({ ...good, x: [Number.NaN, 2, 3, 4] }).loss).toBeNaN();
    expect([...step.parameters, ...step.state].map(({ data }) => Array.from(data))).toEqual(before);
  });

  it('takes any number of rows up to the capacity, and changes a rate without recompiling', () => {
    const step = module.create({ capacity: { N: 4 } });
    expect(step.step({ x: [1, 2], label: [1] }).loss).toBeGreaterThan(0);
    const still = step.parameters.map(({ data }) => Array.from(data));
    step.step(good, { lr: 0 });
    expect(step.parameters.map(({ data }) => Array.from(data))).toEqual(still);
    expect(Array.from(step.hyper)).toEqual([0]);
  });

  it('predicts without labels', () => {
    const step = module.create({ capacity: { N: 4 } });
    const { logits: out } = step.predict({ x: [1, 2, 3, 4] });
    expect(out?.shape).toEqual([2, 3]);
    expect(out?.data).toHaveLength(6);
  });

  it('keeps hostile names as plain keys', () => {
    const names = ['__proto__', 'constructor', '</script>', '`${1}`', "it's", '\u2028'];
    const inputs = names.map((name) => input(name, [2], 'float64'));
    const total = inputs.reduce((a, b) => a.add(b));
    const outputs = Object.fromEntries(
      inputs.map((of, i) => [`d${i}`, gradient(sum(mul(total, total)), of)]),
    );
    const step = compile(inference({ outputs }), { target }).create();
    const batch = Object.fromEntries(names.map((name, i) => [name, [i, 1]]));
    const own = Object.defineProperty(batch, '__proto__', { value: [0, 1], enumerable: true });
    expect(Array.from(step.predict(own)['d3']?.data ?? [])).toEqual([30, 12]);
  });
});
