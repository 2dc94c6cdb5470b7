/** Reports: what they count agrees with what compiled steps do and hold. */
import { compile, emit, report, reportText } from 'adjoint/compiler';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { functionFlops } from '../../compiler/report/work.ts';
import { gzipBytes, gzipBytesNow } from '../../compiler/report/gzip.ts';
import { Polynomial, sum } from '../../compiler/report/polynomial.ts';
import { images, linearRegression, perceptron, programs, recurrent } from './programs.ts';

const sizes = fc.constantFrom('N', 'T', 'N*T', '3*N', '2*N*N', 0, 1, 5);
const polynomial = fc
  .array(fc.tuple(sizes, sizes))
  .map((pairs) => sum(pairs.map(([size, times]) => Polynomial.of(size).times(times))));

describe('formulas', () => {
  test('adding and multiplying commute with putting in numbers (seed 1)', () => {
    const at = { N: 7, T: 11 };
    const property = fc.property(polynomial, polynomial, sizes, (a, b, size) => {
      expect(a.plus(b).at(at)).toBe(a.at(at) + b.at(at));
      expect(a.times(size).at(at)).toBe(a.at(at) * Polynomial.of(size).at(at));
    });
    fc.assert(property, { seed: 1 });
  });

  test('equal formulas have one spelling, the highest power first', () => {
    const text = Polynomial.of(3).plus(Polynomial.of('T*N')).plus(Polynomial.of('2*N'));
    expect(String(text.plus(Polynomial.of('N*T')))).toBe('2*N*T + 2*N + 3');
    expect(String(Polynomial.of(0).plus(Polynomial.of('0*N')))).toBe('0');
  });

  test('a formula without the size of a symbol has no number', () => {
    expect(Polynomial.of('N').at({})).toBeNaN();
  });
});

describe('work', () => {
  test('a matrix product of [N, K] and [K, M] takes 2 N K M operations', async () => {
    const { kernels } = await report(perceptron());
    const product = kernels.find(({ name, entry }) => entry === 'predict' && name === 'logits');
    // 5 -> 3, and the bias.
    expect(String(product?.flops)).toBe('33*N');
    // x [N, 5], weight [3, 5], bias [3] and logits [N, 3], each moved once.
    expect(String(product?.bytes)).toBe('32*N + 72');
  });

  test('predicting with Linear(10, 1) takes 21 N operations', async () => {
    const { kernels } = await report(linearRegression());
    const predict = kernels.filter(({ entry }) => entry === 'predict').map(({ flops }) => flops);
    expect(String(sum(predict))).toBe('21*N');
  });

  test('a kernel inside a loop counts once for each call', async () => {
    const { kernels } = await report(recurrent());
    const inside = kernels.filter(({ calls }) => calls !== 1);
    expect(new Set(inside.map(({ calls }) => calls))).toEqual(new Set([6]));
    // Each of 6 steps multiplies [N, 4] by [4, 12] at least.
    const work = sum(inside.filter(({ entry }) => entry === 'evaluate').map(({ flops }) => flops));
    expect(work.at({ N: 1 })).toBeGreaterThanOrEqual(6 * 2 * 4 * 12);
  });

  test('elementary functions take as many operations as their descriptions', () => {
    expect(functionFlops('exp')).toBeGreaterThan(10);
    expect(functionFlops('pow')).toBeGreaterThan(functionFlops('exp'));
  });
});

describe('memory', () => {
  const cases = Object.entries(programs).flatMap(([name, make]) =>
    [1, 3, 64].map((N) => ({ name, make, N })),
  );
  test.each(cases)(
    'the arena of $name at N = $N is the memory that a step allocates',
    async ({ make, N }) => {
      const program = make();
      const { memory } = await report(program, { capacity: { N } });
      const step = compile(program, { target: 'js' }).create({ capacity: { N } });
      // A step keeps 16 bytes beyond its arena, which vector loads may touch.
      expect(memory.arenaBytes + 16).toBe(step.parameters[0]?.data.buffer.byteLength);
      expect(memory.arenaBytes).toBeGreaterThanOrEqual(memory.arena.at({ N }));
    },
  );
});

test('the step of a perceptron for images takes at most 1.2 times the memory that it needs', async () => {
  const { memory } = await report(images(), { capacity: { N: 64 } });
  expect(memory.arenaBytes).toBeLessThanOrEqual(1.2 * memory.neededBytes);
  // 101,770 parameters, two moments of each, a counter and the seed; the hidden layer and the softmax are kept.
  const needed = Object.fromEntries(memory.parts.map(({ name, bytes }) => [name, String(bytes)]));
  expect(needed).toMatchObject({ parameters: '407080', state: '814168', inputs: '3140*N' });
  expect(memory.parts.find(({ name }) => name === 'activations')?.bytes.at({ N: 1 })).toBeLessThan(160 * 4);
});

test('scratch that shares memory makes the arena smaller than the sum', async () => {
  const { memory } = await report(recurrent());
  expect(memory.arenaBytes).toBeLessThan(memory.unplannedBytes);
});

describe('modules', () => {
  test.each(['js', 'wasm'] as const)('the size of a %s module is that of its text', async (target) => {
    const program = linearRegression();
    const { module } = await report(program, { target });
    const { code } = emit(program, { target });
    expect(module).toEqual({ bytes: Buffer.byteLength(code), gzipBytes: await gzipBytes(code) });
  });

  test('measuring gzip at once gives the same number', async () => {
    const text = 'abcabc '.repeat(1000) + Array.from({ length: 500 }, (_, i) => i * i).join();
    expect(gzipBytesNow(text)).toBe(await gzipBytes(text));
  });
});

describe('passes', () => {
  test('the first row is the declaration, and later ones only lose equal nodes', async () => {
    const { passes, milliseconds } = await report(perceptron());
    expect(passes[0]).toMatchObject({ name: 'declare', milliseconds: 0, rules: [] });
    const names = passes.map(({ name }) => name);
    const nodes = (name: string): number => passes[names.indexOf(name)]?.nodes['step'] ?? 0;
    expect(nodes('intern')).toBeLessThan(nodes('differentiate'));
    expect(passes.flatMap(({ rules }) => rules).length).toBeGreaterThan(0);
    const total = passes.reduce((all, pass) => all + pass.milliseconds, 0);
    expect(milliseconds.passes).toBeCloseTo(total, 6);
  });
});

describe('declarations', () => {
  test('kernels name what the user declared, with its place', async () => {
    const { kernels } = await report(linearRegression());
    const predict = kernels.find(({ entry }) => entry === 'predict');
    expect(predict?.from).toContainEqual({
      name: 'prediction',
      operator: 'add',
      site: expect.stringMatching(/^report\/programs\.ts:\d+$/) as string,
    });
    const step = kernels.filter(({ entry }) => entry === 'step');
    expect(step.flatMap(({ sets }) => sets).sort()).toEqual(['bias', 'weight']);
  });
});

describe('text', () => {
  test.each(Object.keys(programs))('the report of %s reads as a page without holes', async (name) => {
    const text = reportText(await report(programs[name]?.() ?? linearRegression()));
    expect(text).not.toMatch(/NaN|undefined|null|\[object/);
    for (const heading of [/^Nodes$/m, /^step: \d+ kernels?, /m, /^Memory /m, /^ {2}arena +/m])
      expect(text).toMatch(heading);
    expect(text.split('\n').filter((line) => line !== line.trimEnd())).toEqual([]);
  });
});
