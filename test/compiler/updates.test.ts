/** Updates in place: in the kernels that make the gradients where they can be, apart where they must. */
import { input, loss, matmul, nn, optim, parameter, training, transpose } from 'adjoint';
import type { Program } from 'adjoint';
import { verify } from 'adjoint/verify';
import { describe, expect, test } from 'vitest';
import { must } from '../../src/errors.ts';
import { lower } from '../../compiler/lowered.ts';
import { optimize } from '../../compiler/pipeline.ts';
import { entryKernels } from '../../compiler/schedule/call.ts';

const target = () => input('y', [6, 6]);
const adam = () => optim.adam({ lr: 0.01 });

/** Each factor's gradient reads the other factor. */
function factors(): Program {
  const product = matmul(parameter('left', [6, 4]), parameter('right', [4, 6]));
  return training({ name: 'factors', loss: loss.mse(product, target()), optimizer: adam() });
}

/** The gradient of the only factor, a sum of two products, reads the factor. */
function square(): Program {
  const root = parameter('root', [6, 4]);
  const product = matmul(root, transpose(root, 0, 1));
  return training({ name: 'square', loss: loss.mse(product, target()), optimizer: adam() });
}

function perceptron(optimizer: optim.Optimizer, name: string): Program {
  const model = nn.sequential(nn.linear(7, 5), nn.relu(), nn.linear(5, 3));
  const logits = model(input('x', ['N', 7]));
  return training({ name, loss: loss.crossEntropy(logits, input('label', ['N'], 'int32')), optimizer });
}

const plain = () => perceptron(adam(), 'plain');
const clipped = () => perceptron(optim.chain(optim.clipByGlobalNorm(1), adam()), 'clipped');

/** The scratch of the step that has as many elements as a parameter, and the kernels that copy. */
function costOf(program: Program): { readonly gradients: number; readonly copies: number } {
  const step = must(
    lower(optimize(program)).entries.find(({ name }) => name === 'step'),
    'step',
  );
  const sizes = new Set(
    program.parameters.map(({ shape }) => shape.reduce<number>((a, b) => a * Number(b), 1)),
  );
  const isLarge = (size: number | string): boolean =>
    typeof size === 'number' && size > 10 && sizes.has(size);
  return {
    gradients: step.scratch.filter(({ size }) => isLarge(size)).length,
    copies: entryKernels(step).filter(({ kernel }) => kernel.name.startsWith('copy_')).length,
  };
}

describe('updates', () => {
  const cases = [
    { make: plain, gradients: 0, copies: 0 },
    { make: clipped, gradients: 2, copies: 0 },
    { make: factors, gradients: 1, copies: 0 },
    { make: square, gradients: 2, copies: 0 },
  ];
  test.each(cases)('$make.name: $gradients gradients are stored, nothing is copied', ({ make, ...cost }) => {
    expect(costOf(make())).toEqual(cost);
  });

  test.each(cases)('$make.name: all targets and the meaning agree', ({ make }) => {
    verify.program(make(), { runs: 12, seed: 3 });
  });
});
