/** Growth by operators that move elements. */
import * as ops from '../../../../src/ops/index.ts';
import { product } from '../../../../src/size.ts';
import type { Size } from '../../../../src/size.ts';
import { chance, pick, shuffled } from '../../draw.ts';
import type { Growth, Row } from '../growth.ts';

/** Another shape of as many elements: axes joined, or a factor split off. */
function regrouped(g: Growth, shape: readonly Size[]): Size[] {
  const at = g.draw.int(0, Math.max(0, shape.length - 1));
  const size = shape[at];
  if (chance(g.draw, 20)) return [product(shape)];
  if (size === undefined || chance(g.draw, 20)) return [...shape.slice(0, at), 1, ...shape.slice(at)];
  const next = shape[at + 1];
  if (next !== undefined && chance(g.draw, 50)) return shape.toSpliced(at, 2, product([size, next]));
  const factor = typeof size === 'number' ? [2, 3].find((each) => size > 0 && size % each === 0) : undefined;
  return factor === undefined ? [...shape] : shape.toSpliced(at, 1, Number(size) / factor, factor);
}

const axesOf = (shape: readonly unknown[]): number[] => shape.map((_, i) => i);

export const movementRows: readonly Row[] = [
  {
    name: 'reshape',
    grow: (g) => {
      const x = g.float();
      return ops.reshape(x, regrouped(g, x.shape));
    },
  },
  {
    name: 'permute',
    grow: (g) => {
      const x = g.ranked(2);
      return ops.permute(x, shuffled(g.draw, axesOf(x.shape)));
    },
  },
  {
    name: 'broadcastTo',
    grow: (g) => {
      const shape = g.shape();
      const from = shape.slice(g.draw.int(0, shape.length)).map((size) => (chance(g.draw, 40) ? 1 : size));
      return ops.broadcastTo(g.floatOf(from), shape);
    },
  },
  {
    name: 'slice',
    grow: (g) => {
      const x = g.known(g.draw.int(1, 3));
      const axis = g.axis(x);
      const size = Number(x.shape[axis]);
      const start = g.draw.int(0, size);
      const step = g.draw.int(1, 3);
      return ops.slice(x, { axis, start, stop: g.draw.int(start, size), step });
    },
  },
  {
    name: 'pad',
    grow: (g) => {
      const x = g.known(g.draw.int(1, 3));
      const widths = x.shape.map((size) => [g.draw.int(size === 0 ? 0 : -1, 2), g.draw.int(0, 2)] as const);
      return ops.pad(x, widths, { value: pick(g.draw, [0, 0, -0, 1.5, -Infinity]) });
    },
  },
  {
    name: 'pad with itself',
    grow: (g) => {
      const x = g.known(g.draw.int(1, 2), 2);
      const widths = x.shape.map(() => [g.draw.int(0, 1), g.draw.int(0, 1)] as const);
      return ops.pad(x, widths, { mode: pick(g.draw, ['reflect', 'replicate', 'circular']) });
    },
  },
  {
    name: 'flip',
    grow: (g) => {
      const x = g.ranked(1);
      const axes = axesOf(x.shape).filter(() => chance(g.draw, 60));
      return ops.flip(x, { axis: axes.length > 0 ? axes : [g.axis(x)] });
    },
  },
  {
    name: 'concat',
    grow: (g) => {
      const x = g.known(g.draw.int(1, 3));
      const axis = g.axis(x);
      const others = Array.from({ length: g.draw.int(0, 2) }, () =>
        g.floatOf(x.shape.with(axis, g.knownSize())),
      );
      return ops.concat(shuffled(g.draw, [x, ...others]), { axis });
    },
  },
  {
    name: 'stack',
    grow: (g) => {
      const x = g.float();
      return ops.stack([x, g.floatOf(x.shape)], { axis: g.draw.int(0, x.shape.length) });
    },
  },
  {
    name: 'tile',
    grow: (g) => {
      const x = g.known(g.draw.int(1, 2));
      return ops.tile(
        x,
        x.shape.map(() => g.draw.int(1, 3)),
      );
    },
  },
  {
    name: 'roll',
    grow: (g) => {
      const x = g.known(g.draw.int(1, 3), 1);
      return ops.roll(x, { axis: g.axis(x), shift: g.draw.int(-3, 3) });
    },
  },
  { name: 'tril', grow: (g) => ops.tril(g.known(2), { diagonal: g.draw.int(-2, 2) }) },
  { name: 'triu', grow: (g) => ops.triu(g.known(3), { diagonal: g.draw.int(-2, 2) }) },
  { name: 'diagonal', grow: (g) => ops.diagonal(g.known(2, 2), { offset: g.draw.int(-1, 1) }) },
  {
    name: 'repeatInterleave',
    grow: (g) => {
      const x = g.known(g.draw.int(1, 2));
      return ops.repeatInterleave(x, { count: g.draw.int(1, 3), axis: g.axis(x) });
    },
  },
  {
    name: 'iota',
    grow: (g) => {
      const shape = g.shape(g.draw.int(1, 3));
      return ops.cast(ops.iota(shape, g.draw.int(0, shape.length - 1)), g.dtype);
    },
  },
  { name: 'sizeOf', grow: (g) => ops.cast(ops.sizeOf(g.float().shape), g.dtype) },
  {
    name: 'data',
    grow: (g) => {
      const shape = g.knownShape(g.draw.int(0, 2));
      const numbers = Array.from({ length: g.count(shape) }, () => g.draw.int(-8, 8) / 4);
      return ops.tensor(numbers, shape, g.dtype);
    },
  },
];
