import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { targets } from '../../compiler/verify/targets.ts';
import { operators } from '../../src/ops/registry.ts';
import { fuzz } from './fuzz.ts';

const [runs, seed] = [300, 20261];
const folder = new URL('regressions/', import.meta.url);

describe('the fuzz', () => {
  it(`finds the same bits on all targets, within rounding of the meaning, in ${runs} runs of seed ${seed}`, () => {
    const result = fuzz({ runs, seed, targets });
    const told = result.failures.map(({ run, lines, program }) =>
      [`run ${run}`, ...lines, program].join('\n'),
    );
    expect(told).toEqual([]);
    expect(result.compared).toBeGreaterThan(10_000);
    expect(result.skipped).toBeLessThan(result.compared / 5);
  });

  it('grows every operator that is lowered', () => {
    const lowered = operators.filter(({ lowering }) => !['expanded', 'leaf'].includes(lowering.kind));
    expect(lowered.length).toBeGreaterThan(50);
  });
});

describe('what the fuzz found once', () => {
  const files = readdirSync(folder).filter((file) => file.endsWith('.js'));
  it.each(files)('%s holds', async (file) => {
    await import(new URL(file, folder).href);
  });
  it('is kept as programs', () => {
    expect(files.length).toBeGreaterThan(0);
  });
});
