/** Replays cases of the parity suite through the reference interpreter, at the suite's tolerance. */
import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { DType, Expr } from 'adjoint';
import { gradient } from 'adjoint';
import { evaluate, given } from './check.ts';
import type { Float, Point } from './check.ts';
import { add, mul, sum } from 'adjoint';

type Datum = number | 'NaN' | 'Infinity' | '-Infinity';
interface Data {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'float64' | 'float32' | 'int64' | 'bool';
  readonly data: readonly Datum[];
}
interface Case {
  readonly id: string;
  readonly op: string;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly inputs: readonly Data[];
  readonly outputs: readonly Data[];
  readonly cotangents: readonly (readonly Datum[] | null)[];
  readonly grads: readonly (readonly Datum[] | null)[];
  readonly tol?: { readonly rtol: number; readonly atol: number };
}

interface Row {
  build(inputs: Readonly<Record<string, Float>>, attrs: Readonly<Record<string, unknown>>): readonly Expr[];
}

/** Makes the outputs of an operation. A method, so that a row may say which inputs and attributes it reads. */
export type Build = Row['build'];

const folder = new URL('../parity/fixtures/', import.meta.url);
const dtypes: Readonly<Record<Data['dtype'], DType>> = {
  float64: 'float64',
  float32: 'float32',
  int64: 'int32',
  bool: 'bool',
};

function casesOf(op: string): Case[] {
  return readdirSync(folder)
    .filter((file) => /^ops-.*\.json$/.test(file))
    .flatMap((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Case[])
    .filter((item) => item.op === op);
}

function expectNumbers(
  what: string,
  actual: readonly number[],
  expected: readonly Datum[],
  { rtol, atol }: { readonly rtol: number; readonly atol: number },
): void {
  expect(actual.length, what).toBe(expected.length);
  expected.forEach((datum, i) => {
    const [a, b] = [actual[i] ?? Number.NaN, Number(datum)];
    const fits = Object.is(a, b) || a === b || Math.abs(a - b) <= atol + rtol * Math.abs(b);
    expect(fits, `${what}[${i}] is ${a}, not ${b}`).toBe(true);
  });
}

function replay(item: Case, build: Build): void {
  const points = item.inputs.map(({ name, shape, dtype, data }): Point =>
    given(name, shape, data.map(Number), dtypes[dtype]),
  );
  const byName = Object.fromEntries(item.inputs.map(({ name }, i) => [name, points[i]?.expr as Float]));
  const outputs = build(byName, item.attrs);
  const weights = item.outputs.map(({ shape }, i) =>
    given(`cotangent${i}`, shape, (item.cotangents[i] ?? []).map(Number), 'float64'),
  );
  const terms = outputs.flatMap((output, i) =>
    item.cotangents[i] ? [sum(mul(output as Float, weights[i]?.expr as Float)) as Expr<[], 'float64'>] : [],
  );
  const value = terms.length > 0 ? terms.reduce((a, b) => add(a, b)) : null;
  const wanted = item.grads.flatMap((grad, i) => (grad ? [i] : []));
  const slopes = value ? wanted.map((i) => gradient(value, points[i]?.expr as Float)) : [];
  const results = evaluate([...outputs, ...slopes], [...points, ...weights]);
  const tolerance = item.tol ?? { rtol: 1e-9, atol: 1e-10 };
  expect(outputs.length).toBe(item.outputs.length);
  item.outputs.forEach(({ name, shape, data }, i) => {
    expect(results[i]?.shape, name).toEqual(shape);
    expectNumbers(name, results[i]?.data ?? [], data, tolerance);
  });
  slopes.forEach((_, i) => {
    const which = wanted[i] ?? 0;
    const what = `gradient of ${item.inputs[which]?.name}`;
    expectNumbers(what, results[outputs.length + i]?.data ?? [], item.grads[which] ?? [], tolerance);
  });
}

/** One test for each row: all of the suite's cases of that operation. */
export function replayRows(rows: Readonly<Record<string, Build>>): void {
  for (const [op, build] of Object.entries(rows)) {
    const cases = casesOf(op);
    test(`${op} computes what PyTorch computes, in ${cases.length} cases`, () => {
      expect(cases.length).toBeGreaterThan(0);
      for (const item of cases) {
        try {
          replay(item, build);
        } catch (error) {
          throw new Error(`${item.id}: ${error instanceof Error ? error.message : String(error)}`, {
            cause: error,
          });
        }
      }
    });
  }
}
