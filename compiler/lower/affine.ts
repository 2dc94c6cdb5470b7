/** Indices as affine forms: a constant plus axes times sizes. */
import { axisOf, indexAdd, indexMul, int32 } from '../../src/kernel/build.ts';
import type { Axis, Scalar } from '../../src/kernel/language.ts';
import { product } from '../../src/size.ts';
import type { Size } from '../../src/size.ts';

export interface Affine {
  readonly constant: number;
  readonly terms: ReadonlyMap<Axis, Size>;
}

function scale(form: Affine, by: Size): Affine | null {
  const terms = new Map([...form.terms].map(([axis, size]) => [axis, product([size, by])] as const));
  if (form.constant !== 0 && typeof by !== 'number') return null;
  return { constant: form.constant === 0 ? 0 : form.constant * Number(by), terms };
}

function addSizes(a: Size, b: Size): Size | null {
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  return null;
}

function sum(x: Affine, y: Affine): Affine | null {
  const terms = new Map(x.terms);
  for (const [axis, size] of y.terms) {
    const earlier = terms.get(axis);
    const total = earlier === undefined ? size : addSizes(earlier, size);
    if (total === null) return null;
    terms.set(axis, total);
  }
  return { constant: x.constant + y.constant, terms };
}

/** What a factor of a product is as a size, if it is one. */
function asSize(scalar: Scalar): Size | null {
  if (scalar.kind === 'const') return scalar.value;
  return scalar.kind === 'size' ? scalar.size : null;
}

/** The affine form of an int32 scalar, or null where it has none. */
export function affine(scalar: Scalar): Affine | null {
  if (scalar.kind === 'const') return { constant: scalar.value, terms: new Map() };
  if (scalar.kind === 'axis') return { constant: 0, terms: new Map([[scalar.axis, 1]]) };
  if (scalar.kind !== 'prim') return null;
  const [x, y] = scalar.args;
  if (!x || !y) return null;
  if (scalar.prim === 'add') {
    const [a, b] = [affine(x), affine(y)];
    return a && b ? sum(a, b) : null;
  }
  if (scalar.prim !== 'mul') return null;
  const factor = asSize(y) ?? asSize(x);
  const form = affine(asSize(y) === null ? y : x);
  return form && factor !== null ? scale(form, factor) : null;
}

/** The scalar of an affine form: terms in order, the constant last. */
export function fromAffine({ constant, terms }: Affine): Scalar {
  let result: Scalar = int32(0);
  for (const [axis, size] of terms) if (size !== 0) result = indexAdd(result, indexMul(axisOf(axis), size));
  return indexAdd(result, int32(constant));
}
