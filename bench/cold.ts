/** Cold starts: how long a fresh process takes from the import of an emitted module to its first finished step. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { emit } from '../compiler/compile.ts';
import { showTable } from '../compiler/report/show.ts';
import { mlp } from './workloads-networks.ts';

const columns = [
  { title: '', align: 'left' },
  { title: 'ms', align: 'right' },
] as const;

/** What a process prints: milliseconds of each part, in this order, and their sum. */
const parts = ['import', 'create', 'first step', 'in all', 'second step'] as const;

/** The program of a process: nothing but the module that is measured. */
const child = (module: string, batch: string): string => `
const batch = ${batch};
const start = performance.now();
const { create } = await import(${JSON.stringify(module)});
const imported = performance.now();
const step = create({ capacity: { N: 64 } });
const created = performance.now();
step.step(batch);
const first = performance.now();
step.step(batch);
const second = performance.now();
console.log(JSON.stringify([imported - start, created - imported, first - created, first - start, second - first]));
`;

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** Emits the multilayer perceptron, runs it in fresh processes, and shows the medians. */
export function coldTable(processes: number): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'adjoint-cold-'));
  try {
    const module = path.join(folder, 'step.mjs');
    const script = path.join(folder, 'child.mjs');
    const { code } = emit(mlp.program());
    const shapes = Object.entries(mlp.batch()).map(([name, { data }]) => {
      return `${JSON.stringify(name)}: new ${data.constructor.name}(${data.length})`;
    });
    writeFileSync(module, code);
    writeFileSync(script, child(pathToFileURL(module).href, `{ ${shapes.join(', ')} }`));
    const rows = Array.from({ length: processes }, (): readonly number[] =>
      JSON.parse(execFileSync(process.execPath, [script], { encoding: 'utf8' })),
    );
    const medians = parts.map((part, i) => [
      part,
      median(rows.map((row) => row[i] ?? Number.NaN)).toFixed(1),
    ]);
    const title = `Cold: ${mlp.work}; ${code.length} characters, medians of ${processes} processes`;
    return `${title}\n${showTable(columns, medians)}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
