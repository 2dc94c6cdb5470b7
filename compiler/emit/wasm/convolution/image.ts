/** The image of a convolution's operand in the scratch memory of a module. */
import { bytesPerElement } from '../../../../src/dtype.ts';
import type { Axis, Scalar, Statement } from '../../../../src/kernel/language.ts';
import type { Image as Plan } from '../../loops/image.ts';
import { imageOf as planImage } from '../../loops/image.ts';
import { linearOf } from '../../loops/linear.ts';
import type { Source } from '../../loops/source.ts';
import { pushStart } from '../kernels/address.ts';
import type { Context } from '../kernels/context.ts';
import type { Factor } from '../matmul/match.ts';

export interface Image {
  /** The factor as a load without guards. */
  readonly factor: Factor;
  /** Clears the image, where some of it is not an element. */
  readonly clear: () => void;
  /** Puts the elements in their places; the counters of the axes that were given are open. */
  readonly fill: readonly Statement[];
}

/** The image of a guarded load, whose index runs over the axes `inside`; it is made anew where others change. */
export function imageOf(context: Context, source: Source, inside: readonly Axis[]): Image {
  const plan = planImage(source, inside, (...wanted) => context.module.scratchBuffer(...wanted));
  return {
    factor: factorOf(plan.load),
    clear: () => {
      if (plan.hasGaps) clearImage(context, plan);
    },
    fill: [plan.fill],
  };
}

/** A load that needs no image. */
export function factorOf(scalar: Scalar): Factor {
  if (scalar.kind !== 'load') throw new Error('internal: a factor is not a load');
  return { load: scalar, terms: linearOf(scalar.index, () => null) };
}

function clearImage(context: Context, { buffer, size }: Plan): void {
  const { f } = context;
  pushStart(context, buffer);
  f.i32Const(0)
    .i32Const(size * bytesPerElement[buffer.dtype])
    .op('memory.fill');
}
