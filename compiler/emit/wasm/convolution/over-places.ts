/**
 * Convolutions whose lanes are neighboring places: for each row of places, the elements under the windows are copied
 * side by side, and multiplied with the weights as in a matrix product.
 */
import { bytesPerElement } from '../../../../src/dtype.ts';
import type { FloatDType } from '../../../../src/dtype.ts';
import { must } from '../../../../src/errors.ts';
import { axisOf, indexAdd, indexMul, int32, load, prim } from '../../../../src/kernel/build.ts';
import type { Axis, Scalar, Statement } from '../../../../src/kernel/language.ts';
import { pushStart } from '../kernels/address.ts';
import type { Context } from '../kernels/context.ts';
import { nestOver } from '../kernels/loops.ts';
import { isAxis } from '../../loops/linear.ts';
import type { Term } from '../../loops/linear.ts';
import type { Finish } from '../matmul/finish.ts';
import type { Factor } from '../matmul/match.ts';
import { strideOf } from '../matmul/match.ts';
import type { PackedLeft } from '../matmul/pack-left.ts';
import { packedRows } from '../matmul/pack-left.ts';
import { eachPanel, writeTiles } from '../matmul/panels.ts';
import { tileRows } from '../matmul/plan.ts';
import { writeTile } from '../matmul/tile.ts';
import { fromStart } from '../matmul/operand.ts';
import { gatherPanel } from './gather.ts';
import { factorOf, imageOf } from './image.ts';
import type { Image } from './image.ts';
import type { Convolution } from './match.ts';
import { canSpread } from './match.ts';
import { stepsOf } from './nest.ts';

/** Places further apart than this are not read as vectors. */
const longestStride = 8;

interface Layout {
  readonly column: Axis;
  /** Axes for which the image is made anew. */
  readonly outside: readonly Axis[];
  /** The other places. */
  readonly rows: readonly Axis[];
}

function layoutOf({ places, source: { windows } }: Convolution): Layout {
  const column = must(places.at(-1), 'place');
  const windowed = (axis: Axis): boolean => windows.some(({ position }) => position.factors.has(axis));
  const others = places.slice(0, -1);
  const outside = windows.length > 0 ? others.filter((axis) => !windowed(axis)) : [];
  return { column, outside, rows: others.filter((axis) => !outside.includes(axis)) };
}

const isKnown = ({ size }: Axis): boolean => typeof size === 'number';

/** Writes a convolution over its places; false where it does not have the form. */
export function writeOverPlaces(context: Context, convolution: Convolution): boolean {
  const { reduced, filter, source, places } = convolution;
  const { windows } = source;
  const layout = layoutOf(convolution);
  const { column, outside } = layout;
  const known = [...reduced, filter, ...places.filter((axis) => !outside.includes(axis))];
  const movesAlong = windows.length === 0 || windows.some(({ position }) => position.factors.has(column));
  if (!known.every(isKnown) || !movesAlong || !canSpread(convolution, column)) return false;
  const image = windows.length > 0 ? imageOf(context, source, known) : null;
  const factor = image ? image.factor : factorOf(source.load);
  const stride = strideOf(factor, column);
  if (typeof stride !== 'number' || stride < 1 || stride > longestStride) return false;
  write(context, convolution, layout, image, factor);
  return true;
}

function write(
  context: Context,
  convolution: Convolution,
  { column, outside, rows }: Layout,
  image: Image | null,
  factor: Factor,
): void {
  const { nest, reduced, filter } = convolution;
  const { lets, after, reduce } = nest;
  const dtype = reduce.var.dtype as FloatDType;
  const weights = packWeights(context, convolution);
  const finish: Finish = { row: filter, column, total: reduce.var, lets, after };
  const steps = stepsOf(reduced);
  image?.clear();
  nestOver(context, outside, () => {
    if (image) context.writers.statements(context, image.fill);
    nestOver(context, rows, () => {
      eachPanel(context, column, dtype, (panel) => {
        const elements = gatherPanel(context, factor, { column, reduced, panel });
        writeTiles(context, finish, panel, {
          partial: null,
          rows: tileRows,
          accumulate: (sums) => {
            const left = packedRows(context, filter, weights, sums.length);
            writeTile(context, dtype, sums, left, fromStart(context, elements), steps);
          },
        });
      });
    });
  });
}

/** The weights in tiles: for each tile, and each step of the sum, the filters of the tile side by side. */
function packWeights(context: Context, { other, filter, reduced }: Convolution): PackedLeft {
  const { f, module } = context;
  const { dtype } = other.load;
  const filters = Number(filter.size);
  const tiles: Axis = { name: 'tile', size: Math.ceil(filters / tileRows) };
  const lane: Axis = { name: 'lane', size: tileRows };
  const fresh = new Map(reduced.map((axis) => [axis, { ...axis }]));
  const steps = stepsOf(reduced);
  const packed = module.scratchBuffer('weights', dtype, Number(tiles.size) * tileRows * steps);
  const row = indexAdd(indexMul(axisOf(tiles), tileRows), axisOf(lane));
  const filterThere = filters % tileRows === 0 ? row : prim('min', row, int32(filters - 1));
  const scalarOf = ({ of, factor }: Term): Scalar => {
    if (of === null) return int32(factor);
    if (of === filter) return indexMul(filterThere, factor);
    return indexMul(isAxis(of) ? axisOf(fresh.get(of) ?? of) : of, factor);
  };
  const step = reduced.reduce<Scalar>(
    (index, axis) => indexAdd(indexMul(index, axis.size), axisOf(fresh.get(axis) ?? axis)),
    int32(0),
  );
  const place = indexAdd(indexMul(axisOf(tiles), steps), step);
  const store: Statement = {
    kind: 'store',
    buffer: packed,
    index: indexAdd(indexMul(place, tileRows), axisOf(lane)),
    value: load(other.load.buffer, other.rest.map(scalarOf).reduce(indexAdd, int32(0))),
  };
  const loops = [tiles, ...fresh.values(), lane];
  const body = loops.reduceRight<Statement>((inner, axis) => ({ kind: 'loop', axis, body: [inner] }), store);
  context.writers.statements(context, [body]);
  const start = f.local('i32');
  pushStart(context, packed);
  f.localSet(start);
  const bytes = bytesPerElement[dtype];
  return { start, tile: steps * tileRows * bytes, rows: tileRows, bytes };
}
