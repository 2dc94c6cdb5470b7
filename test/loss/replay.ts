/** Replays what PyTorch computes of losses, case by case, through the reference interpreter. */
import { readFileSync } from 'node:fs';
import { gradient, input, tensor } from 'adjoint';
import type { Expr } from 'adjoint';
import { float64Algebra } from '../../src/algebra/float64.ts';
import { interpret } from '../../src/interpret.ts';
import { expandGradients } from '../../compiler/differentiate/expand.ts';
import type { Slot } from '../../src/slot.ts';

type Numbers = readonly (number | string)[];

interface CaseTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'float64' | 'int64';
  readonly data: Numbers;
  readonly requires_grad?: boolean;
}

export interface LossCase {
  readonly id: string;
  readonly loss: string;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly inputs: readonly CaseTensor[];
  readonly cotangents: readonly (Numbers | null)[];
  readonly outputs: readonly CaseTensor[];
  readonly grads: readonly (Numbers | null)[];
}

/** The loss cases of the suite's own copy. */
export function lossCases(): readonly LossCase[] {
  const file = new URL('../parity/fixtures/losses.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as readonly LossCase[];
}

/** Builds a loss from the case's inputs by name and its attributes. */
export type Build = (inputs: Readonly<Record<string, Expr>>, attrs: LossCase['attrs']) => Expr;

/** How a case differs from what PyTorch computed: one line per number, none where it agrees. */
export function differences({ inputs, attrs, cotangents, outputs, grads }: LossCase, build: Build): string[] {
  const leaves = inputs.map(({ name, shape, dtype }) =>
    input(name, shape, dtype === 'int64' ? 'int32' : 'float64'),
  );
  const slots = new Map<Slot, number[]>(
    leaves.map((leaf, i) => [leaf.slot as Slot, (inputs[i]?.data ?? []).map(Number)]),
  );
  const value = build(Object.fromEntries(leaves.map((leaf, i) => [inputs[i]?.name, leaf])), attrs);
  const cotangent = tensor((cotangents[0] ?? []).map(Number), value.shape, 'float64');
  const total = (value as Expr<[2], 'float64'>).mul(cotangent as Expr<[2], 'float64'>).sum();
  const wanted = leaves.filter((_, i) => grads[i]);
  const roots = expandGradients([value, ...wanted.map((leaf) => gradient(total, leaf as typeof total))]);
  const results = interpret(float64Algebra, roots, { slots, sizes: {} });
  const names = ['value', ...wanted.map((leaf) => `gradient of ${leaf.origin?.name ?? ''}`)];
  const expected = [outputs[0]?.data ?? [], ...grads.flatMap((grad) => (grad ? [grad] : []))];
  return results.flatMap(({ data }, i) => compare(names[i] ?? '', data, expected[i] ?? []));
}

const rtol = 1e-9;
const atol = 1e-10;

function compare(name: string, found: readonly number[], expected: Numbers): string[] {
  if (found.length !== expected.length) return [`${name}: ${found.length} numbers, not ${expected.length}`];
  return found.flatMap((value, i) => {
    const wanted = Number(expected[i]);
    const same = Object.is(value, wanted) || Math.abs(value - wanted) <= atol + rtol * Math.abs(wanted);
    return same ? [] : [`${name}[${i}] is ${value}, not ${wanted}`];
  });
}
