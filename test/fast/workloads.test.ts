import { describe, expect, test } from 'vitest';
import { compile } from '../../compiler/index.ts';
import type { CompileOptions } from '../../compiler/index.ts';
import { workloads } from '../../bench/workloads.ts';
import type { Workload } from '../../bench/workload.ts';
import { withRelaxedSimd } from './relaxed-simd.ts';

const steps = 8;

/** The losses of a workload's first steps. */
function lossesOf({ program, batch, rows }: Workload, options: CompileOptions): number[] {
  const step = compile(program(), options).create({ capacity: rows === null ? {} : { N: rows }, seed: 0 });
  const given = batch();
  return Array.from({ length: steps }, () => step.step(given).loss);
}

describe.each(workloads)('$work', (workload) => {
  test.each([false, true])(
    'loses as much in fast numerics as in strict, relaxed SIMD %s',
    async (relaxed) => {
      const strict = lossesOf(workload, {});
      const fast = await withRelaxedSimd(relaxed, () => lossesOf(workload, { numerics: 'fast' }));
      fast.forEach((loss, i) =>
        expect(Math.abs(loss / (strict[i] ?? 0) - 1), `step ${i}`).toBeLessThan(2e-5),
      );
    },
  );
});
