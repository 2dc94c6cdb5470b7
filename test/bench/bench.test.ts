/** The bench does what it says: every contender of a workload trains alike. */
import { describe, expect, test } from 'vitest';
import { must } from '../../src/errors.ts';
import { coldTable } from '../../bench/cold.ts';
import { compiled } from '../../bench/contenders.ts';
import { runWorkload } from '../../bench/run.ts';
import { workloadTable } from '../../bench/table.ts';
import { workloads } from '../../bench/workloads.ts';

let now = 0;
/** A clock that moves on by itself, so that no sample waits. */
const options = { lossAt: 3, sample: 1, rounds: 1, clock: () => (now += 1) };
const named = (name: string) => workloads.filter((workload) => workload.name === name);

describe.each(['rosenbrock', 'linear', 'softmax', 'mlp'].flatMap(named))('$name', (workload) => {
  test('has the same loss in every way of training', async () => {
    const { measured, notes } = await runWorkload(workload, [], options);
    expect(notes).toEqual([]);
    expect(measured.length).toBeGreaterThanOrEqual(4);
    const [first] = measured;
    for (const { label, loss, numerics } of measured) {
      const isFast = label.includes('fast');
      expect(numerics.startsWith(isFast ? 'fast' : 'strict'), label).toBe(true);
      if (isFast || label === 'by hand (js)')
        expect(Math.abs(loss / (first?.loss ?? 0) - 1), label).toBeLessThan(1e-5);
      else expect(loss, label).toBe(first?.loss);
    }
    expect(workloadTable(measured, options.lossAt).split('\n')).toHaveLength(measured.length + 1);
  });
});

test('the convolutional network by hand follows the compiled one', async () => {
  const [workload] = named('cnn');
  const { start, contenders } = compiled(must(workload, 'cnn'));
  const js = contenders.find(({ label }) => label === 'js');
  const [ours, byHand] = [await js?.train(2), await workload?.hand?.(start)(2)];
  expect(Math.abs((byHand ?? Number.NaN) / (ours ?? 0) - 1)).toBeLessThan(1e-5);
});

test('every workload has a name and a line of its own', () => {
  expect(new Set(workloads.map(({ name }) => name)).size).toBe(workloads.length);
  expect(new Set(workloads.map(({ work }) => work)).size).toBe(workloads.length);
});

test('a fresh process finishes its first step', () => {
  const [, , ...rows] = coldTable(1).split('\n');
  expect(rows.map((row) => row.trim().split(/ {2,}/)[0])).toEqual([
    'import',
    'create',
    'first step',
    'in all',
    'second step',
  ]);
  for (const row of rows) expect(Number(row.trim().split(/ {2,}/)[1])).toBeGreaterThan(0);
});
