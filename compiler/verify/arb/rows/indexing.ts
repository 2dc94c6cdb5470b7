/** Growth by operators that choose by integers, sort, or slide windows. */
import * as ops from '../../../../src/ops/index.ts';
import { chance, pick } from '../../draw.ts';
import type { Growth, Row, Whole } from '../growth.ts';

/** Integers to choose entries of an axis by: within it, or a little beyond. */
function indices(g: Growth, shape: readonly number[], size: number): Whole {
  if (size > 0 && chance(g.draw, 60)) return g.leaf(shape, 'int32', { range: [0, size] }) as Whole;
  return g.leaf(shape, 'int32', { special: false }) as Whole;
}

const known = (shape: readonly unknown[]): number[] => shape.map(Number);

export const indexingRows: readonly Row[] = [
  {
    name: 'take',
    grow: (g) => {
      const x = g.known(g.draw.int(1, 3));
      const axis = g.axis(x);
      const chosen = indices(g, g.knownShape(g.draw.int(0, 2)), Number(x.shape[axis]));
      return ops.take(x, chosen, { axis });
    },
  },
  {
    name: 'gather',
    grow: (g) => {
      const x = g.known(g.draw.int(1, 3), 1);
      const axis = g.axis(x);
      const shape = known(x.shape).with(axis, g.knownSize());
      return ops.gather(x, indices(g, shape, Number(x.shape[axis])), { axis });
    },
  },
  {
    name: 'scatterAdd',
    grow: (g) => {
      const x = g.known(g.draw.int(1, 3), 1);
      const axis = g.axis(x);
      const shape = known(x.shape).with(axis, g.knownSize());
      return ops.scatterAdd(x, indices(g, shape, Number(x.shape[axis])), g.floatOf(shape), { axis });
    },
  },
  {
    name: 'embedding',
    grow: (g) => {
      const weight = g.known(2, 1);
      return ops.embedding(indices(g, g.knownShape(g.draw.int(1, 2)), Number(weight.shape[0])), weight);
    },
  },
  {
    name: 'oneHot',
    grow: (g) => ops.oneHot(indices(g, g.knownShape(g.draw.int(0, 2)), 4), 4, g.dtype),
  },
  {
    name: 'argSort',
    grow: (g) => {
      const x = g.ranked(1);
      return ops.argSort(x, { axis: g.axis(x), descending: chance(g.draw, 50) });
    },
  },
  {
    name: 'sort',
    grow: (g) => {
      const x = g.ranked(1);
      return ops.sort(x, { axis: g.axis(x), descending: chance(g.draw, 50) }).values;
    },
  },
  {
    // Beyond a limit, axes are sorted by merging runs.
    name: 'sort of a long axis',
    grow: (g) => {
      const long = g.draw.int(65, 80);
      const shape = pick(g.draw, [[long], [2, long], [long, 2]]);
      const options = { axis: shape.indexOf(long), descending: chance(g.draw, 50) };
      const x = g.floatOf(shape);
      return chance(g.draw, 50) ? ops.argSort(x, options) : ops.sort(x, options).values;
    },
  },
  {
    name: 'topK',
    grow: (g) => {
      const x = g.known(g.draw.int(1, 2), 1);
      const axis = g.axis(x);
      return ops.topK(x, g.draw.int(1, Number(x.shape[axis])), { axis, largest: chance(g.draw, 50) }).values;
    },
  },
  {
    name: 'windows',
    grow: (g) => {
      const x = g.known(g.draw.int(1, 2), 3);
      const padding = [g.draw.int(0, 1), g.draw.int(0, 1)] as const;
      return ops.windows(x, [{ axis: g.axis(x), kernel: 2, stride: g.draw.int(1, 2), padding }]);
    },
  },
  {
    name: 'overlapAdd',
    grow: (g) => {
      const [places, taps, stride] = [g.draw.int(1, 4), g.draw.int(1, 3), g.draw.int(1, 3)];
      const x = g.floatOf([places, taps]);
      return ops.overlapAdd(x, [{ axis: 0, kernel: taps, stride }], [(places - 1) * stride + taps]);
    },
  },
  {
    name: 'conv1d',
    grow: (g) => {
      const groups = g.draw.int(1, 2);
      const [n, size] = [g.draw.int(1, 3), g.draw.int(3, 7)];
      const x = g.floatOf([n, 2 * groups, size]);
      const weight = g.floatOf([3 * groups, 2, g.draw.int(1, 3)]);
      const slide = { stride: g.draw.int(1, 2), padding: g.draw.int(0, 2), groups };
      return ops.conv1d(x, weight, chance(g.draw, 50) ? { ...slide, bias: g.floatOf([3 * groups]) } : slide);
    },
  },
  {
    name: 'conv2d',
    grow: (g) => {
      const x = g.floatOf([g.draw.int(1, 2), 2, g.draw.int(3, 6), g.draw.int(3, 5)]);
      const weight = g.floatOf([g.draw.int(1, 3), 2, g.draw.int(1, 3), g.draw.int(1, 3)]);
      const dilation = chance(g.draw, 20) ? [1, 1] : 1;
      return ops.conv2d(x, weight, { stride: g.draw.int(1, 2), padding: g.draw.int(0, 1), dilation });
    },
  },
  {
    name: 'convTranspose1d',
    grow: (g) => {
      const x = g.floatOf([g.draw.int(1, 2), 2, g.draw.int(1, 5)]);
      const weight = g.floatOf([2, g.draw.int(1, 3), g.draw.int(1, 3)]);
      return ops.convTranspose1d(x, weight, { stride: g.draw.int(1, 3) });
    },
  },
  {
    name: 'maxPool2d',
    grow: (g) => {
      const x = g.floatOf([g.draw.int(1, 2), 2, g.draw.int(3, 6), g.draw.int(3, 5)]);
      return ops.maxPool2d(x, g.draw.int(1, 3), { stride: g.draw.int(1, 2), ceilMode: chance(g.draw, 30) });
    },
  },
  {
    name: 'avgPool1d',
    grow: (g) => {
      const x = g.floatOf([2, g.draw.int(3, 8)]);
      return ops.avgPool1d(x, g.draw.int(2, 3), { stride: g.draw.int(1, 2), padding: g.draw.int(0, 1) });
    },
  },
  {
    name: 'interpolate',
    grow: (g) => {
      const x = g.floatOf([1, 2, g.draw.int(2, 5), g.draw.int(1, 4)]);
      const size = [g.draw.int(1, 8), g.draw.int(1, 5)];
      return ops.interpolate(x, { size, mode: pick(g.draw, ['nearest', 'bilinear']) });
    },
  },
];
