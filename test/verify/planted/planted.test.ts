import { describe, expect, test } from 'vitest';
import { hunt, nameOf } from './bug.ts';
import type { Finding, Part, PlantedBug } from './bug.ts';
import { parts, tableOf } from './planted.ts';

/** How many bugs of each part are hunted here; `npm run planted` hunts all. */
const perPart = 8;

/** Bugs spread over the whole list. */
function sample(bugs: readonly PlantedBug[]): PlantedBug[] {
  const stride = Math.max(1, Math.floor(bugs.length / perPart));
  return bugs.filter((_, i) => i % stride === 0).slice(0, perPart);
}

describe('planted bugs', () => {
  const findings: Finding[] = [];

  test.each(Object.keys(parts) as Part[])(
    '%s: all of a sample are found through the public interface',
    (part) => {
      const found = sample(parts[part]()).map(hunt);
      findings.push(...found);
      const missed = found.filter(({ outcome }) => outcome === 'missed').map(({ bug }) => nameOf(bug));
      expect(missed).toEqual([]);
      expect(found.filter(({ outcome }) => outcome === 'caught').length).toBeGreaterThanOrEqual(4);
    },
  );

  test('shrink to at most 4 nodes in the median', () => {
    const nodes = findings.flatMap(({ nodes: count }) => count ?? []).sort((a, b) => a - b);
    expect(nodes.length).toBeGreaterThan(10);
    expect(nodes[Math.floor(nodes.length / 2)]).toBeLessThanOrEqual(4);
  });

  test('are told in a table, with a dash where no reproducer is printed', () => {
    const optimizers = findings.filter(({ bug }) => bug.part === 'optimizer');
    expect(tableOf(optimizers)).toMatch(/^optimizer .* -$/m);
    expect(tableOf(findings)).not.toContain('NaN');
  });
});
