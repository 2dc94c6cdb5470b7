import { describe, expect, test } from 'vitest';
import type { Scalar, Var } from '../../src/kernel/language.ts';
import type { MathKernel } from '../../src/kernel/math/kernel.ts';
import { defineMath } from '../../src/kernel/math/kernel.ts';
import { mathKernels, singleKernel } from '../../src/kernel/math/kernels.ts';
import { add, mul, polynomial } from '../../src/kernel/math/terms.ts';
import type { Prim } from '../../src/kernel/prims.ts';
import { oracle } from './oracle.ts';

/** What a scalar emitter and a two-lane emitter both have. */
const allowed: ReadonlySet<Prim> = new Set<Prim>([
  'add',
  'sub',
  'mul',
  'div',
  'neg',
  'abs',
  'sqrt',
  'trunc',
  'copysign',
  'and',
  'or',
  'not',
  'eq',
  'ne',
  'lt',
  'le',
  'select',
  'toFloat64',
  'pow2',
  'exponent',
  'lowWord',
]);

function nodes(scalar: Scalar): readonly Scalar[] {
  return scalar.kind === 'prim' ? [scalar, ...scalar.args.flatMap(nodes)] : [scalar];
}

const nodesOf = (kernel: MathKernel): readonly Scalar[] =>
  [...kernel.body.map((step) => step.value), kernel.result].flatMap(nodes);

const elementary = Object.values(mathKernels).filter((kernel) => Object.hasOwn(oracle, kernel.name));

describe.each(elementary)('the description of $name', (kernel) => {
  test('has the name of its place in the table', () => {
    expect(mathKernels[kernel.name]).toBe(kernel);
  });

  test('is free of branches, loads and sizes, and uses few primitives', () => {
    for (const node of nodesOf(kernel)) {
      expect(['const', 'var', 'prim']).toContain(node.kind);
      if (node.kind === 'prim') expect(allowed).toContain(node.prim);
    }
  });

  test('takes and gives float64', () => {
    expect(kernel.params.map((param) => param.dtype)).toEqual(kernel.params.map(() => 'float64'));
    expect(kernel.result.dtype).toBe('float64');
  });

  test('reads a name only after it is given', () => {
    const known = new Set<Var>(kernel.params);
    const reads = (scalar: Scalar): void => {
      for (const node of nodes(scalar)) if (node.kind === 'var') expect(known).toContain(node.var);
    };
    for (const step of kernel.body) {
      reads(step.value);
      known.add(step.var);
    }
    reads(kernel.result);
  });

  test('gives each name once, and uses it', () => {
    const names = [...kernel.params, ...kernel.body.map((step) => step.var)].map((of) => of.name);
    expect(new Set(names).size).toBe(names.length);
    const used = new Set(nodesOf(kernel).flatMap((node) => (node.kind === 'var' ? [node.var] : [])));
    for (const step of kernel.body) expect(used, step.var.name).toContain(step.var);
  });

  test('computes nothing twice: what is used twice has a name', () => {
    const prims = nodesOf(kernel).filter((node) => node.kind === 'prim');
    expect(new Set(prims).size).toBe(prims.length);
  });

  test('applies each primitive to operands of one dtype', () => {
    for (const node of nodesOf(kernel)) {
      if (node.kind !== 'prim') continue;
      const operands = node.prim === 'select' ? node.args.slice(1) : node.args;
      expect(new Set(operands.map((arg) => arg.dtype)).size, node.prim).toBe(1);
      if (node.prim === 'select') expect(node.args[0]?.dtype).toBe('bool');
    }
  });
});

const singles = elementary.flatMap(({ name }) => singleKernel(name) ?? []);

test.each(singles)(
  'the float32 description of $name takes and gives float32, and mixes no dtypes',
  (kernel) => {
    expect(kernel.params.every(({ dtype }) => dtype === 'float32')).toBe(true);
    expect(kernel.result.dtype).toBe('float32');
    for (const node of nodesOf(kernel)) {
      if (node.kind !== 'prim') continue;
      const operands = node.prim === 'select' ? node.args.slice(1) : node.args;
      expect(new Set(operands.map(({ dtype }) => dtype)).size, node.prim).toBe(1);
    }
    const used = new Set(nodesOf(kernel).flatMap((node) => (node.kind === 'var' ? [node.var] : [])));
    for (const step of kernel.body) expect(used, step.var.name).toContain(step.var);
  },
);

describe('the builders', () => {
  test('a name that is taken gets a number', () => {
    const kernel = defineMath('exp', ['x'], (bind, x) => {
      const a = bind('a', mul(x, x));
      return add(bind('a', add(a, 1)), bind('x', add(a, 2)));
    });
    expect(kernel.body.map((step) => step.var.name)).toEqual(['a', 'a2', 'x2']);
  });

  test('a long polynomial is split into its even and odd part', () => {
    const kernel = defineMath('exp', ['x'], (bind, x) => polynomial(bind, x, [1, 2, 3, 4, 5, 6, 7]));
    expect(kernel.body.map((step) => step.var.name)).toEqual(['square']);
  });
});
