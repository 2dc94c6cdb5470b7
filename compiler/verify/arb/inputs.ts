/** Random data for what given expressions read. */
import { isFloat } from '../../../src/dtype.ts';
import type { Expr } from '../../../src/expr.ts';
import { inputRanges } from '../../../src/ranges.ts';
import { evaluateSize, factors, product } from '../../../src/size.ts';
import type { InputSlot, Slot } from '../../../src/slot.ts';
import { slotName } from '../../../src/slot.ts';
import { postorder } from '../../../src/walk.ts';
import type { Draw } from '../draw.ts';
import { drawElements } from './values.ts';
import type { Range } from './values.ts';

export interface DataOptions {
  /** Where floats lie; default [-2, 2]. By name where inputs differ. */
  readonly domain?: Range | Readonly<Record<string, Range>>;
  /** The largest value of a symbol; default 4. */
  readonly largest?: number;
}

export interface Data {
  readonly data: ReadonlyMap<Slot, readonly number[]>;
  readonly sizes: Readonly<Record<string, number>>;
}

/** The slots that `roots` read and that have no value of their own. */
export function openSlots(roots: readonly Expr[]): Slot[] {
  const found = new Set<Slot>();
  for (const { slot, args } of postorder(roots)) {
    if (slot && args.length === 0 && ['input', 'parameter', 'state'].includes(slot.kind)) found.add(slot);
  }
  return [...found];
}

/** A value for every symbol. */
export function drawSizes(draw: Draw, roots: readonly Expr[], largest: number = 4): Record<string, number> {
  const symbols = new Set(
    postorder(roots).flatMap(({ shape }) => shape.flatMap((size) => factors(size).symbols)),
  );
  return Object.fromEntries([...symbols].map((symbol) => [symbol, draw.int(1, largest)]));
}

function domainOf(slot: Slot, { domain }: DataOptions): Range {
  const own = Array.isArray(domain)
    ? domain
    : (domain as Readonly<Record<string, Range>> | undefined)?.[slotName(slot)];
  return (own as Range | undefined) ?? [-2, 2];
}

/** Ordinary numbers for every slot that `roots` read: floats of the domain, indices of their range. */
export function drawData(draw: Draw, roots: readonly Expr[], options: DataOptions = {}): Data {
  const slots = openSlots(roots);
  const inputs = slots.filter((slot): slot is InputSlot => slot.kind === 'input');
  const ranges = inputRanges(roots, inputs);
  const sizes = drawSizes(draw, roots, options.largest);
  const data = new Map<Slot, readonly number[]>();
  for (const slot of slots) {
    const count = evaluateSize(product(slot.shape), sizes);
    const known = slot.kind === 'input' ? ranges.get(slot) : undefined;
    const whole: Range = known ? [known.low, known.high] : [0, 3];
    const range = isFloat(slot.dtype) ? domainOf(slot, options) : whole;
    data.set(slot, drawElements(draw, slot.dtype, count, { range }));
  }
  return { data, sizes };
}
