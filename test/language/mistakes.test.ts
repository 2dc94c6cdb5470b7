/** Mistakes of declaration: the code, the user's names, both shapes, the place, and a way out. */
import { describe, expect, it } from 'vitest';
import { AdjointError, add, input, loss, matmul, nn, optim, parameter, training } from 'adjoint';
import type { ErrorCode, Expr } from 'adjoint';
import { compile } from 'adjoint/compiler';

/** What the type checker would refuse, so that the check at declaration is reached. */
const untyped = <F>(f: F) => f as unknown as (...args: unknown[]) => Expr<[], 'float32'>;
const x = input('x', ['N', 3]);

const mistakes: readonly [string, () => unknown, ErrorCode, readonly string[]][] = [
  [
    'inner sizes that differ',
    () => untyped(matmul)(input('hidden', [32, 128]), input('w2', [64, 10])),
    'E-SHAPE-MATMUL',
    ['matmul(hidden, w2)', '[32, 128]', '[64, 10]', 'mistakes.test.ts:'],
  ],
  [
    'sizes that do not broadcast',
    () => untyped(add)(input('a', ['N', 3]), input('b', ['N', 4])),
    'E-SHAPE-BROADCAST',
    ['[N, 3]', '[N, 4]', 'mistakes.test.ts:'],
  ],
  [
    'element types that differ',
    () => untyped(add)(x, input('b', ['N', 3], 'float64')),
    'E-DTYPE',
    ['float32', 'float64', 'cast()'],
  ],
  ['a wrong feature count', () => untyped(nn.linear(10, 1))(x), 'E-SHAPE-LAYER', ['linear(10, 1)', '[N, 3]']],
  [
    'a [N] target against a [N, 1] prediction',
    () => untyped(loss.mse)(input('prediction', ['N', 1]), input('target', ['N'])),
    'E-SHAPE-SAME',
    ['[N, 1]', '[N]', 'prediction', 'target'],
  ],
  [
    'a loss that is not scalar',
    () => training({ loss: untyped(nn.linear(3, 1))(x), optimizer: optim.sgd() }),
    'E-LOSS-SCALAR',
    ['[N, 1]', 'mean()'],
  ],
  [
    'two parameters of one name',
    () => training({ loss: nn.linear(3, 1)(x).add(nn.linear(3, 1)(x)).mean(), optimizer: optim.sgd() }),
    'E-NAME-TWICE',
    ['weight', 'nn.sequential'],
  ],
  [
    'a parameter that the loss does not use',
    () => {
      const model = nn.sequential(nn.linear(3, 3), nn.linear(3, 1));
      return training({ model, loss: nn.linear(3, 1)(x).mean(), optimizer: optim.sgd() });
    },
    'E-LOSS-UNUSED',
    ['0.weight'],
  ],
  [
    'a parameter that no derivative reaches',
    () =>
      training({
        loss: untyped(() => parameter('w', [3]).sum().cast('int32').cast('float32'))(),
        optimizer: optim.sgd(),
      }),
    'E-LOSS-UNUSED',
    ['parameter w', 'mistakes.test.ts:'],
  ],
  ['a negative learning rate', () => optim.sgd({ lr: -1 }), 'E-OPTIMIZER', ['lr is -1', '[0, Infinity)']],
  ['a decay rate of one', () => optim.adam({ betas: [0.9, 1] }), 'E-OPTIMIZER', ['beta2 is 1', '[0, 1)']],
  ['Nesterov without momentum', () => optim.sgd({ nesterov: true }), 'E-OPTIMIZER', ['nesterov']],
  ['a size that is none', () => input('x', ['N', -3]), 'E-SHAPE-SIZE', ['input x', '-3']],
  [
    'a reshape to another count',
    () => untyped(() => x.reshape(['N', 4] as never))(),
    'E-SHAPE-RESHAPE',
    ['[N, 4]'],
  ],
  ['an axis that is not there', () => x.sum({ axis: 5 }), 'E-SHAPE-AXIS', ['axis 5', 'x', '[N, 3]']],
  [
    'an unknown target',
    () =>
      compile(training({ loss: nn.linear(3, 1)(x).mean(), optimizer: optim.sgd() }), {
        target: 'gpu' as 'js',
      }),
    'E-COMPILE-TARGET',
    ['"gpu"', 'js, wasm'],
  ],
];

describe('a declaration with a mistake', () => {
  it.each(mistakes)('names %s', (_, declare, code, words) => {
    let error: unknown;
    try {
      declare();
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(AdjointError);
    expect((error as AdjointError).code).toBe(code);
    for (const word of words) expect((error as AdjointError).message).toContain(word);
    expect((error as AdjointError).message.split('\n').length).toBeGreaterThan(1);
  });
});
