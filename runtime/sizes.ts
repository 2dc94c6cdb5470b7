/** Sizes such as `'N'`, `'2*N'` and `'N*T'`: taking them apart, and finding what their symbols stand for. */
import type { SizeText } from './contract.ts';

/** What symbols stand for. */
export type Sizes = ReadonlyMap<string, number>;

/** A size is `coefficient` times the product of `symbols`. */
export interface Factors {
  readonly coefficient: number;
  readonly symbols: readonly string[];
}

export function factors(size: SizeText): Factors {
  if (typeof size === 'number') return { coefficient: size, symbols: [] };
  const parts = size.split('*');
  const numbers = parts.filter((part) => /^\d+$/.test(part)).map(Number);
  return {
    coefficient: numbers.reduce((a, b) => a * b, 1),
    symbols: parts.filter((part) => !/^\d+$/.test(part)),
  };
}

/** The factors of a shape's number of elements. */
export function productOf(shape: readonly SizeText[]): Factors {
  const all = shape.map(factors);
  return {
    coefficient: all.reduce((product, { coefficient }) => product * coefficient, 1),
    symbols: all.flatMap(({ symbols }) => symbols),
  };
}

/** The value of a product; NaN while a symbol of it is open. */
export function valueOf({ coefficient, symbols }: Factors, sizes: Sizes): number {
  return symbols.reduce((value, symbol) => value * (sizes.get(symbol) ?? NaN), coefficient);
}

export function sizeIn(size: SizeText, sizes: Sizes): number {
  return valueOf(factors(size), sizes);
}

/** The number of elements of a shape of numbers. */
export function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/**
 * The symbol of `size` that `value` decides, with its value: the one open symbol, where it occurs once.
 * Undefined where no or more than one symbol is open. The value is not an integer where `value` does not fit.
 */
export function solve(
  size: Factors,
  value: number,
  sizes: Sizes,
): { symbol: string; value: number } | undefined {
  const open = size.symbols.filter((symbol) => !sizes.has(symbol));
  const [symbol] = open;
  if (symbol === undefined || open.length > 1) return undefined;
  const known = valueOf({ ...size, symbols: size.symbols.filter((other) => other !== symbol) }, sizes);
  return known === 0 ? undefined : { symbol, value: value / known };
}
