import { expect, test } from 'vitest';
import { input, logSoftmax, loss, nn, optim, training } from 'adjoint';
import type { Expr } from 'adjoint';

const x = input('x', ['N', 4]);
const prediction = nn.linear(4, 1)(x).named('prediction');
const logits = nn.linear(4, 3)(x).named('logits');
const row = input('y', ['N']);
const labels = input('label', ['N'], 'int32');

type Any = (...operands: readonly unknown[]) => unknown;
const untyped = (f: unknown): Any => f as Any;

const refusals: readonly (readonly [string, () => unknown, string, readonly string[]])[] = [
  [
    'a missing target',
    () => untyped(loss.mse)(prediction),
    'E-PROGRAM',
    ['mse: the target is of type undefined', 'input(name, shape)'],
  ],
  [
    'an array for a target',
    () => untyped(loss.crossEntropy)(logits, [1, 2]),
    'E-PROGRAM',
    ['crossEntropy: the target is an array'],
  ],
  [
    'a row against a column',
    () => untyped(loss.mse)(prediction, row),
    'E-SHAPE-SAME',
    [
      'mse: y has shape [N], not [N, 1]',
      'prediction  [N, 1] float32',
      'y  [N] float32',
      "Did you mean input('y', ['N', 1])?",
    ],
  ],
  [
    'a computed target of another shape',
    () => untyped(loss.huber)(prediction, row.mul(2)),
    'E-SHAPE-SAME',
    [
      'huber: mul(y, ',
      'has shape [N], not [N, 1]',
      "must have shape ['N', 1]: use reshape, squeeze or unsqueeze.",
    ],
  ],
  [
    'a target in another precision',
    () => untyped(loss.l1)(row, input('z', ['N'], 'float64')),
    'E-DTYPE',
    ['l1: z is float64, not float32'],
  ],
  [
    'an integer prediction',
    () => untyped(loss.mse)(labels, labels),
    'E-DTYPE-FLOAT',
    ['mse: label is int32'],
  ],
  [
    'float class indices',
    () => untyped(loss.nll)(logits, row),
    'E-DTYPE',
    ['nll: y is float32; class indices are int32', "Did you mean input('y', ['N'], 'int32')?"],
  ],
  [
    'class indices of another shape',
    () => untyped(loss.crossEntropy)(logits, input('label', ['N', 1], 'int32')),
    'E-SHAPE-SAME',
    [
      'crossEntropy: label has shape [N, 1], not [N]',
      'logits  [N, 3] float32',
      "Did you mean input('label', ['N'], 'int32')?",
    ],
  ],
  [
    'probabilities of another number of classes',
    () => untyped(loss.crossEntropy)(logits, input('p', ['N', 2])),
    'E-SHAPE-SAME',
    ['crossEntropy: p has shape [N, 2], not [N, 3]'],
  ],
  [
    'an index to ignore among probabilities',
    () => loss.crossEntropy(logits, input('p', ['N', 3]) as never, { ignoreIndex: 0 }),
    'E-ATTRIBUTE',
    ['crossEntropy: ignoreIndex needs class indices'],
  ],
  [
    'as many weights as there are not classes',
    () => loss.crossEntropy(logits, labels, { weight: [1, 2] }),
    'E-SHAPE-SAME',
    ['crossEntropy: the class weights have shape [2], not [3]', 'Give one per class.'],
  ],
  [
    'a smoothing above 1',
    () => loss.crossEntropy(logits, labels, { labelSmoothing: 1.5 }),
    'E-ATTRIBUTE',
    ['labelSmoothing is 1.5, not in [0, 1]'],
  ],
  [
    'scores without classes',
    () => untyped(loss.nll)(prediction.mean(), labels),
    'E-SHAPE-RANK',
    ['is a scalar and has no class axis'],
  ],
  [
    'a reduction that does not exist',
    () => untyped(loss.mse)(row, row, { reduction: 'avg' }),
    'E-ATTRIBUTE',
    ["mse: there is no reduction 'avg'", 'mean, sum, none'],
  ],
  [
    'a mistyped reduction',
    () => untyped(loss.mse)(row, row, { reduction: 'non' }),
    'E-ATTRIBUTE',
    ["Did you mean 'none'?"],
  ],
  [
    'a negative beta',
    () => loss.smoothL1(row, row, { beta: -1 }),
    'E-ATTRIBUTE',
    ['smoothL1: beta is -1, not at least 0'],
  ],
  [
    'a delta of 0',
    () => loss.huber(row, row, { delta: 0 }),
    'E-ATTRIBUTE',
    ['huber: delta is 0, not above 0'],
  ],
  [
    'a variance of another shape',
    () => loss.gaussianNll(logits, logits, input('v', ['N', 2])),
    'E-SHAPE-SAME',
    ['gaussianNll: the variance has shape [N, 2], the prediction [N, 3]', '[N, 3], [N, 1] or [N]'],
  ],
  [
    'a frame axis in the wrong place',
    () => untyped(loss.ctc)(logSoftmax(input('s', ['N', 3])), labels, labels, labels),
    'E-SHAPE-RANK',
    ['ctc: log-probabilities [N, 3] are not [T, N, C]'],
  ],
  [
    'targets of another batch',
    () => untyped(loss.ctc)(input('s', [5, 'N', 3]), input('t', ['M', 2], 'int32'), labels, labels),
    'E-SHAPE-SAME',
    ['ctc: t [M, 2] is not [N, S]'],
  ],
  [
    'a blank that is no class',
    () => loss.ctc(input('s', [5, 'N', 3]), input('t', ['N', 2], 'int32'), labels, labels, { blank: 3 }),
    'E-ATTRIBUTE',
    ['ctc: blank 3 is no class'],
  ],
];

