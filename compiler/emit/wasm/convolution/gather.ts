/** Copies what lies under the windows of neighboring places side by side, step by step of the sum. */
import { bytesPerElement } from '../../../../src/dtype.ts';
import { must } from '../../../../src/errors.ts';
import type { Axis } from '../../../../src/kernel/language.ts';
import type { Local } from '../locals.ts';
import { pushPlace } from '../kernels/address.ts';
import type { Context } from '../kernels/context.ts';
import { nestOver, times } from '../kernels/loops.ts';
import { lanesOf } from '../kernels/vector-prims.ts';
import type { Factor } from '../matmul/match.ts';
import { strideOf } from '../matmul/match.ts';
import type { Operand } from '../matmul/operand.ts';
import { move, sideBySide } from '../matmul/operand.ts';
import type { Panel } from '../matmul/pack.ts';
import { vectorsOf } from '../matmul/panels.ts';
import { stepsOf } from './nest.ts';

/** Taps of the innermost axis that are written out; more are a loop. */
const mostTaps = 8;

interface Wanted {
  readonly column: Axis;
  readonly reduced: readonly Axis[];
  readonly panel: Panel;
}

/** The elements for the places of a panel: a vector of columns for each step of the sum. */
export function gatherPanel(context: Context, factor: Factor, { column, reduced, panel }: Wanted): Operand {
  const { f, module } = context;
  const { buffer, dtype } = factor.load;
  const bytes = bytesPerElement[dtype];
  const vectors = vectorsOf(dtype === 'float64' ? 'float64' : 'float32', panel);
  const width = 16 * vectors;
  const taps = must(reduced.at(-1), 'tap');
  const offset = module.scratch(stepsOf(reduced) * width);
  const [start, target, from] = [f.local('i32'), f.local('i32'), f.local('i32')];
  f.globalGet(module.scratchBase).i32Const(offset).op('i32.add').localTee(start).localSet(target);
  const [along, between] = [strideOf(factor, column), strideOf(factor, taps)].map(
    (stride) => Number(stride) * bytes,
  );
  const copy = (tap: number): void => {
    for (let part = 0; part < vectors; part++) {
      f.localGet(target);
      const first = tap * must(between, 'step') + part * lanesOf[dtype] * must(along, 'stride');
      pushSpaced(context, from, first, must(along, 'stride'), bytes);
      f.op('v128.store', { offset: tap * width + 16 * part });
    }
  };
  nestOver(context, reduced.slice(0, -1), () => {
    const rest = pushPlace(
      context,
      buffer,
      factor.terms.filter(({ of }) => of !== taps),
    );
    f.i32Const(rest).op('i32.add').localSet(from);
    const count = Number(taps.size);
    if (count <= mostTaps) {
      for (let tap = 0; tap < count; tap++) copy(tap);
      move(context, target, count * width);
    } else {
      times(context, count, () => {
        copy(0);
        move(context, from, must(between, 'step'));
        move(context, target, width);
      });
    }
  });
  return sideBySide(start, vectors, width);
}

/** A vector of elements that lie `stride` bytes apart. */
function pushSpaced({ f }: Context, from: Local, offset: number, stride: number, bytes: number): void {
  const lanes = 16 / bytes;
  const wide = lanes === 2;
  if (stride === bytes) {
    f.localGet(from).op('v128.load', { offset, align: bytes });
  } else if (stride === 2 * bytes) {
    for (const half of [0, 16]) f.localGet(from).op('v128.load', { offset: offset + half, align: bytes });
    if (wide) f.i8x16Shuffle([0, 2], 'i64x2');
    else f.i8x16Shuffle([0, 2, 4, 6], 'i32x4');
  } else {
    const vector = f.local('v128');
    f.localGet(from)
      .op(wide ? 'v128.load64_splat' : 'v128.load32_splat', { offset })
      .localSet(vector);
    for (let lane = 1; lane < lanes; lane++) {
      f.localGet(from).localGet(vector);
      f.op(wide ? 'v128.load64_lane' : 'v128.load32_lane', { offset: offset + lane * stride }, lane);
      f.localSet(vector);
    }
    f.localGet(vector);
  }
}
