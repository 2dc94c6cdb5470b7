import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { mul } from '../../src/ops/arithmetic.ts';
import type { Op } from '../../src/ops/define.ts';
import { lawCases } from './draw.ts';
import { isru } from './isru.ts';
import { operatorLaws, pointOf } from './laws.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

/** The titles of the laws that some example of an operator breaks. */
function broken(op: Op): string[] {
  const points = lawCases([op]).map(pointOf);
  return operatorLaws
    .filter(({ appliesTo, fault }) => points.some((point) => appliesTo(point) && fault(point) !== null))
    .map(({ title }) => title);
}

describe('the worked example of an operator', () => {
  it('stands in the documentation as it is tested here', () => {
    const [, literal] = read('./isru.ts').split(/(?=\/\*\* x \/ sqrt)/);
    expect(literal).toBeDefined();
    expect(read('../../docs/adding-an-operator.md')).toContain(literal);
  });

  it('keeps every law', () => {
    expect(broken(isru.op)).toEqual([]);
  });

  it('breaks the laws of derivatives with a wrong derivative', () => {
    const wrong: Op = { ...isru.op, vjp: (g, node) => [mul(g, node)] };
    expect(broken(wrong)).toEqual([
      'reverse mode agrees with dual numbers',
      'forward mode agrees with dual numbers',
      'the derivative of the derivative agrees with dual numbers of dual numbers',
    ]);
  });

  it('breaks the law of lowerings with a wrong kernel', () => {
    const wrong: Op = {
      ...isru.op,
      lowering: { kind: 'elementwise', scalar: ([x]) => x as NonNullable<typeof x> },
    };
    expect(broken(wrong)).toEqual(['the kernel computes what the meaning says']);
  });

  it('breaks the law of shapes with a wrong shape rule', () => {
    const wrong: Op = { ...isru.op, infer: () => ({ shape: [7], dtype: 'float64' }) };
    expect(() => broken(wrong)).toThrowError(/elements for shape \[7\]/);
  });
});
