import { describe, expect, test } from 'vitest';
import { emittedTargets, engineFor } from './engine.ts';
import { judge } from './replay.ts';
import type { Verdict } from './report.ts';
import { readSuite } from './suite.ts';

const suite = readSuite('test/parity/fixtures');
const engines = Object.fromEntries(emittedTargets.map((target) => [target, engineFor(target)]));
const kinds = [...new Set(suite.cases.map(({ kind }) => kind))];

describe(`what PyTorch computes holds on ${emittedTargets.join(' and ')}`, () => {
  for (const kind of kinds) {
    const cases = suite.cases.filter((each) => each.kind === kind);
    test(`in ${cases.length} cases of kind ${kind}`, { timeout: 60_000 }, async () => {
      const verdicts: Verdict[] = [];
      for (const each of cases) verdicts.push(await judge(each, engines, suite));
      const failures = verdicts.filter(({ status }) => status === 'fail');
      expect(failures.map(({ id, reason }) => `${id}: ${reason}`)).toEqual([]);
    });
  }
});
