/** Bit moves on vectors: those of float32 are none; those of float64 move words: four lanes are two vectors of float64 and one of int32. */
import { must } from '../../../../src/errors.ts';
import type { Scalar } from '../../../../src/kernel/language.ts';
import type { CorePrim } from '../../../../src/kernel/prims.ts';
import type { Context } from './context.ts';
import { first, second } from './masks.ts';
import { sharedParts } from './shared.ts';

type Row = (context: Context, scalar: Extract<Scalar, { kind: 'prim' }>, part: number) => void;

/** One word of each of the four lanes. */
const words =
  (lanes: readonly number[]): Row =>
  (context, { args }, part) => {
    for (const half of [0, 1]) context.writers.pushPart(context, first(args), 2 * part + half);
    context.f.i8x16Shuffle(lanes, 'i32x4');
  };
const highWords = words([1, 3, 5, 7]);

const unchanged: Row = (context, { args }, part) => context.writers.pushPart(context, first(args), part);

export const bitMoves: Readonly<Partial<Record<CorePrim, Row>>> = {
  highWord: highWords,
  lowWord: words([0, 2, 4, 6]),
  exponent: (context, scalar, part) => {
    const { f } = context;
    highWords(context, scalar, part);
    f.i32Const(1).op('i32x4.shl').i32Const(21).op('i32x4.shr_u');
    f.v128Const('i32x4', [1023, 1023, 1023, 1023]).op('i32x4.sub');
  },
  mantissa: (context, { args }, part) => {
    const { f } = context;
    context.writers.pushPart(context, first(args), part);
    f.i32Const(12).op('i64x2.shl').i32Const(12).op('i64x2.shr_u');
    f.v128Const('f64x2', [1, 1]).op('v128.or');
  },
  pow2: (context, { args }, part) => {
    const { f } = context;
    f.localGet(must(sharedParts(context, first(args))[part >> 1], 'part'));
    f.v128Const('i32x4', [1023, 1023, 1023, 1023]).op('i32x4.add');
    f.op(part % 2 === 0 ? 'i64x2.extend_low_i32x4_u' : 'i64x2.extend_high_i32x4_u');
    f.i32Const(52).op('i64x2.shl');
  },
  fromWords: (context, { args }, part) => {
    const { f } = context;
    for (const word of [second(args), first(args)])
      f.localGet(must(sharedParts(context, word)[part >> 1], 'part'));
    f.i8x16Shuffle(part % 2 === 0 ? [0, 4, 1, 5] : [2, 6, 3, 7], 'i32x4');
  },
  bits: unchanged,
  fromBits: unchanged,
};
