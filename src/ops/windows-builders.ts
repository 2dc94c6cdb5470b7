/** Windows and their adjoint, as one declares them. */
import type { DType } from '../dtype.ts';
import { must } from '../errors.ts';
import type { Expr } from '../expr.ts';
import type { Shape } from '../shape-types.ts';
import { apply } from './define.ts';
import { permute } from './permute.ts';
import { reshape } from './reshape.ts';
import { sliceWith } from './slicing.ts';
import { checkedPlaces, knownSize, slideAttrs } from './windows-geometry.ts';
import { overlapAddOp, slideOf, windowsOp } from './windows.ts';
import type { TapAttrs, WindowSpec } from './windows.ts';

/** The attributes of both primitives that windows have in common. */
export const tapAttrs = (specs: readonly WindowSpec[]): TapAttrs => ({
  ...slideAttrs(specs.map(slideOf)),
  axes: specs.map(({ axis }) => axis),
  kernel: specs.map(({ kernel }) => kernel),
});

/** Whether windows lie one after the other from the first element on. */
function isDisjoint({
  kernel,
  stride = 1,
  dilation = 1,
  padding: [low, high] = [0, 0],
}: WindowSpec): boolean {
  return stride === kernel && low === 0 && high === 0 && (dilation === 1 || kernel === 1);
}

/** Windows that share no element are a reshape, and so is their adjoint: no element looks for its windows. */
function disjointWindows(x: Expr, specs: readonly WindowSpec[]): Expr {
  const places = specs.map((spec) => {
    const window = { ...slideOf(spec), kernel: spec.kernel, size: knownSize('windows', x, spec.axis) };
    return checkedPlaces('windows', x, spec.axis, window);
  });
  const along = x.shape.map((_, axis) => specs.findIndex((spec) => spec.axis === axis));
  const used = x.shape.map((size, axis) => {
    const i = must(along[axis], 'axis');
    return i < 0 ? size : must(places[i], 'places') * must(specs[i], 'window').kernel;
  });
  const none = x.shape.map(() => 0);
  const whole = sliceWith(x, { starts: none, steps: none.map(() => 1), shape: used });
  const split = used.flatMap((size, axis) => {
    const i = must(along[axis], 'axis');
    return i < 0 ? [size] : [must(places[i], 'places'), must(specs[i], 'window').kernel];
  });
  const firsts = along.map((_, axis) => axis + along.slice(0, axis).filter((i) => i >= 0).length);
  const taps = specs.map(({ axis }) => must(firsts[axis], 'axis') + 1);
  return permute(reshape(whole, split) as Expr, [...firsts, ...taps]);
}

/**
 * Every place of a window over `x`: the axes named become places, and one axis of taps for each of them follows the
 * other axes. Padding holds `value`.
 */
export function windows<D extends DType>(
  x: Expr<Shape, D>,
  specs: readonly WindowSpec[],
  options: { readonly value?: number } = {},
): Expr<Shape, D> {
  if (specs.every(isDisjoint)) return disjointWindows(x, specs) as Expr<Shape, D>;
  return apply(windowsOp, [x], { ...tapAttrs(specs), value: options.value ?? 0 }) as Expr<Shape, D>;
}

/** Adds windows up: the adjoint of `windows`, onto axes of `sizes`. The last axes of `x` are the taps. */
export function overlapAdd<D extends DType>(
  x: Expr<Shape, D>,
  specs: readonly WindowSpec[],
  sizes: readonly number[],
): Expr<Shape, D> {
  return apply(overlapAddOp, [x], { ...tapAttrs(specs), sizes }) as Expr<Shape, D>;
}
