import { describe, expect, test } from 'vitest';
import { emittedTargets, engineFor } from './engine.ts';
import { judge } from './replay.ts';
import { readSuite } from './suite.ts';

const suite = readSuite('test/parity/fixtures');
const engines = Object.fromEntries(emittedTargets.map((target) => [target, engineFor(target)] as const));

/** Every how manieth case of a kind is replayed here: `npm run parity` replays all. */
const strides: Readonly<Record<string, number>> = {
  op: 1,
  loss: 1,
  graph: 1,
  hvp: 1,
  optimizer: 1,
  scheduler: 1,
  clip: 1,
  init: 3,
  train: 3,
};

describe(`what PyTorch computes holds on ${emittedTargets.join(' and ')}`, () => {
  for (const [kind, stride] of Object.entries(strides)) {
    const all = suite.cases.filter((each) => each.kind === kind);
    const cases = all.filter((_, i) => i % stride === 0);
    test(`in ${cases.length} of ${all.length} cases of kind ${kind}`, { timeout: 120_000 }, async () => {
      const failures: string[] = [];
      for (const each of cases) {
        const { id, status, reason } = await judge(each, engines, suite);
        if (status !== 'pass') failures.push(`${id} ${status}: ${reason}`);
      }
      expect(failures).toEqual([]);
    });
  }
});
