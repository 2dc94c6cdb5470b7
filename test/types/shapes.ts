/** Arithmetic on literal sizes, and what operators make of shapes, by type. Only type-checked. */
import type { Expr } from 'adjoint';
import type {
  Concatenated,
  EinsumShape,
  FitsReshape,
  FlattenedFrom,
  Inserted,
  Reshaped,
  Spliced,
  Stacked,
} from '../../src/ops/result-types.ts';
import type { Plus, Product, Times } from '../../src/ops/size-types.ts';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles only where every pair is equal. */
type AllEqual<Pairs extends readonly true[]> = Pairs;

export type Sums = AllEqual<
  [
    Equal<Plus<3, 4>, 7>,
    Equal<Plus<999, 1>, 1000>,
    Equal<Plus<128, 905>, 1033>,
    Equal<Plus<1, 99>, 100>,
    Equal<Plus<0, 0>, 0>,
    Equal<Plus<number, 3>, string | number>,
  ]
>;

export type Products = AllEqual<
  [
    Equal<Times<28, 28>, 784>,
    Equal<Times<784, 512>, 401408>,
    Equal<Times<100, 205>, 20500>,
    Equal<Times<1, 7>, 7>,
    Equal<Times<7, 0>, 0>,
    Equal<Times<'N', 3>, '3*N'>,
    Equal<Times<2, '3*N'>, '6*N'>,
    Equal<Times<1, 'N'>, 'N'>,
    Equal<Product<[16, 7, 7]>, 784>,
    Equal<Product<['N', 2, 3]>, '6*N'>,
    Equal<Product<[]>, 1>,
  ]
>;

export type Results = AllEqual<
  [
    Equal<Reshaped<['N', 16, 7, 7], ['N', -1]>, ['N', 784]>,
    Equal<Reshaped<['N', 10], [-1]>, ['10*N']>,
    Equal<FlattenedFrom<['N', 16, 7, 7], 1>, ['N', 784]>,
    Equal<Inserted<['N', 3], 1, 1>, ['N', 1, 3]>,
    Equal<Inserted<['N', 3], -1, 1>, ['N', 3, 1]>,
    Equal<Spliced<[5, 3], 0, ['N', 2]>, ['N', 2, 3]>,
    Equal<Spliced<[5, 3], 1, []>, [5]>,
    Equal<Concatenated<[Expr<['N', 3]>, Expr<['N', 4]>], 1>, ['N', 7]>,
    Equal<Concatenated<[Expr<['N', 3]>, Expr<['N', 4]>], -1>, ['N', 7]>,
    Equal<Stacked<[Expr<['N', 3]>, Expr<['N', 3]>], 0>, [2, 'N', 3]>,
    Equal<EinsumShape<'ij,jk->ik', [Expr<['N', 3]>, Expr<[3, 4]>]>, ['N', 4]>,
    Equal<FitsReshape<[4, 3], [2, 6]>, unknown>,
    Equal<FitsReshape<['N', 4], ['N', 2, 2]>, unknown>,
  ]
>;
