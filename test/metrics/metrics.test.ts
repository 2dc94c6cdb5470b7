import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { input, loss, metrics, optim, nn, training } from 'adjoint';
import type { Expr } from 'adjoint';
import { float64Algebra } from '../../src/algebra/float64.ts';
import { interpret } from '../../src/interpret.ts';
import { asMetric } from '../../src/metric.ts';
import type { Slot } from '../../src/slot.ts';

const scores = input('scores', ['N', 3], 'float64');
const labels = input('labels', ['N'], 'int32');
const x = input('x', ['N'], 'float64');
const y = input('y', ['N'], 'float64');

type Data = Readonly<Record<string, readonly number[]>>;
const leaves: readonly Expr[] = [scores, labels, x, y];

function run(root: Expr, data: Data, rows: number): readonly number[] {
  const given = leaves.flatMap((leaf) => {
    const values = data[leaf.origin?.name ?? ''];
    return values ? [[leaf.slot as Slot, values] as const] : [];
  });
  const [result] = interpret(float64Algebra, [root], { slots: new Map(given), sizes: { N: rows } });
  return result?.data ?? [];
}

const table = [3, 1, 2, 0, 5, 4, 1, 1, 0, 2, 7, 2];
const judged = { scores: table, labels: [0, 2, 1, 0] };

test.each([
  ['accuracy: the first of equal scores counts', metrics.accuracy(scores, labels), 1 / 4],
  ['accuracy among the best two', metrics.topKAccuracy(scores, labels, { k: 2 }), 1],
  ['accuracy among the best one is accuracy', metrics.topKAccuracy(scores, labels, { k: 1 }), 1 / 4],
  ['accuracy among all', metrics.topKAccuracy(scores, labels, { k: 3 }), 1],
  ['accuracy of the rows that count', metrics.accuracy(scores, labels, { ignoreIndex: 0 }), 0],
  [
    'accuracy among the best two of the rows that count',
    metrics.topKAccuracy(scores, labels, { k: 2, ignoreIndex: 1 }),
    1,
  ],
])('%s', (_, metric, expected) => {
  expect(run(metric, judged, 4)).toEqual([expected]);
});

test('a row whose scores are not numbers is a miss', () => {
  const data = { scores: [NaN, NaN, NaN, 1, 2, 3], labels: [1, 2] };
  expect(run(metrics.accuracy(scores, labels), data, 2)).toEqual([0.5]);
  expect(run(metrics.topKAccuracy(scores, labels, { k: 3 }), data, 2)).toEqual([0.5]);
});

test('the confusion matrix counts targets in rows and answers in columns, without ignored rows', () => {
  const matrix = metrics.confusionMatrix(scores, labels);
  expect(run(matrix, judged, 4)).toEqual([1, 1, 0, 1, 0, 0, 0, 1, 0]);
  expect(run(matrix, { ...judged, labels: [0, -100, 1, 0] }, 4)).toEqual([1, 1, 0, 1, 0, 0, 0, 0, 0]);
  expect(matrix.dtype).toBe('int32');
});

test('scores with further axes are judged place by place', () => {
  const image = input('scores', ['N', 3, 2], 'float64');
  const places = input('labels', ['N', 2], 'int32');
  const slots = new Map<Slot, readonly number[]>([
    [image.slot as Slot, [1, 0, 2, 5, 0, 4, 9, 1, 1, 1, 1, 2]],
    [places.slot as Slot, [1, 2, 0, 2]],
  ]);
  const roots = [metrics.accuracy(image, places), metrics.confusionMatrix(image, places)];
  const [accuracy, matrix] = interpret(float64Algebra, roots, { slots, sizes: { N: 2 } });
  expect(accuracy?.data).toEqual([0.75]);
  expect(matrix?.data).toEqual([1, 0, 0, 0, 1, 0, 0, 1, 1]);
});

const answers = { x: [2, -1, 0.5, -3, 4, -0.1], y: [1, 1, 0, 0, 1, 0] };

test.each([
  ['binary accuracy', metrics.binaryAccuracy(x, y), 4 / 6],
  ['precision', metrics.precision(x, y), 2 / 3],
  ['recall', metrics.recall(x, y), 2 / 3],
  ['f1', metrics.f1(x, y), 2 / 3],
  ['precision above 1', metrics.precision(x, y, { threshold: 1 }), 1],
  ['recall above 3', metrics.recall(x, y, { threshold: 3 }), 1 / 3],
  ['f1 above 3', metrics.f1(x, y, { threshold: 3 }), 0.5],
  ['precision of no answer', metrics.precision(x, y, { threshold: 9 }), NaN],
  ['the mean absolute error', metrics.mae(x, y), 9.6 / 6],
  ['r2', metrics.r2(x, y), 1 - 23.26 / 1.5],
])('%s', (_, metric, expected) => {
  const [found = NaN] = run(metric, answers, 6);
  if (Number.isNaN(expected)) expect(found).toBeNaN();
  else expect(found).toBeCloseTo(expected, 12);
});

