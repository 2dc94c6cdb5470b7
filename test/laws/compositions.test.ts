import { describe, expect, it } from 'vitest';
import * as activation from '../../src/ops/activation.ts';
import * as axes from '../../src/ops/axes.ts';
import * as combine from '../../src/ops/combine.ts';
import * as compare from '../../src/ops/compare.ts';
import * as einsum from '../../src/ops/einsum.ts';
import * as extremes from '../../src/ops/extremes.ts';
import * as norm from '../../src/ops/norm.ts';
import * as pad from '../../src/ops/pad.ts';
import * as parts from '../../src/ops/parts.ts';
import * as products from '../../src/ops/products.ts';
import * as publicBuilders from '../../src/ops/index.ts';
import * as resize from '../../src/ops/resize.ts';
import * as rounding from '../../src/ops/rounding.ts';
import { operators } from '../../src/ops/registry.ts';
import * as softmax from '../../src/ops/softmax.ts';
import * as take from '../../src/ops/take.ts';
import * as tiling from '../../src/ops/tiling.ts';
import * as triangle from '../../src/ops/triangle.ts';
import { compositions } from './compositions.ts';
import type { Composition } from './compositions.ts';
import { Draw, drawOperands, lawSeed } from './draw.ts';
import { compositionLaws } from './laws.ts';
import { pointAt } from './measure.ts';
import type { Point } from './measure.ts';

const modules: readonly Readonly<Record<string, unknown>>[] = [
  activation,
  axes,
  combine,
  compare,
  einsum,
  extremes,
  norm,
  pad,
  parts,
  products,
  resize,
  rounding,
  softmax,
  take,
  tiling,
  triangle,
];

/** Operands that keep apart from each other and from the kinks that compositions have at small whole numbers. */
function pointOf({ operands: specs, build }: Composition, label: string): Point {
  const draw = Draw.of(label);
  const [someOperator] = operators;
  if (!someOperator) throw new Error('there are no operators');
  const kinks = [-1, -0.5, 0, 0.1, 0.3, 0.5, 0.9, 1, 6];
  const operands = drawOperands({ ...someOperator, kinks }, { operands: specs, attrs: {} }, draw);
  return pointAt(build(...operands.map(({ leaf }) => leaf)), operands, draw);
}

const labeled = compositions.map((composition, i) => {
  const earlier = compositions.slice(0, i).filter(({ name }) => name === composition.name).length;
  return { composition, label: `${composition.name} composition ${earlier}` };
});

describe(`compositions, with operands drawn from seed ${lawSeed}`, () => {
  it('each public function of these modules is an operator or has a row', () => {
    const known = new Set([...operators.map(({ name }) => name), ...compositions.map(({ name }) => name)]);
    const names = modules.flatMap((module) => Object.keys(module)).filter((name) => name in publicBuilders);
    expect(names.filter((name) => !known.has(name))).toEqual(['hardsigmoid']);
  });

  for (const { composition, label } of labeled) {
    const laws = compositionLaws.filter(({ appliesTo }) => appliesTo(pointOf(composition, label)));
    for (const { title, fault } of laws) {
      it(`${label}: ${title}`, () => {
        expect(fault(pointOf(composition, label))).toBeNull();
      });
    }
  }
});
