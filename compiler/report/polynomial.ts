/** Amounts that grow with the named sizes of a program: polynomials with whole coefficients. */
import { factors } from '../../src/size.ts';
import type { Size } from '../../src/size.ts';

export type Sizes = Readonly<Record<string, number>>;

/** A sum of products of sizes, such as `256*N + 20`. */
export class Polynomial {
  /** Coefficients by the product of their symbols: `''`, `'N'`, `'N*T'`. None is 0. */
  readonly #terms: ReadonlyMap<string, number>;

  private constructor(terms: ReadonlyMap<string, number>) {
    this.#terms = terms;
  }

  static readonly zero: Polynomial = new Polynomial(new Map());

  static of(size: Size): Polynomial {
    const { coefficient, symbols } = factors(size);
    return coefficient === 0
      ? Polynomial.zero
      : new Polynomial(new Map([[[...symbols].sort().join('*'), coefficient]]));
  }

  plus(other: Polynomial): Polynomial {
    const terms = new Map(this.#terms);
    for (const [symbols, coefficient] of other.#terms)
      terms.set(symbols, (terms.get(symbols) ?? 0) + coefficient);
    return new Polynomial(terms);
  }

  times(size: Size): Polynomial {
    const { coefficient, symbols } = factors(size);
    if (coefficient === 0) return Polynomial.zero;
    const terms = [...this.#terms].map(([own, times]): [string, number] => {
      const all = [...(own === '' ? [] : own.split('*')), ...symbols];
      return [all.sort().join('*'), times * coefficient];
    });
    return new Polynomial(new Map(terms));
  }

  /** The number that it is where each symbol has the value of `sizes`; NaN where one is missing. */
  at(sizes: Sizes): number {
    let total = 0;
    for (const [symbols, coefficient] of this.#terms) {
      const parts = symbols === '' ? [] : symbols.split('*');
      total += parts.reduce((value, symbol) => value * (sizes[symbol] ?? Number.NaN), coefficient);
    }
    return total;
  }

  /** The highest power first; `'0'` for none. */
  toString(): string {
    const degree = (symbols: string): number => (symbols === '' ? 0 : symbols.split('*').length);
    const terms = [...this.#terms].sort(([a], [b]) => degree(b) - degree(a) || (a < b ? -1 : 1));
    const text = terms.map(([symbols, coefficient]) =>
      symbols === '' ? String(coefficient) : coefficient === 1 ? symbols : `${coefficient}*${symbols}`,
    );
    return text.join(' + ') || '0';
  }

  toJSON(): string {
    return this.toString();
  }
}

export function sum(of: readonly Polynomial[]): Polynomial {
  return of.reduce((total, each) => total.plus(each), Polynomial.zero);
}
