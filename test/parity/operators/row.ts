/** What a row of a table of operations is. */
import type { Expr, Shape } from 'adjoint';
import { Unsupported } from '../unsupported.ts';

export type Float = Expr<Shape, 'float64'>;
export type Integer = Expr<Shape, 'int32'>;
export type Bool = Expr<Shape, 'bool'>;

/** Operands by the names of the specification; an optional one that was not given is absent. */
export type Inputs = Readonly<Record<string, Expr>>;

interface Row {
  build(inputs: Inputs, attrs: Readonly<Record<string, unknown>>): Expr | readonly Expr[];
}

/**
 * Makes the outputs of an operation from its operands and attributes. It is declared as a method, which is compared
 * bivariantly, so that each row says which operands and attributes it reads: the specification promises them.
 */
export type Build = Row['build'];

export type Rows = Readonly<Record<string, Build>>;

/** A row's only operand. */
export type Unary = { readonly input: Float };

/** Two operands that broadcast. */
export type Binary = Unary & { readonly other: Float };

/** A row of one operand that has no attributes. */
export function unary(f: (x: Float) => Expr): Build {
  return ({ input }) => f(input as Float);
}

/** A row of two operands that has no attributes. */
export function binary(f: (x: Float, y: Float) => Expr): Build {
  return ({ input, other }) => f(input as Float, other as Float);
}

/** An option that may be `null`, which means not given. */
export function given<K extends string, V>(key: K, value: V | null | undefined): { [P in K]?: V } {
  return value === null || value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}

/** T_max becomes tMax, num_layers numLayers. */
export const camel = (name: string): string =>
  name
    .replace(/^[A-Z]/, (letter) => letter.toLowerCase())
    .replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** Attributes as options: names in camel case, and without those that are not given. */
export function options(attrs: Readonly<Record<string, unknown>>): Record<string, never> {
  const entries = Object.entries(attrs).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(entries.map(([name, value]) => [camel(name), value])) as Record<string, never>;
}

/** Refuses an attribute value that the project does not have. */
export function refuse(what: string): never {
  throw new Unsupported(`no ${what}`);
}

/** The operands of a row that has any number of them, in order. */
export function operands(inputs: Inputs): readonly Float[] {
  return Object.values(inputs) as Float[];
}

/** The outputs of a row, of which there may be one. */
export function listed(built: Expr | readonly Expr[]): readonly Expr[] {
  return Array.isArray(built) ? (built as readonly Expr[]) : [built as Expr];
}
