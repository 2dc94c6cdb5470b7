import { describe, expect, it } from 'vitest';
import { operators } from '../../src/ops/registry.ts';
import { Draw, applyExample, drawOperands, lawCases, lawSeed } from './draw.ts';
import { runLowering } from './lowering.ts';
import { evaluate, relative } from './measure.ts';

/** These compute float32 in their meaning too, or draw it. */
const float32Steps: readonly string[] = ['random'];

describe(`lowerings, with operands drawn from seed ${lawSeed}`, () => {
  for (const { op, example, label } of lawCases(operators)) {
    it(`${label}: the kernel computes what the meaning says`, () => {
      const operands = drawOperands(op, example, Draw.of(label));
      const node = applyExample(op, example, operands);
      const computed = runLowering(
        node,
        operands.map(({ data }) => data),
      );
      if (computed === null) return expect(['leaf', 'scan', 'expanded']).toContain(op.lowering.kind);
      const [expected = []] = evaluate([node], operands);
      expect(computed).toHaveLength(expected.length);
      const tolerance = float32Steps.includes(op.name) ? 0 : 1e-14;
      computed.forEach((actual, i) => {
        expect(relative(actual, expected[i] ?? Number.NaN), `element ${i}: ${actual}`).toBeLessThanOrEqual(
          tolerance,
        );
      });
    });
  }
});