test.each(refusals)('%s is refused with the names of the user', (_, declare, code, texts) => {
  let message = '';
  try {
    declare();
  } catch (error) {
    message = (error as Error).message;
  }
  expect(message.split('  ')[0]).toBe(code);
  for (const text of texts) expect(message).toContain(text);
});

test('a refusal says where both operands were declared', () => {
  expect(() => untyped(loss.mse)(prediction, row)).toThrowError(
    /prediction {2}\[N, 1\] float32 {2}declared at loss\/errors\.test\.ts:\d+\n {2}y {2}\[N\] float32 {2}declared at loss\/errors\.test\.ts:\d+/,
  );
});

const program = (target: Expr<readonly ['N'], 'int32'>, options: loss.CrossEntropyOptions): unknown => {
  const { ranges } = training({
    loss: loss.crossEntropy(logits, target, options) as Expr<[], 'float32'>,
    optimizer: optim.sgd({ lr: 0.1 }),
  });
  return [...ranges].map(([slot, range]) => [slot.name, range]);
};

test.each([
  ['the ignored index', {}, { low: 0, high: 3, except: [-100] }],
  ['nothing else where none is ignored', { ignoreIndex: null }, { low: 0, high: 3, except: [] }],
  ['no more where a class is ignored', { ignoreIndex: 2 }, { low: 0, high: 3, except: [] }],
])('a program takes labels from 0 to the number of classes, and %s', (_, options, range) => {
  expect(program(labels, options)).toEqual([['label', range]]);
});

test('what two losses and a declaration allow together is what a program takes', () => {
  const target = input('label', ['N'], 'int32', { range: [1, 9] });
  const wide = loss.crossEntropy(nn.linear(4, 7, { name: 'a' })(x), target);
  const narrow = loss.crossEntropy(
    nn.linear(4, 5, { name: 'b' })(x),
    target.reshape(['N', 1]).reshape(['N']),
  );
  const { ranges } = training({ loss: wide.add(narrow), optimizer: optim.sgd({ lr: 0.1 }) });
  expect([...ranges.values()]).toEqual([{ low: 1, high: 5, except: [] }]);
});

test('labels that are computed have no range', () => {
  expect(program(labels.add(1), {})).toEqual([]);
});
