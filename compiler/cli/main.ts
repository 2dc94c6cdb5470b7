#!/usr/bin/env node
/** The command line: `adjoint <command> ...`. */
import { AdjointError } from '../../src/errors.ts';
import { commands } from './commands.ts';
import { UsageError } from './usage.ts';

function usage(): string {
  const lines = Object.entries(commands).map(
    ([name, { summary }]) => `  adjoint ${name.padEnd(8)} ${summary}`,
  );
  return ['Usage:', ...lines, '', 'adjoint <command> --help tells more.'].join('\n');
}

async function main(args: readonly string[]): Promise<number> {
  const [name = '', ...rest] = args;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    const asked = name === '' || name === '--help' || name === '-h';
    (asked ? console.log : console.error)(
      asked ? usage() : `There is no command ${JSON.stringify(name)}.\n${usage()}`,
    );
    return asked ? 0 : 2;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    console.log(command.help);
    return 0;
  }
  return command.run(rest);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const known =
    error instanceof UsageError ||
    error instanceof AdjointError ||
    (error instanceof Error && 'code' in error);
  console.error(known ? (error as Error).message : error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
