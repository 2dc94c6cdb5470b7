/** Masks: vectors of bools. They have four lanes, or two for float64 elements; each form is made of the other. */
import { must } from '../../../../src/errors.ts';
import type { Scalar } from '../../../../src/kernel/language.ts';
import type { Context } from './context.ts';
import { pushHalf } from './shared.ts';
import { isWide, varies } from './varying.ts';

/** Leaves a part of a bool in the form that is asked for. */
export function pushMask(context: Context, scalar: Scalar, part: number, wide: boolean): void {
  const { f, writers } = context;
  if (!varies(context, scalar) || isWide(context, scalar) === wide) writers.pushPart(context, scalar, part);
  else if (wide) {
    pushHalf(context, scalar, part);
    f.op('i64x2.extend_low_i32x4_s');
  } else {
    writers.pushPart(context, scalar, 2 * part);
    writers.pushPart(context, scalar, 2 * part + 1);
    f.i8x16Shuffle([0, 2, 4, 6], 'i32x4');
  }
}

/** Whether all lanes hold, as an i32. */
export function pushAllTrue(context: Context, test: Scalar, part: number): void {
  pushMask(context, test, part, false);
  context.f.op('i32x4.all_true');
}

export const first = (args: readonly Scalar[]): Scalar => must(args[0], 'operand');
export const second = (args: readonly Scalar[]): Scalar => must(args[1], 'second operand');
