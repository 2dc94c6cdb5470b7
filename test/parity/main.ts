/**
 * Replays a folder of cases and prints the line `PARITY {...}`. PARITY_DIR names the folder, PARITY_REPORT a file for
 * the reasons of all cases that did not pass. The exit code is 1 when a case fails.
 */
import { writeFileSync } from 'node:fs';
import { engineFor } from './engine.ts';
import { parseOptions } from './options.ts';
import { judge } from './replay.ts';
import type { Verdict } from './report.ts';
import { parityLine, reportText } from './report.ts';
import { readSuite } from './suite.ts';

const { PARITY_DIR = 'test/parity/fixtures', PARITY_REPORT } = process.env;
const { targets, chosen } = parseOptions(process.argv.slice(2));
const suite = readSuite(PARITY_DIR);
const engines = Object.fromEntries(targets.map((target) => [target, engineFor(target)] as const));

const verdicts: Verdict[] = [];
for (const test of suite.cases.filter(chosen)) {
  const verdict = await judge(test, engines, suite);
  if (verdict.status === 'fail') console.error(`${verdict.id}: ${verdict.reason}`);
  verdicts.push(verdict);
}
if (PARITY_REPORT) writeFileSync(PARITY_REPORT, reportText(verdicts));
console.log(parityLine(verdicts));
process.exitCode = verdicts.some(({ status }) => status === 'fail') ? 1 : 0;
