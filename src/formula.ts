/** Expressions as formulas, to read or to typeset. */
import { isFloat } from './dtype.ts';
import { must } from './errors.ts';
import type { Expr } from './expr.ts';
import type { Notation, Piece, Style } from './formula-notation.ts';
import { latexNotation, textNotation } from './formula-notation.ts';
import { slotName } from './slot.ts';
import type { Size } from './size.ts';
import { postorder } from './walk.ts';

export interface FormulaOptions {
  /** Default `'text'`. */
  readonly style?: 'text' | 'latex';
  /** Nodes that stand in formulas by a name, in place of their own formula. */
  readonly names?: ReadonlyMap<Expr, string>;
}

/**
 * The formula of an expression. Leaves stand by their names; a part that occurs twice, and one with a name of the
 * user's, gets a line of its own before. Broadcasts and changes of float type are not shown. Equal graphs have equal
 * formulas, and parentheses keep the order of operations.
 */
export function formula(expr: Expr, options: FormulaOptions = {}): string {
  return formulas([{ name: null, expr }], options);
}

/** A line of a system of formulas: `name = expr`, or the formula alone. */
export interface Equation {
  readonly name: string | null;
  readonly expr: Expr;
}

/** Several formulas that share parts: one line each, after the lines of the parts. */
export function formulas(equations: readonly Equation[], options: FormulaOptions = {}): string {
  const notation = notations[options.style ?? 'text'];
  const writer = new Writer(notation, options.names ?? new Map());
  for (const equation of equations) writer.write(equation, equations);
  return writer.lines.join('\n');
}

const notations: Readonly<Record<Style, Notation>> = { text: textNotation, latex: latexNotation };

/** The sizes that are not 1: reshapes that keep them change nothing that a formula shows. */
const proper = (shape: readonly Size[]): string => shape.filter((size) => size !== 1).join(' ');

function isSilent({ op, args: [x], dtype, shape }: Expr): boolean {
  if (!x) return false;
  if (op.name === 'broadcastTo') return true;
  if (op.name === 'cast') return isFloat(x.dtype) && isFloat(dtype);
  return op.name === 'reshape' && proper(x.shape) === proper(shape);
}

/** The node that a formula shows for `node`. */
function shown(node: Expr): Expr {
  let current = node;
  while (isSilent(current)) current = must(current.args[0], 'operand');
  return current;
}

/** The shortest decimal that reads back to `value` in its dtype. */
function shortest(value: number, dtype: string): number {
  if (dtype !== 'float32') return value;
  for (let digits = 1; digits < 9; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return candidate;
  }
  return value;
}

const hidden = new Set(['shape', 'dtype', 'stream']);

function detailsOf({ attrs }: Expr): string[] {
  return Object.entries(attrs).flatMap(([key, value]) =>
    hidden.has(key) ? [] : [`${key} ${Array.isArray(value) ? `[${value.join(', ')}]` : String(value)}`],
  );
}

class Writer {
  readonly lines: string[] = [];
  readonly #notation: Notation;
  readonly #names: ReadonlyMap<Expr, string>;
  readonly #pieces = new Map<Expr, Piece>();
  #parts = 0;

  constructor(notation: Notation, names: ReadonlyMap<Expr, string>) {
    this.#notation = notation;
    this.#names = new Map([...names].map(([node, name]) => [shown(node), name]));
  }

  write({ name, expr }: Equation, all: readonly Equation[]): void {
    const uses = usesOf(all.map((equation) => shown(equation.expr)));
    const root = shown(expr);
    for (const node of postorder([root])) {
      if (isSilent(node) || this.#pieces.has(node)) continue;
      const known = node === root ? undefined : this.#names.get(node);
      if (known !== undefined) this.#pieces.set(node, this.#notation.name(known));
      else if (node !== root) this.#pieces.set(node, this.#placed(node, uses.get(node) ?? 0));
    }
    const { text } = this.#pieces.get(root) ?? this.#pieceOf(root);
    this.lines.push(name === null ? text : `${this.#notation.name(name).text} = ${text}`);
    const own = name === null ? undefined : this.#names.get(root);
    if (own !== undefined) this.#pieces.set(root, this.#notation.name(own));
  }

  /** A part where it is used: in place, or by the name under which it has a line of its own. */
  #placed(node: Expr, uses: number): Piece {
    const piece = this.#pieceOf(node);
    const own = node.slot ? null : (node.origin?.name ?? null);
    if (node.args.length === 0 || (uses < 2 && own === null)) return piece;
    const name = this.#notation.name(own ?? `u${++this.#parts}`);
    this.lines.push(`${name.text} = ${piece.text}`);
    return name;
  }

  #pieceOf(node: Expr): Piece {
    const { op, attrs, slot, dtype } = node;
    if (op.name === 'constant') return this.#notation.number(shortest(Number(attrs['value']), dtype));
    if (op.name === 'size') return this.#notation.size(String(attrs['size']));
    if (slot && slot.kind !== 'data' && node.args.length === 0) return this.#notation.name(slotName(slot));
    const operands = node.args.map(shown);
    const pieces = operands.map((operand) => must(this.#pieces.get(operand), `piece of ${operand.op.name}`));
    const rule = this.#notation.rules[op.name];
    return rule ? rule(pieces, node, operands) : this.#notation.call(op.name, pieces, detailsOf(node));
  }
}

/** How often each node is an operand of others, silent ones left out. */
function usesOf(roots: readonly Expr[]): Map<Expr, number> {
  const uses = new Map<Expr, number>();
  for (const node of postorder(roots)) {
    if (isSilent(node)) continue;
    for (const operand of new Set(node.args.map(shown))) uses.set(operand, (uses.get(operand) ?? 0) + 1);
  }
  return uses;
}
