/**
 * Convolution, in the sense of machine learning: the window is not reversed. One primitive serves all: its
 * derivatives, transposed convolution and their derivatives again are convolutions with other windows.
 */
import type { Algebra } from '../algebra/algebra.ts';
import { AdjointError, must } from '../errors.ts';
import { describe } from '../describe.ts';
import type { Attrs, Expr } from '../expr.ts';
import { indexAdd, indexMul, int32, prim, sizeOf } from '../kernel/build.ts';
import type { Scalar } from '../kernel/language.ts';
import { divide, product } from '../size.ts';
import { apply, defineOp, example } from './define.ts';
import type { Example, MeaningContext, Op, Read, Signature, Tensor } from './define.ts';
import { eachIndex, flatIndex } from './index-math.ts';
import { flip } from './flip.ts';
import { permute } from './permute.ts';
import { reshape } from './reshape.ts';
import type { Slide, SlideAttrs, Window } from './windows-geometry.ts';
import {
  checkedPlaces,
  elementAt,
  elementScalar,
  extent,
  guarded,
  knownSize,
  placesOf,
  slideAt,
  slideAttrs,
} from './windows-geometry.ts';

export type ConvolutionAttrs = SlideAttrs & { readonly groups: number };

export const convolutionOp: Op<ConvolutionAttrs> = defineOp<ConvolutionAttrs>({
  name: 'convolution',
  family: 'contraction',
  doc:
    'Windows of [N, G*C, ...] times weights [G*O, C, ...] in G groups; sums run over (channel, window) in order ' +
    'from +0, and padding multiplies zeros.',
  examples: convolutionExamples(),
  infer: convolutionSignature,
  meaning: convolutionMeaning,
  vjp: (g, node) => [inputGradient(g, node), weightGradient(g, node)],
  lowering: {
    kind: 'contraction',
    axes: ({ args }) => must(args[1], 'weight').shape.slice(1),
    value: convolutionTerm,
  },
});

/** Along each axis: stride, low, high, dilation, spread. */
type SlideNumbers = readonly [stride: number, low: number, high: number, dilation: number, spread: number];

function convolutionExamples(): Example<ConvolutionAttrs>[] {
  const attrs = (groups: number, ...slides: readonly SlideNumbers[]): ConvolutionAttrs => {
    const named = slides.map(([stride, low, high, dilation, spread]) => ({
      stride,
      low,
      high,
      dilation,
      spread,
    }));
    return { ...slideAttrs(named), groups };
  };
  return [
    example(attrs(1, [1, 0, 0, 1, 1]), [2, 2, 5], [3, 2, 3]),
    example(attrs(2, [2, 1, 2, 2, 1]), [1, 4, 7], [6, 2, 3]),
    example(attrs(1, [2, -1, 3, 1, 3]), [2, 1, 4], [2, 1, 2]),
    example(attrs(3, [1, 2, -1, 1, 1], [3, 0, 2, 1, 2]), [2, 3, 4, 3], [3, 1, 2, 3]),
    example(attrs(1, [1, 0, 1, 1, 1], [1, 1, 0, 1, 1], [2, 0, 0, 1, 1]), [1, 2, 2, 3, 3], [2, 2, 2, 2, 1]),
    example(attrs(1, [1, 0, 0, 1, 1]), [0, 2, 4], [3, 2, 3]),
    example(attrs(1, [1, 0, 0, 1, 1]), [2, 0, 4], [3, 0, 3]),
  ];
}

const operands = ({ args }: { readonly args: readonly Expr[] }): readonly [Expr, Expr] => [
  must(args[0], 'input'),
  must(args[1], 'weight'),
];
const spatial = <T>(values: readonly T[]): readonly T[] => values.slice(2);
const groupsOf = (node: Expr): number => Number(node.attrs['groups']);

/** The window along each spatial axis. */
function windowsOf(x: Expr, weight: Expr, attrs: Attrs): Window[] {
  return spatial(x.shape).map((_, i) => ({
    ...slideAt(attrs, i),
    size: knownSize('convolution', x, i + 2),
    kernel: knownSize('convolution', weight, i + 2),
  }));
}

function convolutionSignature(args: readonly Expr[], attrs: ConvolutionAttrs): Signature {
  const [x, weight] = operands({ args });
  const details = [describe(x), describe(weight)];
  if (x.dtype !== weight.dtype) {
    throw new AdjointError('E-DTYPE', 'convolution: element types differ', details);
  }
  if (x.shape.length < 3 || x.shape.length !== weight.shape.length) {
    throw new AdjointError('E-SHAPE-RANK', 'convolution: input and weight differ in rank', details);
  }
  const [batch, channels] = [must(x.shape[0], 'batch'), must(x.shape[1], 'channels')];
  const [filters, depth] = [must(weight.shape[0], 'filters'), must(weight.shape[1], 'depth')];
  if (product([depth, attrs.groups]) !== channels) {
    const headline = `convolution: ${channels} channels, not ${product([depth, attrs.groups])}`;
    throw new AdjointError('E-SHAPE-LAYER', headline, details);
  }
  if (divide(filters, attrs.groups) === null) {
    const headline = `convolution: ${filters} filters do not divide into ${attrs.groups} groups`;
    throw new AdjointError('E-ATTRIBUTE', headline, details);
  }
  const places = windowsOf(x, weight, attrs).map((window, i) =>
    checkedPlaces('convolution', x, i + 2, window),
  );
  return { shape: [batch, filters, ...places], dtype: x.dtype };
}

