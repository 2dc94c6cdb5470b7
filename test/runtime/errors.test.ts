import { describe, expect, it } from 'vitest';
import { AdjointRuntimeError, catalogue, runtimeError } from '../../runtime/errors.ts';
import type { FitOptions } from '../../runtime/fit-options.ts';
import { fit } from '../../runtime/fit.ts';
import { escaped, nearest, printable } from '../../runtime/text.ts';
import { fake, manifest, planeData } from './fake-module.ts';

describe('errors', () => {
  it('read: code and headline, details, and the way out', () => {
    const values = { call: 'fit', option: 'epochs', found: -1, expected: 'an integer, 1 or more' };
    const error = runtimeError('E-OPTION-VALUE', values, { details: ['a detail'] });
    expect(error).toBeInstanceOf(AdjointRuntimeError);
    expect(error.code).toBe('E-OPTION-VALUE');
    expect(error.message).toBe(
      'E-OPTION-VALUE  fit: epochs is -1\n  a detail\n  epochs must be an integer, 1 or more.',
    );
  });

  it('print text from outside on one line of ASCII, cut', () => {
    expect(escaped('a\nb\u202e"é\ud83d', 100)).toBe('a\\u000ab\\u202e"\\u00e9\\ud83d');
    expect(printable('x'.repeat(10_000))).toBe(`${'x'.repeat(77)}...`);
    const error = runtimeError('E-DATA-EMPTY', { entry: '\u001b[2J'.repeat(1000) });
    expect(error.message).toMatch(/^[\x20-\x7e\n]{1,600}$/);
  });

  for (const [code, { says, hint }] of Object.entries(catalogue)) {
    it(`${code} says one sentence and ends with the way out`, () => {
      expect(code).toMatch(/^E-[A-Z]+(-[A-Z]+)?$/);
      expect(says).not.toMatch(/\.$/);
      expect(hint).toMatch(/[.}]$/);
    });
  }
});

describe('nearest', () => {
  const names = ['batchSize', 'epochs', 'shuffle', 'seed'];
  const slips: readonly (readonly [string, string | undefined])[] = [
    ['batchsize', 'batchSize'],
    ['batch_size', 'batchSize'],
    ['epoch', 'epochs'],
    ['sed', 'seed'],
    ['learningRate', undefined],
    ['x', undefined],
    ['', undefined],
  ];
  for (const [slip, meant] of slips) {
    it(`takes ${JSON.stringify(slip)} for ${meant}`, () => expect(nearest(slip, names)).toBe(meant));
  }
});

describe('fit refuses', () => {
  const data = planeData(4);
  const refused: readonly (readonly [string, object, string])[] = [
    [
      'negative epochs',
      { epochs: -1 },
      'E-OPTION-VALUE  fit: epochs is -1\n  epochs must be an integer, 1 or more.',
    ],
    ['no epochs', { epochs: undefined }, 'fit: epochs is undefined'],
    ['a batch size of 0', { batchSize: 0 }, 'fit: batchSize is 0'],
    ['a misspelt option', { batchsize: 2 }, 'Did you mean "batchSize"?'],
    ['an option named like a built-in property', { constructor: 1 }, 'E-OPTION-UNKNOWN'],
    ['a fraction of a seed', { seed: 0.5 }, 'seed must be an integer'],
    ['no data', { data: undefined }, 'fit: data is undefined'],
    ['validation without data', { validation: {} }, 'validation: data is undefined'],
    ['bad validation data', { validation: { data: { x: [1] } } }, 'E-DATA-MISSING  validation:'],
    ['an unknown reaction', { onDivergence: 'skip' }, "onDivergence must be 'throw' or 'stop'"],
    [
      'an unknown parameter',
      { parameters: { weights: [1, 2, 3] } },
      'E-PARAMETER-UNKNOWN  there is no parameter named weights\n  Did you mean "weight"?',
    ],
    [
      'a parameter of another length',
      { parameters: { weight: [1] } },
      'E-PARAMETER-LENGTH  parameter weight has 1 values',
    ],
    ['an unknown hyper-parameter', { hyper: { momemtum: 1 } }, 'E-HYPER-UNKNOWN'],
    [
      'a hyper-parameter that is NaN',
      { hyper: () => ({ lr: NaN }) },
      'E-HYPER-VALUE  hyper-parameter lr is NaN',
    ],
  ];
  for (const [what, options, words] of refused) {
    it(what, async () => {
      const given = { data, epochs: 1, log: () => undefined, ...options } as FitOptions;
      await expect(fit(fake, given)).rejects.toThrow(words);
    });
  }

  it('a batch size where the sizes are fixed', async () => {
    const inputs = manifest.inputs.map((input) => ({ ...input, shape: [4, ...input.shape.slice(1)] }));
    const fixed = { ...fake, manifest: { ...manifest, symbols: [], inputs } };
    await expect(fit(fixed, { data, epochs: 1, batchSize: 2 })).rejects.toThrow('E-DATA-WHOLE');
  });

  it('what is not a module', async () => {
    const program: unknown = { loss: 1 };
    await expect(fit(program as typeof fake, { data, epochs: 1 })).rejects.toThrow('E-MODULE');
  });
});
