/** One test for each check of a program, in whatever test runner there is. */
import type { Program } from '../../src/program.ts';
import { programChecks, settled } from './checks/program.ts';
import type { ProgramOptions } from './checks/program.ts';
import { Report, demand } from './report.ts';

/** `it` or `test` of vitest, node:test, Jest, Mocha and others. */
export type Test = (title: string, run: () => void) => unknown;

/** Declares the checks of `program` as tests: `verify.suite(it, program)`. */
export function suite(test: Test, of: Program, options: ProgramOptions = {}): void {
  for (const { name, run } of programChecks) {
    test(`${of.name}: ${name}`, () => {
      demand(new Report(of.name, settled(options).seed, run(of, options)));
    });
  }
}
