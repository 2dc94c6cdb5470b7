import { describe, expect, it } from 'vitest';
import type { Op } from '../../src/ops/define.ts';
import { operators } from '../../src/ops/registry.ts';
import { lawCases, lawSeed } from './draw.ts';
import { operatorLaws, pointOf } from './laws.ts';

/** Its first operand is what it says of the others: it is tried where it is built. */
const triedElsewhere: readonly string[] = ['standardized'];

/** Whether the laws here must try it: not a leaf that reads from outside, not gone before the interpreter, no loop. */
const isTried = ({ name, lowering }: Op): boolean =>
  !['leaf', 'expanded', 'scan'].includes(lowering.kind) &&
  !name.startsWith('scan') &&
  !triedElsewhere.includes(name);

describe(`operators, with operands drawn from seed ${lawSeed}`, () => {
  it('all have examples, but for leaves, loops and what is gone before the interpreter', () => {
    const missing = operators.filter((op) => isTried(op) && !op.examples);
    expect(missing.map(({ name }) => name)).toEqual([]);
  });

  it('have names of their own', () => {
    const names = operators.map(({ name }) => name);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  for (const test of lawCases(operators)) {
    const laws = operatorLaws.filter(({ appliesTo }) => appliesTo(pointOf(test)));
    for (const { title, fault } of laws) {
      it(`${test.label}: ${title}`, () => {
        expect(fault(pointOf(test))).toBeNull();
      });
    }
  }
});
