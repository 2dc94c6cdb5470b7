import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { targetNames } from '../../compiler/compile.ts';
import { growCase } from '../../compiler/verify/arb/grow.ts';
import { targets } from '../../compiler/verify/targets.ts';
import { neverSeen, notCompiled } from './coverage.ts';
import { fastFault } from './fast.ts';
import { fastRows, inexactRules } from './fast-rows.ts';
import { exactRules } from './fewer-rewrites.ts';
import { drawForRun, fuzz } from './fuzz.ts';

const [runs, seed] = [2000, 20261];
const folder = new URL('regressions/', import.meta.url);

describe(`the fuzz, in ${runs} runs of seed ${seed}`, () => {
  const result = fuzz({ runs, seed, targets });
  const { coverage } = result;
  console.log(`fuzz: ${runs} runs, seed ${seed}\n${String(coverage)}`);

  it('finds the same bits on all targets and behind fewer rewrites, within rounding of the meaning', () => {
    const told = result.failures.map(({ run, lines, program }) =>
      [`run ${run}`, ...lines, program].join('\n'),
    );
    expect(told).toEqual([]);
    expect(result.compared).toBeGreaterThan(400_000);
    expect(result.skipped).toBeLessThan(result.compared / 20);
  });

  it('meets every operator at least 20 times', () => {
    const rare = [...coverage.byOperator()].filter(([, count]) => count < 20);
    expect(rare).toEqual([]);
  });

  it('compiles every operator but those that are gone before', () => {
    const left = Object.keys(notCompiled);
    expect(left.filter((name) => coverage.compiled.has(name))).toEqual([]);
    expect([...neverSeen].filter((name) => !left.includes(name))).toEqual([]);
  });

  it('tries most exact rewrite rules alone, where they fire', () => {
    expect(coverage.alone.size).toBeGreaterThan(0.7 * exactRules.length);
  });

  it('meets both float types, odd, named and empty sizes, and special numbers', () => {
    expect(coverage.oddShare).toBeGreaterThan(0.3);
    const traits = ['float32', 'float64', 'int32', 'bool', 'rank 0', 'size 0', 'named size'];
    const numbers = ['-0', 'NaN', 'infinity', 'subnormal'];
    const rare = [...traits, ...numbers].filter((trait) => (coverage.traits.get(trait) ?? 0) < 50);
    expect(rare).toEqual([]);
  });
});

describe('fast numerics, in 500 graphs', () => {
  const outcomes = Array.from({ length: 500 }, (_, run) =>
    fastFault(
      growCase(drawForRun(seed, run), { special: false, updates: false, rows: fastRows }),
      targetNames,
    ),
  );

  it('stay within what rounding explains', () => {
    expect(outcomes.flatMap(({ lines }) => lines)).toEqual([]);
    expect(outcomes.filter(({ finite }) => finite).length).toBeGreaterThan(300);
  });

  it('use every inexact rule', () => {
    const fired = new Set(outcomes.flatMap(({ finite, rules }) => (finite ? rules : [])));
    expect(inexactRules.map(({ name }) => name).filter((name) => !fired.has(name))).toEqual([]);
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
