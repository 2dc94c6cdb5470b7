import { describe, expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import type { TargetName } from '../../compiler/compile.ts';
import { matchConvolution } from '../../compiler/emit/wasm/convolution/match.ts';
import { lower } from '../../compiler/lowered.ts';
import type { Lowered } from '../../compiler/lowered.ts';
import { optimize } from '../../compiler/pipeline.ts';
import { entryKernels } from '../../compiler/schedule/call.ts';
import { interpretedModule } from '../../compiler/verify/targets.ts';
import type { StepModule } from '../../runtime/contract.ts';
import type { FloatDType } from '../../src/dtype.ts';
import type { Expr } from '../../src/expr.ts';
import { gradient, inference, input, mul, sum } from '../../src/index.ts';
import type { Slide } from '../../src/ops/windows-geometry.ts';
import { convolve } from '../../src/ops/convolve.ts';
import { plainNumbers } from './numbers.ts';

interface Case {
  readonly what: string;
  readonly channels: number;
  readonly filters: number;
  readonly sizes: readonly number[];
  readonly kernel: readonly number[];
  readonly slide?: Partial<Slide>;
  readonly groups?: number;
}

const plain: Slide = { stride: 1, low: 0, high: 0, dilation: 1, spread: 1 };

const cases: readonly Case[] = [
  {
    what: 'padded to the same size',
    channels: 3,
    filters: 8,
    sizes: [12, 12],
    kernel: [3, 3],
    slide: { low: 1, high: 1 },
  },
  { what: 'without padding', channels: 3, filters: 5, sizes: [9, 11], kernel: [3, 3] },
  {
    what: 'with a stride of 2',
    channels: 4,
    filters: 8,
    sizes: [12, 12],
    kernel: [3, 3],
    slide: { low: 1, high: 1, stride: 2 },
  },
  {
    what: 'with a stride of 3',
    channels: 2,
    filters: 4,
    sizes: [10, 13],
    kernel: [3, 3],
    slide: { low: 1, high: 1, stride: 3 },
  },
  {
    what: 'with a large window',
    channels: 2,
    filters: 6,
    sizes: [10, 7],
    kernel: [5, 5],
    slide: { low: 2, high: 2 },
  },
  {
    what: 'with a dilated window',
    channels: 3,
    filters: 7,
    sizes: [9, 9],
    kernel: [2, 2],
    slide: { low: 1, high: 1, dilation: 2 },
  },
  {
    what: 'of spread elements',
    channels: 3,
    filters: 4,
    sizes: [5, 6],
    kernel: [4, 4],
    slide: { low: 2, high: 2, spread: 2 },
  },
  { what: 'with windows of one element', channels: 5, filters: 4, sizes: [6, 6], kernel: [1, 1] },
  { what: 'along one axis', channels: 3, filters: 6, sizes: [17], kernel: [4], slide: { low: 2, high: 2 } },
  {
    what: 'along three axes',
    channels: 2,
    filters: 4,
    sizes: [4, 5, 6],
    kernel: [3, 3, 3],
    slide: { low: 1, high: 1 },
  },
  {
    what: 'in groups',
    channels: 4,
    filters: 4,
    sizes: [8, 8],
    kernel: [3, 3],
    slide: { low: 1, high: 1 },
    groups: 2,
  },
  {
    what: 'of channels one by one',
    channels: 4,
    filters: 8,
    sizes: [7, 6],
    kernel: [3, 3],
    slide: { low: 1, high: 1 },
    groups: 4,
  },
];

interface Built {
  readonly lowered: Lowered;
  readonly emitted: StepModule;
}

/** Predicts a convolution and both of its gradients. */
function build(of: Case, dtype: FloatDType, target: TargetName = 'wasm'): Built {
  const { channels, filters, sizes, kernel, slide, groups = 1 } = of;
  const x = input('x', ['N', channels, ...sizes], dtype) as Expr;
  const w = input('w', [filters, channels / groups, ...kernel], dtype) as Expr;
  const y = convolve(
    x,
    w,
    kernel.map(() => ({ ...plain, ...slide })),
    groups,
  );
  const g = input('g', y.shape as number[], dtype) as Expr;
  const weighted = sum(mul(y as never, g as never)) as never;
  const outputs = {
    y,
    dx: gradient(weighted, x as never) as Expr,
    dw: gradient(weighted, w as never) as Expr,
  };
  const program = inference({ outputs });
  return { lowered: lower(optimize(program)), emitted: compile(program, { target }) };
}

function outputsOf(module: StepModule, N: number): Record<string, number[]> {
  const data = module.manifest.inputs.map(({ name, shape }, i) => {
    const actual = shape.map((size) => (typeof size === 'number' ? size : N));
    const count = actual.reduce((total, size) => total * size, 1);
    return [name, { data: plainNumbers(count, i + 1), shape: actual }] as const;
  });
  const outputs = module.create({ capacity: { N } }).predict(Object.fromEntries(data));
  return Object.fromEntries(Object.entries(outputs).map(([name, { data: numbers }]) => [name, [...numbers]]));
}

describe.each<TargetName>(['js', 'wasm'])('convolutions as %s', (target) => {
  for (const of of cases) {
    for (const dtype of ['float32', 'float64'] as const) {
      test(`${of.what}, of ${dtype}, have the bits of the scalar interpreter, derivatives too`, () => {
        const { lowered, emitted } = build(of, dtype, target);
        for (const N of [1, 5])
          expect(outputsOf(emitted, N)).toEqual(outputsOf(interpretedModule(lowered), N));
      });
    }
  }
});

describe('convolutions in WebAssembly', () => {
  for (const of of cases.filter(({ groups, kernel }) => !groups && kernel[0] !== 1)) {
    test(`${of.what} are recognized by what they compute`, () => {
      const kernels = build(of, 'float32').lowered.entries.flatMap(entryKernels);
      const found = kernels.filter(({ kernel }) =>
        kernel.body.some((statement) => statement.kind === 'loop' && matchConvolution(statement) !== null),
      );
      expect(found).toHaveLength(3);
    });
  }
});
