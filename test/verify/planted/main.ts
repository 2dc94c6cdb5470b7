/**
 * Hunts every planted bug through the public interface: `npm run planted [-- --part lowering]`. Prints what was caught,
 * what was missed, and what is equivalent to the original.
 */
import { parseArgs } from 'node:util';
import { hunt, nameOf } from './bug.ts';
import type { Finding, Part } from './bug.ts';
import { parts, tableOf } from './planted.ts';

const { values } = parseArgs({
  options: { part: { type: 'string' }, verbose: { type: 'boolean', default: false } },
});
const chosen = (Object.keys(parts) as Part[]).filter(
  (part) => values.part === undefined || values.part === part,
);

const findings: Finding[] = [];
for (const part of chosen) {
  for (const bug of parts[part]()) {
    const finding = hunt(bug);
    findings.push(finding);
    if (values.verbose) console.log(finding.outcome, nameOf(bug), finding.nodes ?? '');
  }
}
console.log(tableOf(findings));
const caught = findings.filter(({ outcome }) => outcome === 'caught').length;
const missed = findings.filter(({ outcome }) => outcome === 'missed').length;
process.exitCode = caught / (caught + missed) >= 0.97 ? 0 : 1;
