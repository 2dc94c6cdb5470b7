import { expect, test } from 'vitest';
import { add, inference, input, mul, sum } from '../../src/index.ts';
import { compile } from '../../compiler/index.ts';
import { optimize } from '../../compiler/pipeline.ts';
import { printGraph } from '../../src/print.ts';
import type { Float } from '../../compiler/rewrite/rule.ts';

const x = input('x', [4]) as unknown as Float;
const y = input('y', [4]) as unknown as Float;
const program = inference({ outputs: { total: sum(add(mul(x, 0.1), mul(y, 0.1))) } });

test('strict numerics are the default and run no inexact rule', () => {
  const fired: string[] = [];
  optimize(program, (_pass, _program, firings) => fired.push(...firings.map(({ rule }) => rule)));
  expect(fired).not.toContain('factor-common');
  expect(compile(program).manifest.numerics).toBe('strict');
});

test('fast numerics factor a common term out, and move the scale to the smaller side', () => {
  const { predict } = optimize(program, () => {}, { numerics: 'fast' });
  expect(predict && printGraph(predict)).toBe(`%0 [4] float32 = input("x")
%1 [4] float32 = input("y")
%2 [4] float32 = add(%0, %1)
%3 [] float32 = sum(%2, axes=[0])
%4 [] float32 = constant(value=0.10000000149011612)
%5 [] float32 = mul(%3, %4)
output total = %5
`);
});

test('fast modules say so and compute nearly the same', () => {
  const batch = { x: [1, 2, 3, 4], y: [0.5, 0.25, 0.125, 8] };
  const [strict, fast] = (['strict', 'fast'] as const).map((numerics) => compile(program, { numerics }));
  expect(fast?.manifest.numerics).toBe('fast');
  const [a, b] = [strict, fast].map(
    (module) => module?.create().predict(batch)['total']?.data[0] ?? Number.NaN,
  );
  expect(Math.abs((a ?? 0) - (b ?? 1))).toBeLessThan(1e-6);
});
