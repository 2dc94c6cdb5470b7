/** Padding with a number, or with the tensor's own elements. */
import type { DType } from '../dtype.ts';
import { AdjointError, must } from '../errors.ts';
import { describe } from '../describe.ts';
import type { Expr } from '../expr.ts';
import type { Shape } from '../shape-types.ts';
import { broadcastTo } from './broadcast.ts';
import { concat } from './concat.ts';
import { flip } from './flip.ts';
import { knownSize, slice } from './parts.ts';
import type { Padded } from './result-types.ts';
import { padWith } from './slicing.ts';

export type PadMode = 'constant' | 'reflect' | 'replicate' | 'circular';

export interface PadOptions {
  /**
   * What is put around: a number, the elements mirrored without the edge, the edge repeated, or the opposite end.
   * Default 'constant'.
   */
  readonly mode?: PadMode;
  /** The number for 'constant', default 0. */
  readonly value?: number;
}

/** Elements before and after each axis; negative amounts crop. */
export type PadWidths = readonly (readonly [before: number, after: number])[];

/** Pads axis i by `widths[i]`. Reflected and circular widths may not exceed what the axis can give. */
export function pad<S extends Shape, D extends DType, const W extends PadWidths>(
  x: Expr<S, D>,
  widths: W,
  options: PadOptions = {},
): Expr<Padded<S, W>, D> {
  return padded(x, widths, options) as unknown as Expr<Padded<S, W>, D>;
}

function padded(x: Expr, widths: PadWidths, options: PadOptions): Expr {
  const { mode = 'constant', value = 0 } = options;
  const whole = widths.length === x.shape.length && widths.flat().every(Number.isInteger);
  if (!whole) {
    const headline = `pad: needs two whole numbers for each of ${x.shape.length} axes`;
    throw new AdjointError('E-ATTRIBUTE', headline, [describe(x)]);
  }
  const low = widths.map(([before]) => before);
  const high = widths.map(([, after]) => after);
  const between = widths.map(() => 0);
  if (mode === 'constant') return padWith(x, { low, high, between, value });
  const crop = (amounts: readonly number[]): number[] => amounts.map((amount) => Math.min(amount, 0));
  const cropped = padWith(x, { low: crop(low), high: crop(high), between, value: 0 });
  return widths.reduce((y, [before, after], axis) => {
    const parts = [edge(y, axis, -Math.max(before, 0), mode), y, edge(y, axis, Math.max(after, 0), mode)];
    const present = parts.filter((part) => part !== null);
    return present.length === 1 ? y : concat(present, { axis });
  }, cropped);
}

/** What goes before (negative `amount`) or after an axis; null for nothing. */
function edge(x: Expr, axis: number, amount: number, mode: Exclude<PadMode, 'constant'>): Expr | null {
  if (amount === 0) return null;
  const size = knownSize(`pad ${mode}`, x, axis);
  const width = Math.abs(amount);
  const available = { reflect: size - 1, replicate: size > 0 ? Number.POSITIVE_INFINITY : 0, circular: size };
  if (width > must(available[mode], 'mode')) {
    const headline = `pad ${mode}: axis ${axis} of size ${size} cannot give ${width} elements`;
    throw new AdjointError('E-ATTRIBUTE', headline, [describe(x)]);
  }
  if (mode === 'replicate') {
    const entry = slice(x, amount < 0 ? { axis, stop: 1 } : { axis, start: -1 });
    return broadcastTo(entry, x.shape.with(axis, width));
  }
  if (mode === 'circular') {
    return slice(x, amount < 0 ? { axis, start: size - width } : { axis, stop: width });
  }
  const mirrored = amount < 0 ? { start: 1, stop: 1 + width } : { start: size - 1 - width, stop: size - 1 };
  return flip(slice(x, { axis, ...mirrored }), { axis });
}
