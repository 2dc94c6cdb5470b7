/**
 * A size of a tensor: a number, or a coefficient times a product of named symbols in canonical text:
 * `'N'`, `'2*N'`, `'N*T'` (coefficient first when it is not 1, symbols sorted).
 */
export type Size = number | string;

/** A size taken apart: `coefficient` times the product of `symbols` (sorted, repeated for powers). */
export interface SizeFactors {
  readonly coefficient: number;
  readonly symbols: readonly string[];
}

const factorsOf = new Map<string, SizeFactors>();

/** The factors of a size. Symbols are identifiers; anything else is not a size. */
export function factors(size: Size): SizeFactors {
  if (typeof size === 'number') return { coefficient: size, symbols: [] };
  const known = factorsOf.get(size);
  if (known) return known;
  let coefficient = 1;
  const symbols: string[] = [];
  for (const part of size.split('*')) {
    if (/^[0-9]+$/.test(part)) coefficient *= Number(part);
    else symbols.push(part);
  }
  const result = { coefficient, symbols: symbols.sort() };
  if (factorsOf.size < 4096) factorsOf.set(size, result);
  return result;
}

/** Whether `size` is a non-negative integer or well-formed symbolic text. */
export function isSize(size: unknown): size is Size {
  if (typeof size === 'number') return Number.isSafeInteger(size) && size >= 0;
  return (
    typeof size === 'string' && /^([0-9]+\*)?[A-Za-z_][A-Za-z0-9_]*(\*[A-Za-z_][A-Za-z0-9_]*)*$/.test(size)
  );
}

function fromFactors({ coefficient, symbols }: SizeFactors): Size {
  if (symbols.length === 0 || coefficient === 0) return coefficient;
  const product = [...symbols].sort().join('*');
  return coefficient === 1 ? product : `${coefficient}*${product}`;
}

/** The canonical spelling of a size, so that equal sizes are equal values. */
export function canonicalSize(size: Size): Size {
  return typeof size === 'number' ? size : fromFactors(factors(size));
}

/** The product of sizes; 1 for none. */
export function product(sizes: readonly Size[]): Size {
  if (sizes.every((size) => typeof size === 'number'))
    return sizes.reduce<number>((a, b) => a * Number(b), 1);
  const all = sizes.map(factors);
  return fromFactors({
    coefficient: all.reduce((a, f) => a * f.coefficient, 1),
    symbols: all.flatMap((f) => f.symbols),
  });
}

/** `total / part` where it is a size again, else null: `divide('6*N', '2*N')` is 3. */
export function divide(total: Size, part: Size): Size | null {
  const numerator = factors(total);
  const denominator = factors(part);
  if (denominator.coefficient === 0) return null;
  const coefficient = numerator.coefficient / denominator.coefficient;
  if (!Number.isInteger(coefficient)) return null;
  const symbols = [...numerator.symbols];
  for (const symbol of denominator.symbols) {
    const at = symbols.indexOf(symbol);
    if (at < 0) return null;
    symbols.splice(at, 1);
  }
  return fromFactors({ coefficient, symbols });
}

/** The number that `size` is when each symbol has the value `sizes` gives it. */
export function evaluateSize(size: Size, sizes: Readonly<Record<string, number>>): number {
  if (typeof size === 'number') return size;
  const { coefficient, symbols } = factors(size);
  return symbols.reduce((value, symbol) => value * (sizes[symbol] ?? Number.NaN), coefficient);
}
