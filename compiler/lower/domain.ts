/** Shapes that share a loop nest: each is a prefix of the largest, up to trailing ones. */
import type { Size } from '../../src/size.ts';

/** The rank of a shape without its trailing ones. */
function depthOf(shape: readonly Size[]): number {
  return 1 + shape.findLastIndex((size) => size !== 1);
}

/** The largest of shapes that share a nest. */
export function domainOf(shapes: readonly (readonly Size[])[]): readonly Size[] {
  return shapes.reduce((a, b) => (depthOf(b) > depthOf(a) ? b : a));
}

/** Whether the axes of `small` are the outer axes of `large`. */
export function isPrefix(small: readonly Size[], large: readonly Size[]): boolean {
  const depth = depthOf(small);
  return depth <= depthOf(large) && small.slice(0, depth).every((size, d) => size === large[d]);
}

/** Whether two shapes can share a nest. */
export function sharesNest(a: readonly Size[], b: readonly Size[]): boolean {
  return isPrefix(a, b) || isPrefix(b, a);
}