function convolutionMeaning<T>(
  k: Algebra<T>,
  args: readonly Tensor<T>[],
  { attrs, shape }: MeaningContext<ConvolutionAttrs>,
): T[] {
  const [x, weight] = [must(args[0], 'input'), must(args[1], 'weight')];
  const depth = must(weight.shape[1], 'depth');
  const filtersPerGroup = must(weight.shape[0], 'filters') / attrs.groups;
  const windows = spatial(x.shape).map((size, i) => ({
    ...slideAt(attrs, i),
    size,
    kernel: must(weight.shape[i + 2], 'kernel'),
  }));
  const zero = k.constant(0);
  const result: T[] = [];
  eachIndex(shape, (index) => {
    const [row, filter] = [must(index[0], 'row'), must(index[1], 'filter')];
    const firstChannel = Math.floor(filter / filtersPerGroup) * depth;
    let total = zero;
    eachIndex(weight.shape.slice(1), (inner) => {
      const [channel = 0, ...taps] = inner;
      const place = windows.map((window, i) => elementAt(window, must(index[i + 2], 'place'), taps[i] ?? 0));
      const inside = place.every((i) => i !== null);
      const at = inside ? flatIndex([row, firstChannel + channel, ...(place as number[])], x.shape) : -1;
      const element = inside ? must(x.data[at], 'element') : zero;
      const factor = must(weight.data[flatIndex([filter, ...inner], weight.shape)], 'weight');
      total = k.add(total, k.mul(element, factor));
    });
    result.push(total);
  });
  return result;
}

function convolutionTerm(node: Expr, index: readonly Scalar[], inner: readonly Scalar[], read: Read): Scalar {
  const [x, weight] = operands(node);
  const [row, filter] = [must(index[0], 'row'), must(index[1], 'filter')];
  const channel = must(inner[0], 'channel');
  const guards = windowsOf(x, weight, node.attrs).map((window, i) =>
    elementScalar(window, must(index[i + 2], 'place'), must(inner[i + 1], 'tap')),
  );
  const element = read(0, [row, inputChannel(node, filter, channel), ...guards.map((guard) => guard.index)]);
  const padded = guarded(
    guards.flatMap(({ tests }) => tests),
    element,
    0,
  );
  return prim('mul', padded, read(1, [filter, ...inner]));
}

/** The channel of the input that meets `channel` of the weights of `filter`. */
function inputChannel(node: Expr, filter: Scalar, channel: Scalar): Scalar {
  const groups = groupsOf(node);
  if (groups === 1) return channel;
  const [, weight] = operands(node);
  const filtersPerGroup = sizeOf(
    must(divide(must(weight.shape[0], 'filters'), groups), 'filters of a group'),
  );
  const group = weight.shape[0] === groups ? filter : prim('idiv', filter, filtersPerGroup);
  const depth = must(weight.shape[1], 'depth');
  return indexAdd(indexMul(group, depth), depth === 1 ? int32(0) : channel);
}

/** Applies the primitive. */
export function convolve(x: Expr, weight: Expr, slides: readonly Slide[], groups: number): Expr {
  return apply(convolutionOp, [x, weight], { ...slideAttrs(slides), groups });
}

/** Weights [G*A, B, ...] as [G*B, A, ...]: inputs and outputs of each group exchanged. */
function exchanged(weight: Expr, groups: number): Expr {
  const [first, second, ...kernel] = weight.shape;
  const perGroup = must(divide(must(first, 'filters'), groups), 'filters of a group');
  const depth = must(second, 'depth');
  const split = reshape(weight, [groups, perGroup, depth, ...kernel]);
  const order = [0, 2, 1, ...kernel.map((_, i) => i + 3)];
  return reshape(permute(split, order), [product([groups, depth]), perGroup, ...kernel]);
}

/** Weights with inputs and outputs of each group exchanged, and each window reversed. */
export function transposedWeight(weight: Expr, groups: number): Expr {
  const axes = spatial(weight.shape).map((_, i) => i + 2);
  return flip(exchanged(weight, groups), { axis: axes });
}

/**
 * A window moves back over the cotangent, spread by the stride: tap k of it meets element i of the input where
 * place * stride = i * spread + low - k * dilation.
 */
function inputGradient(g: Expr, node: Expr): Expr {
  const [x, weight] = operands(node);
  const slides = windowsOf(x, weight, node.attrs).map((window): Slide => {
    const { size, kernel, stride, low, dilation, spread } = window;
    return {
      stride: spread,
      low: (kernel - 1) * dilation - low,
      high: (size - 1) * spread + low - (placesOf(window) - 1) * stride,
      dilation,
      spread: stride,
    };
  });
  return convolve(g, transposedWeight(weight, groupsOf(node)), slides, groupsOf(node));
}

/** Rows and channels change roles: the cotangent is the window that moves over the input, by the dilation. */
function weightGradient(g: Expr, node: Expr): Expr {
  const [x, weight] = operands(node);
  const groups = groupsOf(node);
  const slides = windowsOf(x, weight, node.attrs).map((window): Slide => {
    const { size, kernel, stride, low, dilation, spread } = window;
    const reach = (kernel - 1) * dilation + extent(placesOf(window), stride);
    return { stride: dilation, low, high: reach - low - extent(size, spread), dilation: stride, spread };
  });
  const rows = must(x.shape[0], 'rows');
  const split = reshape(x, [rows, groups, must(weight.shape[1], 'depth'), ...spatial(x.shape)]);
  const swapped = permute(split, [2, 1, 0, ...spatial(x.shape).map((_, i) => i + 3)]);
  const inputs = reshape(swapped, [
    must(weight.shape[1], 'depth'),
    product([groups, rows]),
    ...spatial(x.shape),
  ]);
  return swapFirst(convolve(inputs, swapFirst(g), slides, groups));
}

/** The first two axes exchanged. */
function swapFirst(x: Expr): Expr {
  return permute(
    x,
    x.shape.map((_, i): number => (i === 0 ? 1 : i === 1 ? 0 : i)),
  );
}
