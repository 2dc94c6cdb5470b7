/**
 * Runs the fuzz without bound: `npm run fuzz -- --runs 20000 --seed 1 [--bisect] [--targets js,wasm] [--save]`. Prints
 * the rate, what was compared and skipped, and what the graphs were made of. `--save` keeps failures as
 * programs in test/fuzz/regressions, where they are tests from then on.
 */
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { targets } from '../../compiler/verify/targets.ts';
import type { FuzzFailure } from './fuzz.ts';
import { fuzz } from './fuzz.ts';
import { saveFailure } from './save.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    targets: { type: 'string', default: targets.map(({ name }) => name).join(',') },
    bisect: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
  },
});

const folder = 'test/fuzz/regressions';
const seed = Number(values.seed);
const names = values.targets.split(',');
const chosen = targets.filter(({ name }) => names.includes(name));

function printFailures(failures: readonly FuzzFailure[]): void {
  const shown = new Map<string, number>();
  for (const failure of failures) {
    const before = shown.get(failure.kind) ?? 0;
    shown.set(failure.kind, before + 1);
    if (before >= 3) continue;
    if (values.save) saveFailure(folder, seed, failure);
    console.log(`\nrun ${failure.run}, seed ${seed}: ${failure.kind}, ${failure.nodes} nodes`);
    console.log(failure.lines.map((line) => `  ${line}`).join('\n'));
    if (failure.program !== null) console.log(failure.program);
  }
  for (const [kind, times] of shown) console.log(`${times} times: ${kind}`);
}

const started = performance.now();
const rate = (done: number): string => (done / ((performance.now() - started) / 1000)).toFixed(1);
const result = fuzz({
  runs: Number(values.runs),
  seed,
  targets: chosen,
  bisect: values.bisect,
  onRun: (done) => {
    if (done % 1000 === 0) console.log(`${done} runs, ${rate(done)} graphs per second`);
  },
});
printFailures(result.failures);
console.log(String(result.coverage));
const { runs, compared, skipped, failures } = result;
const share = ((100 * skipped) / Math.max(1, compared + skipped)).toFixed(2);
console.log(
  `${runs} runs of seed ${seed} on ${names.join(', ')}: ${failures.length} mismatches; ` +
    `${compared} numbers compared with their meaning, ${skipped} skipped (${share} %); ${rate(runs)} graphs per second`,
);
process.exitCode = failures.length > 0 ? 1 : 0;
