/**
 * Convolutions whose places are few and whose sums are long: the gradient of weights. Lanes are neighboring filters;
 * the first axis of the sum comes in blocks of one, whose elements are copied filter by filter.
 */
import { bytesPerElement } from '../../../../src/dtype.ts';
import type { FloatDType } from '../../../../src/dtype.ts';
import { must } from '../../../../src/errors.ts';
import type { Axis } from '../../../../src/kernel/language.ts';
import type { Local } from '../locals.ts';
import { pushPlace } from '../kernels/address.ts';
import type { Context } from '../kernels/context.ts';
import { boundOf, inFrame, nestOver, pushBound, repeatUntil } from '../kernels/loops.ts';
import type { Finish } from '../matmul/finish.ts';
import type { Factor } from '../matmul/match.ts';
import { strideOf } from '../matmul/match.ts';
import type { Operand } from '../matmul/operand.ts';
import { fromStart } from '../matmul/operand.ts';
import { packPanel } from '../matmul/pack.ts';
import { eachPanel, writeTiles } from '../matmul/panels.ts';
import type { Partial } from '../matmul/partial.ts';
import { tileRows } from '../matmul/plan.ts';
import { writeTile } from '../matmul/tile.ts';
import { factorOf, imageOf } from './image.ts';
import type { Image } from './image.ts';
import type { Convolution } from './match.ts';
import { canSpread } from './match.ts';
import { stepsOf } from './nest.ts';

/** Sums of a partial panel fill whole groups of lanes. */
const lanes = 4;

const isKnown = ({ size }: Axis): boolean => typeof size === 'number';

interface Form {
  readonly convolution: Convolution;
  /** The first axis of the sum, and the others. */
  readonly block: Axis;
  readonly inner: readonly Axis[];
  /** The axis whose values are the rows of a tile, and how many there are in one. */
  readonly row: Axis;
  readonly rows: number;
  readonly image: Image | null;
  readonly left: Factor;
  /** The other factor, its inner axes as one. */
  readonly right: Factor;
  readonly steps: Axis;
}

/** Writes a convolution over its taps; false where it does not have the form. */
export function writeOverTaps(context: Context, convolution: Convolution): boolean {
  const form = formOf(context, convolution);
  if (form) write(context, form);
  return form !== null;
}

function formOf(context: Context, convolution: Convolution): Form | null {
  const { reduced, places, filter, source, other } = convolution;
  const [block, ...inner] = reduced;
  if (!block || inner.length === 0 || ![...inner, ...places, filter].every(isKnown)) return null;
  if (!canSpread(convolution, filter)) return null;
  const image = source.windows.length > 0 ? imageOf(context, source, [...inner, ...places]) : null;
  const left = image ? image.factor : factorOf(source.load);
  const steps: Axis = { name: 'step', size: stepsOf(inner) };
  const right = joined(factorOf(other.load), inner, steps);
  const row = rowOf(places, left);
  const moves = strideOf(left, must(inner.at(-1), 'inner'));
  if (!right || !row || typeof moves !== 'number' || moves < 0) return null;
  const rows = isRow(Number(row.size)) ? Number(row.size) : tileRows;
  return { convolution, block, inner, row, rows, image, left, right, steps };
}

const isRow = (size: number): boolean => size >= 3 && size <= 5;

/** The best axis for the rows of tiles: one of three to five values, or else the longest. */
function rowOf(places: readonly Axis[], left: Factor): Axis | null {
  const usable = places.filter((axis) => {
    const stride = strideOf(left, axis);
    return typeof stride === 'number' && stride >= 0;
  });
  const exact = usable.findLast(({ size }) => isRow(Number(size)));
  return exact ?? [...usable].sort((x, y) => Number(y.size) - Number(x.size))[0] ?? null;
}

/** A factor with `axes` as one, if it runs through them as through one. */
function joined({ load, terms }: Factor, axes: readonly Axis[], steps: Axis): Factor | null {
  const factorOfAxis = (axis: Axis): number => terms.find(({ of }) => of === axis)?.factor ?? 0;
  const last = must(axes.at(-1), 'inner');
  const stride = factorOfAxis(last);
  let expected = stride;
  for (const axis of [...axes].reverse()) {
    if (factorOfAxis(axis) !== expected) return null;
    expected *= Number(axis.size);
  }
  const others = terms.filter(({ of }) => !axes.some((axis) => axis === of));
  return { load, terms: [...others, { of: steps, symbols: [], factor: stride }] };
}

function write(context: Context, form: Form): void {
  const { f, module } = context;
  const { convolution, block, image } = form;
  const { places, filter, nest } = convolution;
  const sums = stepsOf(places) * (Number(filter.size) + lanes);
  const offset = module.scratch(sums * bytesPerElement[nest.reduce.var.dtype]);
  const [start, last, pointer] = [f.local('i32'), f.local('i32'), f.local('i32')];
  f.globalGet(module.scratchBase).i32Const(offset).op('i32.add').localSet(start);
  image?.clear();
  inFrame(context, block, (first) => {
    const end = boundOf(context, block);
    f.i32Const(0).localSet(first);
    repeatUntil(context, first, end, 1, typeof end === 'number', () => {
      f.localGet(start).localSet(pointer);
      pushBound(context, end);
      f.localGet(first).op('i32.sub').i32Const(1).op('i32.eq').localSet(last);
      if (image) context.writers.statements(context, image.fill);
      writeBlock(context, form, { first, last, pointer });
    });
  });
}

function writeBlock(context: Context, form: Form, partial: Partial): void {
  const { convolution, row, rows, right, steps } = form;
  const { nest, filter, places } = convolution;
  const { lets, after, reduce } = nest;
  const dtype = reduce.var.dtype as FloatDType;
  const finish: Finish = { row, column: filter, total: reduce.var, lets, after };
  const count = Number(steps.size);
  eachPanel(context, filter, dtype, (panel) => {
    const packed = packPanel(context, { right, inner: steps, column: filter }, panel, {
      depth: count,
      count,
      whole: true,
    });
    nestOver(
      context,
      places.filter((axis) => axis !== row),
      () =>
        writeTiles(context, finish, panel, {
          partial,
          rows,
          accumulate: (sums) => addSteps(context, form, sums, packed),
        }),
    );
  });
}

/** Adds the steps of a block to the sums of a tile: a run over the last inner axis for each value of the others. */
function addSteps(context: Context, form: Form, sums: readonly (readonly Local[])[], packed: Operand): void {
  const { f } = context;
  const { inner, left, row, convolution } = form;
  const last = must(inner.at(-1), 'inner');
  const { dtype } = convolution.nest.reduce.var;
  const bytes = bytesPerElement[dtype];
  const [apart, step] = [strideOf(left, row), strideOf(left, last)].map((stride) => Number(stride) * bytes);
  const columns = fromStart(context, packed);
  const pointer = f.local('i32');
  nestOver(context, inner.slice(0, -1), () => {
    const offset = pushPlace(
      context,
      left.load.buffer,
      left.terms.filter(({ of }) => of !== last),
    );
    f.i32Const(offset).op('i32.add').localSet(pointer);
    const places = sums.map((_, i) => ({ pointer, offset: i * must(apart, 'rows') }));
    writeTile(
      context,
      dtype as FloatDType,
      sums,
      { places, step: must(step, 'step') },
      columns,
      Number(last.size),
    );
  });
}
