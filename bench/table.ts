/** The table of a workload. */
import { showTable } from '../compiler/report/show.ts';
import type { Measured } from './measure.ts';

function showDuration(microseconds: number): string {
  if (microseconds >= 1000) return `${(microseconds / 1000).toFixed(2)} ms`;
  return `${microseconds.toFixed(microseconds < 10 ? 3 : 1)} us`;
}

/** One row for each contender: time, how many times that of `wasm`, and the loss that shows that the work is one. */
export function workloadTable(measured: readonly Measured[], lossAt: number): string {
  const base = measured.find(({ label }) => label === 'wasm') ?? measured[0];
  const rows = measured.map(({ label, numerics, microseconds, loss }) => [
    label,
    numerics,
    showDuration(microseconds),
    base ? (microseconds / base.microseconds).toFixed(2) : '',
    loss.toPrecision(8),
  ]);
  const columns = [
    { title: '', align: 'left' },
    { title: 'numerics', align: 'left' },
    { title: 'per step', align: 'right' },
    { title: `/ ${base?.label ?? ''}`, align: 'right' },
    { title: `loss of step ${lossAt}`, align: 'right' },
  ] as const;
  return showTable(columns, rows);
}
