/** The partial results of a reduction: one local, or as many vectors as the vector axis has. */
import type { FloatDType } from '../../../../src/dtype.ts';
import { must } from '../../../../src/errors.ts';
import { combinePrim, neutral } from '../../../../src/kernel/run.ts';
import type { Scalar } from '../../../../src/kernel/language.ts';
import type { Local } from '../locals.ts';
import type { Context } from './context.ts';
import { valueType } from './context.ts';
import { pushMask } from './masks.ts';
import { isProduct, multiplyAdd } from './multiply-add.ts';
import type { Reduce } from '../../loops/order.ts';
import { scalarPrims } from './scalar-prims.ts';
import { pushConstant } from './scalars.ts';
import { lanesOf, vectorPrims } from './vector-prims.ts';

/** Leaves something on the stack for one part. */
export type PushPart = (part: number) => void;

/** What no other value changes. Bools join by the greater or the lesser. */
function neutralOf({ var: of, combine }: Reduce): number {
  return of.dtype === 'bool' ? Number(combine === 'min') : neutral(combine, of.dtype);
}

/** New totals at the neutral element. */
export function totalsOf(context: Context, statement: Reduce): Local[] {
  const { f, vector } = context;
  const { dtype } = statement.var;
  const value: Scalar = { kind: 'const', dtype, value: neutralOf(statement) };
  const parts = vector ? vector.groups * (4 / lanesOf[dtype]) : 1;
  return Array.from({ length: parts }, (_, part) => {
    const local = f.local(vector ? 'v128' : valueType[dtype]);
    if (vector) context.writers.pushPart(context, value, part);
    else pushConstant(context, dtype, value.value);
    f.localSet(local);
    return local;
  });
}

/** Combines the value of the reduction into its totals. */
export function join(context: Context, statement: Reduce, totals: readonly Local[], mask?: PushPart): void {
  const { f, vector, writers } = context;
  const { var: of, combine, value } = statement;
  context.shared = new Map();
  if (vector) {
    const push: PushPart = (part) =>
      value.dtype === 'bool' ? pushMask(context, value, part, false) : writers.pushPart(context, value, part);
    const product = context.contracts && combine === 'sum' && isProduct(context, value) ? value : null;
    return joinParts(context, statement, totals, push, mask, product);
  }
  const [total] = totals.map((local) => () => f.localGet(local));
  scalarPrims[combinePrim[combine]](f, of.dtype, [must(total, 'total'), () => writers.push(context, value)]);
  f.localSet(must(totals[0], 'total'));
}

type Product = Extract<Scalar, { kind: 'prim' }>;

/** Leaves a total and the product that is added to it. */
function addProduct(context: Context, { dtype, args }: Product, total: Local, part: number): void {
  const { f, writers } = context;
  const [a, b] = args.map((arg) => () => writers.pushPart(context, arg, part));
  multiplyAdd(f, dtype as FloatDType, must(a, 'factor'), must(b, 'factor'), () => f.localGet(total));
}

/** Combines vectors into totals,  or where there is a mask into those of their lanes for which it holds. */
export function joinParts(
  context: Context,
  { var: of, combine }: Reduce,
  totals: readonly Local[],
  push: PushPart,
  mask?: PushPart,
  product: Product | null = null,
): void {
  const { f } = context;
  const name = combinePrim[combine];
  totals.forEach((total, part) => {
    if (product) addProduct(context, product, total, part);
    else {
      f.localGet(total);
      push(part);
      must(vectorPrims[name], name)(f, of.dtype);
    }
    if (mask) {
      f.localGet(total);
      mask(part);
      f.op('v128.bitselect');
    }
    f.localSet(total);
  });
}
