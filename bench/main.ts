/** `npm run bench [-- names] [--cpu] [--quick]`: training steps beside those of others, and kernels beside the peak. */
import { parseArgs } from 'node:util';
import { compileTable } from './compile.ts';
import { coldTable } from './cold.ts';
import { clocks } from './measure.ts';
import { loadPeers } from './peers.ts';
import { runWorkload } from './run.ts';
import { workloadTable } from './table.ts';
import { workloads } from './workloads.ts';

const help = `npm run bench [-- names] [--cpu] [--quick]

Times training steps, least of all rounds; contenders take turns, so that noise meets all alike.
Names choose among: ${workloads.map(({ name }) => name).join(', ')}.

  --cpu    time of the processor instead of the wall: for a machine that others keep busy
  --quick  fewer and shorter rounds
  compile  times of compilation, by part
  kernels  single kernels beside the peak of 128-bit multiplications and additions
  cold     fresh processes, from the import of an emitted module to its first finished step

Peers come with: npm install --prefix bench`;

const { values, positionals } = parseArgs({
  options: { cpu: { type: 'boolean' }, quick: { type: 'boolean' }, help: { type: 'boolean' } },
  allowPositionals: true,
});

const quick = values.quick ?? false;
const options = {
  lossAt: 10,
  sample: quick ? 20 : 200,
  rounds: quick ? 3 : 15,
  clock: values.cpu ? clocks.cpu : clocks.wall,
};

async function main(): Promise<void> {
  const known = new Set([...workloads.map(({ name }) => name), 'compile', 'kernels', 'cold']);
  const unknown = positionals.filter((name) => !known.has(name));
  if (unknown.length > 0 || values.help) {
    console.log([...unknown.map((name) => `There is no workload ${name}.`), help].join('\n'));
    process.exitCode = unknown.length > 0 ? 2 : 0;
    return;
  }
  const chosen = workloads.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const { found, notes } = chosen.length > 0 ? await loadPeers() : { found: [], notes: [] };
  const clock = values.cpu ? 'processor time' : 'wall time';
  console.log(`Node ${process.version}; ${clock}, the least of ${options.rounds} rounds`);
  for (const note of notes) console.log(note);
  for (const workload of chosen) {
    const result = await runWorkload(workload, found, options);
    console.log(`\n${workload.work}`);
    for (const note of result.notes) console.log(note);
    console.log(workloadTable(result.measured, options.lossAt));
  }
  if (positionals.includes('compile')) console.log(`\n${compileTable(quick ? 3 : 10, options.clock)}`);
  if (positionals.includes('cold')) console.log(`\n${coldTable(quick ? 5 : 20)}`);
  if (positionals.includes('kernels')) {
    // The kernels read the command line themselves: nothing is chosen, so all are measured.
    process.argv.length = 2;
    await import('./kernels.ts');
  }
}

await main();