test('targets may be bools or integers', () => {
  const whole = input('labels', ['N'], 'int32');
  const slots = new Map<Slot, readonly number[]>([
    [x.slot as Slot, answers.x],
    [whole.slot as Slot, answers.y],
  ]);
  const roots = [metrics.recall(x, whole), metrics.recall(x, whole.gt(0))];
  for (const { data } of interpret(float64Algebra, roots, { slots, sizes: { N: 6 } }))
    expect(data).toEqual([2 / 3]);
});

test('perplexity is e to the cross-entropy', () => {
  const [entropy = NaN] = run(loss.crossEntropy(scores, labels), judged, 4);
  expect(run(metrics.perplexity(scores, labels), judged, 4)).toEqual([Math.exp(entropy)]);
});

const trained = nn.linear(3, 3)(scores);
const answer = trained.sum({ axis: 1 });

test.each([
  ['accuracy', metrics.accuracy(trained, labels), 'mean'],
  ['topKAccuracy', metrics.topKAccuracy(trained, labels, { k: 2 }), 'mean'],
  ['binaryAccuracy', metrics.binaryAccuracy(answer, y), 'mean'],
  ['recall', metrics.recall(answer, y), 'mean'],
  ['mae', metrics.mae(answer, y), 'mean'],
  ['mse', metrics.mse(answer, y), 'mean'],
  ['r2', metrics.r2(answer, y), 'mean'],
  ['perplexity', metrics.perplexity(trained, labels), 'value'],
] as const)('%s is a %s over batches', (name, metric, kind) => {
  expect(asMetric(name, metric).kind).toBe(kind);
});

test('accuracy and recall of two batches combine to those of all rows (seed 7)', () => {
  const row = fc.record({
    scores: fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 3, maxLength: 3 }),
    label: fc.constantFrom(0, 1, 2, -100),
    x: fc.integer({ min: -2, max: 2 }),
    y: fc.constantFrom(0, 1),
  });
  const batch = fc.array(row, { minLength: 1, maxLength: 5 });
  const all = [metrics.accuracy(scores, labels), metrics.recall(x, y), metrics.binaryAccuracy(x, y)];
  type Row = { scores: number[]; label: number; x: number; y: number };
  const columns = (rows: readonly Row[]): Data => ({
    scores: rows.flatMap((each) => each.scores),
    labels: rows.map((each) => each.label),
    x: rows.map((each) => each.x),
    y: rows.map((each) => each.y),
  });
  const property = fc.property(batch, batch, (first, second) =>
    all.every((metric) => {
      const { value, weight } = asMetric('metric', metric);
      const part = (rows: readonly Row[]): [number, number] => {
        const [[v = NaN], [w = NaN]] = [value, weight].map((root) =>
          run(root, columns(rows), rows.length),
        ) as [readonly number[], readonly number[]];
        return [w === 0 ? 0 : v * w, w];
      };
      const [[a, u], [b, v], [c, w]] = [part(first), part(second), part([...first, ...second])];
      return Math.abs(a + b - c) < 1e-12 && u + v === w;
    }),
  );
  fc.assert(property, { seed: 7 });
});

test('metrics report beside a loss', () => {
  const program = training({
    loss: loss.crossEntropy(trained, labels),
    optimizer: optim.sgd({ lr: 0.1 }),
    metrics: { accuracy: metrics.accuracy(trained, labels) },
  });
  expect(program.evaluate?.metrics.map(({ name, kind }) => [name, kind])).toEqual([
    ['loss', 'mean'],
    ['accuracy', 'mean'],
  ]);
});

test.each([
  [() => metrics.accuracy(scores, y as never), 'E-DTYPE', 'accuracy: y is float64; class indices are int32'],
  [
    () => metrics.accuracy(scores, input('l', ['M'], 'int32') as never),
    'E-SHAPE-SAME',
    'accuracy: l has shape [M], not [N]',
  ],
  [
    () => metrics.topKAccuracy(scores, labels, { k: 0 }),
    'E-ATTRIBUTE',
    'topKAccuracy: k is 0, not a positive integer',
  ],
  [
    () => metrics.recall(x, input('z', ['N', 1]) as never),
    'E-SHAPE-SAME',
    'recall: z has shape [N, 1], not [N]',
  ],
  [() => metrics.recall(labels as never, labels as never), 'E-DTYPE-FLOAT', 'recall: labels is int32'],
  [
    () => metrics.confusionMatrix(input('s', ['N', 'C']), labels as never),
    'E-SHAPE-SYMBOLIC',
    'confusionMatrix: s has C classes',
  ],
])('%s is refused', (declare, code, text) => {
  expect(declare).toThrowError(
    expect.objectContaining({ code, message: expect.stringContaining(text) as unknown }),
  );
});
