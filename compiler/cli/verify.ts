/** `adjoint verify`: checks a program's derivatives, targets, repetition, resumption and numbers. */
import { parseArgs } from 'node:util';
import { AdjointError } from '../../src/errors.ts';
import { targets, verify } from '../verify/index.ts';
import { loadProgram } from './load.ts';
import type { Command } from './usage.ts';
import { UsageError } from './usage.ts';

const help = `adjoint verify program.ts [--runs 50] [--seed 42] [--target js] [--batch 5]

Checks the program that program.ts exports by default, and prints what was checked and what was left out:
derivatives against dual numbers and differences, targets against the interpreters, repeated and resumed
runs bit by bit, finite numbers. A failure prints a TypeScript program that shows it.

  -r, --runs n       random runs of each check; default 50
  -s, --seed n       where random choices start; default 42
  -t, --target name  only this target; default: every one
  -b, --batch n      the largest value of a named size; default 5

The exit code is 0 where everything passed, 1 where something failed or is inconclusive.`;

const options = {
  runs: { type: 'string', short: 'r', default: '50' },
  seed: { type: 'string', short: 's', default: '42' },
  target: { type: 'string', short: 't' },
  batch: { type: 'string', short: 'b', default: '5' },
} as const;

interface Parsed {
  readonly file: string;
  readonly runs: number;
  readonly seed: number;
  readonly largest: number;
  readonly target: string | undefined;
}

function whole(name: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new UsageError(`--${name} is ${JSON.stringify(text)}: give a whole number from ${least} on.`);
}

function parse(args: readonly string[]): Parsed {
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${help}`);
  }
  const { values, positionals } = parsed;
  const [file, ...rest] = positionals;
  if (file === undefined || rest.length > 0) throw new UsageError(`Name one program file.\n\n${help}`);
  return {
    file,
    runs: whole('runs', values.runs, 1),
    seed: whole('seed', values.seed, 0),
    largest: whole('batch', values.batch, 1),
    target: values.target,
  };
}

async function run(args: readonly string[]): Promise<number> {
  const { file, runs, seed, largest, target } = parse(args);
  const chosen = targets.filter(({ name }) => target === undefined || name === target);
  if (chosen.length === 0) {
    const known = `targets: ${targets.map(({ name }) => name).join(', ')}`;
    throw new AdjointError('E-COMPILE-TARGET', `there is no target ${JSON.stringify(target)}`, [known]);
  }
  const report = verify.inspect(await loadProgram(file), { runs, seed, largest, targets: chosen });
  console.log(String(report));
  return report.passed ? 0 : 1;
}

export const verifyCommand: Command = {
  summary: 'check derivatives, targets and repeatability',
  help,
  run,
};
