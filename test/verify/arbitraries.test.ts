import fc from 'fast-check';
import { compile } from 'adjoint/compiler';
import { arb, programOf, verify } from 'adjoint/verify';
import { describe, expect, test } from 'vitest';
import { postorder } from '../../src/walk.ts';

const seeded = { seed: 7, numRuns: 60 } as const;

describe('arbitraries', () => {
  test('draw shapes and tensors within their options', () => {
    const options = { minRank: 1, maxRank: 3, minSize: 2, maxSize: 5 };
    fc.assert(
      fc.property(arb.shape(options), (shape) => {
        expect(shape.length).toBeGreaterThanOrEqual(1);
        expect(shape.length).toBeLessThanOrEqual(3);
        expect(shape.every((size) => size >= 2 && size <= 5)).toBe(true);
      }),
      seeded,
    );
    fc.assert(
      fc.property(arb.tensor([2, 3], { range: [-1, 1] }), (elements) => {
        expect(elements).toHaveLength(6);
        expect(elements.every((x) => Math.abs(x) <= 1)).toBe(true);
      }),
      seeded,
    );
  });

  test('draw graphs and programs that compile', () => {
    fc.assert(
      fc.property(arb.graph(), (grown) => {
        compile(programOf(grown), { target: 'js' });
      }),
      seeded,
    );
    fc.assert(
      fc.property(arb.program({ layers: 2, width: 3 }), (model) => {
        verify.determinism(model.build(), { runs: 1 });
      }),
      { seed: 7, numRuns: 8 },
    );
  });

  test('shrink a graph to the operator at fault, and print it as a program', () => {
    const holds = fc.property(arb.graph({ steps: 12 }), ({ roots }) =>
      postorder(roots).every(({ op }) => op.name !== 'exp'),
    );
    const { failed, counterexample } = fc.check(holds, { seed: 7, numRuns: 500 });
    expect(failed).toBe(true);
    const [grown] = counterexample ?? [];
    expect(grown?.size).toBeLessThanOrEqual(2);
    expect(fc.stringify(grown)).toMatch(/^\nimport \{.*exp.*\} from 'adjoint';\n/);
  });

  test('shrink programs to one layer', () => {
    const holds = fc.property(arb.program({ layers: 5 }), (model) => !String(model).includes('nn.linear'));
    const { counterexample } = fc.check(holds, seeded);
    expect(counterexample?.[0].stages).toHaveLength(1);
  });

  test('shrink runs to one call', () => {
    const [of] = fc.sample(arb.program({ layers: 1 }), { seed: 1, numRuns: 1 });
    const program = of?.build();
    if (!program) throw new Error('no program was drawn');
    const holds = fc.property(arb.run(program, { calls: 6 }), ({ calls }) => calls.length === 0);
    expect(fc.check(holds, seeded).counterexample?.[0].calls).toHaveLength(1);
  });
});
