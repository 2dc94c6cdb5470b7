/** What a loop remembers: stacks of the values of its body, for the loop that runs back over them. */
import { must } from '../errors.ts';
import type { Expr } from '../expr.ts';
import { mapGraph, rebuild } from '../walk.ts';
import { reshape } from './reshape.ts';
import type { Bound } from './scan-close.ts';
import { dependents } from './scan-pullback.ts';
import { placeholder, rootsOf, scanBody, scanResult } from './scan.ts';
import type { ScanAttrs, ScanBody } from './scan.ts';

/** The expressions of a body's derivative over the values of a loop: kept ones are read, others are computed. */
export class History {
  readonly #scan: Expr;
  readonly #body: ScanBody;
  /** The nodes of the body that differ between iterations. */
  readonly #inside: ReadonlySet<Expr>;
  readonly #outputs: ReadonlyMap<Expr, number>;
  readonly #demanded = new Map<Expr, number>();

  constructor(scan: Expr) {
    this.#scan = scan;
    this.#body = scanBody(scan);
    this.#inside = dependents(rootsOf(this.#body), [...this.#body.carries, ...this.#body.inputs]);
    this.#outputs = new Map(this.#body.outputs.map((value, i) => [value, i]));
  }

  /** Asks for the stack of `value`: what the loop did not keep becomes an output of the loop that runs back. */
  demand(value: Expr): void {
    if (this.#kept(value)) return;
    if (value.op.name === 'reshape') this.demand(must(value.args[0], 'operand'));
    else if (!this.#demanded.has(value)) this.#demanded.set(value, this.#demanded.size);
  }

  /** Whether there is, or will be, a stack of `value`. */
  has(value: Expr): boolean {
    return this.#demanded.has(value) || this.#kept(value) !== null;
  }

  /** The values that the loop that runs back must output, in order. */
  demanded(): readonly Expr[] {
    return [...this.#demanded.keys()];
  }

  /** The stack of a value that was asked for; `back` is the loop that runs back, whose outputs begin at `first`. */
  stack(value: Expr, back: Expr, first: number): Expr {
    const kept = this.#kept(value);
    if (kept) return kept;
    if (value.op.name !== 'reshape')
      return scanResult(back, first + must(this.#demanded.get(value), 'stack'));
    const { length } = this.#scan.attrs as ScanAttrs;
    return reshape(this.stack(must(value.args[0], 'operand'), back, first), [length, ...value.shape]);
  }

  /** `roots` with every kept value read from its stack, and every constant from outside. */
  replay(roots: readonly Expr[]): { readonly roots: readonly Expr[]; readonly inputs: readonly Bound[] } {
    const inputs: Bound[] = [];
    const find = mapGraph(roots, (node, args) => {
      const operand = this.#inside.has(node) ? this.#kept(node) : null;
      if (!operand) return this.outer(node) ?? rebuild(node, args);
      const leaf = placeholder('kept', node.shape, node.dtype);
      inputs.push({ leaf, operand });
      return leaf;
    });
    return { roots: roots.map(find), inputs };
  }

  /** The operand behind a constant of the body; null for other nodes. */
  outer(node: Expr): Expr | null {
    const { carries, inputs, constants } = this.#body;
    const at = constants.indexOf(node);
    return at < 0 ? null : must(this.#scan.args[carries.length + inputs.length + at], 'operand');
  }

  /** The stack of a value that the loop kept or was given. */
  #kept(node: Expr): Expr | null {
    const { carries, inputs } = this.#body;
    const given = inputs.indexOf(node);
    if (given >= 0) return must(this.#scan.args[carries.length + given], 'operand');
    const kept = this.#outputs.get(node);
    return kept === undefined ? null : scanResult(this.#scan, carries.length + kept);
  }
}
