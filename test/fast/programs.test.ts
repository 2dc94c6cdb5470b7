import { describe, expect, test } from 'vitest';
import { showDifference } from '../../compiler/verify/run/show.ts';
import { drawnRun, runFast } from './programs.ts';
import { withRelaxedSimd } from './relaxed-simd.ts';

const [runs, seed] = [60, 20_261];

const ways = [
  ['wasm', false],
  ['wasm', true],
  ['js', false],
] as const;

describe.each(ways)('fast numerics of %s, relaxed SIMD %s', (target, relaxed) => {
  test(`stay within the bound of fast rounding in ${runs} runs of seed ${seed}`, async () => {
    const told: string[] = [];
    let [compared, skipped] = [0, 0];
    for (let number = 0; number < runs; number++) {
      const { program, run } = drawnRun(seed, number);
      const { difference, tally } = await withRelaxedSimd(relaxed, () => runFast(program, run, target));
      if (difference) told.push([`run ${number}`, ...showDifference(difference)].join('\n'));
      compared += tally.compared;
      skipped += tally.skipped;
    }
    expect(told).toEqual([]);
    expect(compared).toBeGreaterThan(1000);
    expect(skipped).toBeLessThan(compared);
  });
});
