import { describe, expect, test } from 'vitest';
import { must } from '../../src/errors.ts';
import type { DType } from '../../src/dtype.ts';
import { print } from '../../src/print.ts';
import { postorder } from '../../src/walk.ts';
import { intern } from '../../compiler/intern.ts';
import { allRules, runStage } from '../../compiler/rewrite/stages.ts';
import { fold } from '../../compiler/rewrite/fold.ts';
import { totalWork } from '../../compiler/rewrite/work.ts';
import { drawFrom } from '../../compiler/verify/draw.ts';
import { examples, inputs } from './local-examples.ts';
import { compiled, meaning, sameBits } from './run.ts';
import { element, tame } from './values.ts';

const seed = 7;
const rounds = 4;
const rules = allRules.filter(({ law }) => law === null);

function dataFor(draw: (dtype: DType) => number): Record<string, number[]> {
  return Object.fromEntries(
    inputs.map(({ slot, shape, dtype }) => {
      const count = shape.reduce<number>((total, size) => total * Number(size), 1);
      return [slot?.kind === 'input' ? slot.name : '', Array.from({ length: count }, () => draw(dtype))];
    }),
  );
}

const close = (x: number, y: number | undefined): boolean =>
  y !== undefined && (Object.is(x, y) || Math.abs(x - y) <= 1e-5 * (1 + Math.abs(x)));

test('every rule that depends on attributes or shapes has an example, and every example a rule', () => {
  expect(Object.keys(examples).toSorted()).toEqual(rules.map(({ name }) => name).toSorted());
});

describe.each(rules)('$name', (rule) => {
  const before = intern(must(examples[rule.name], 'example'));
  const fired: string[] = [];
  const after = before.map((root) => {
    const [rewritten] = runStage({ name: rule.name, rules: [rule, ...fold] }, [root], (firing) => {
      if (firing.rule === rule.name) fired.push(print(root));
    });
    return must(rewritten, 'root');
  });

  test('fires on its examples, keeps shape and element type, and costs no more', () => {
    before.forEach((root, i) => {
      const by = must(after[i], 'root');
      expect(fired).toContain(print(root));
      expect([by.shape, by.dtype]).toEqual([root.shape, root.dtype]);
      expect(totalWork(postorder([by]))).toBeLessThanOrEqual(totalWork(postorder([root])));
    });
  });

  test(`keeps ${rule.exact ? 'every bit' : 'the values, nearly'} (seed ${seed})`, () => {
    const draw = drawFrom(seed);
    const inJavaScript = compiled([...before, ...after]);
    for (let round = 0; round < rounds; round++) {
      const data = dataFor((dtype) => (rule.exact ? element : tame)(draw, dtype));
      for (const values of [inJavaScript(data), meaning([...before, ...after], data)]) {
        before.forEach((root, i) => {
          const [x, y] = [must(values[i], 'before'), must(values[before.length + i], 'after')];
          const equal = rule.exact ? sameBits(x, y) : x.every((value, j) => close(value, y[j]));
          expect(equal, `${x.join(' ')} and ${y.join(' ')} in\n${print(root)}`).toBe(true);
        });
      }
    }
  });
});
