/**
 * Where digits are lost: each node computed in float64 and in double-double. A node loses what its own error exceeds
 * that of its operands by. Where the compiler knows a safe spelling, it is named.
 */
import type { Algebra } from '../../../src/algebra/algebra.ts';
import { doubleDoubleAlgebra, relativeError } from '../../../src/algebra/double-double.ts';
import type { DoubleDouble } from '../../../src/algebra/double-double.ts';
import { float64Algebra } from '../../../src/algebra/float64.ts';
import { nameOf } from '../../../src/describe.ts';
import { isFloat } from '../../../src/dtype.ts';
import type { Expr } from '../../../src/expr.ts';
import { interpret } from '../../../src/interpret.ts';
import type { Slot } from '../../../src/slot.ts';
import { postorder } from '../../../src/walk.ts';
import { drawData } from '../arb/inputs.ts';
import type { Data, DataOptions } from '../arb/inputs.ts';
import { expandGradients } from '../../differentiate/expand.ts';
import { stabilize } from '../../stabilize/stabilize.ts';
import { drawFrom } from '../draw.ts';
import { Report } from '../report.ts';
import type { Check } from '../report.ts';
import { namedData } from './gradients.ts';

export interface StabilityOptions extends DataOptions {
  /** Random points; default 20. */
  readonly runs?: number;
  readonly seed?: number;
  /** Bits that a node may lose, of the 53 that there are; default 20. */
  readonly allowed?: number;
  readonly data?: Readonly<Record<string, readonly number[]>>;
  readonly sizes?: Readonly<Record<string, number>>;
}

/** A node and the most bits that it lost. */
export interface Loss {
  readonly node: Expr;
  readonly bits: number;
  /** The name of the rule that replaces it by a safe spelling, if there is one. */
  readonly rule: string | null;
}

const bitsOfFloat64 = 53;

/** Bits of a relative error that are wrong, of 53. */
const wrongBits = (error: number): number =>
  Number.isNaN(error)
    ? bitsOfFloat64
    : Math.min(bitsOfFloat64, Math.max(0, Math.log2(error) + bitsOfFloat64));

/** The values of all nodes over one algebra. */
function valuesOf<T>(
  k: Algebra<T>,
  nodes: readonly Expr[],
  { data, sizes }: Data,
): readonly (readonly T[])[] {
  const slots = new Map<Slot, readonly T[]>(
    [...data].map(([slot, values]) => [slot, values.map(k.constant)]),
  );
  return interpret(k, nodes, { slots, sizes }).map((tensor) => tensor.data);
}

/** The largest relative error of a tensor's elements. Where both are infinite or NaN alike, there is none. */
function errorOf(exact: readonly DoubleDouble[], actual: readonly number[]): number {
  let worst = 0;
  for (const [i, x] of exact.entries()) {
    const y = actual[i] ?? Number.NaN;
    if (Object.is(x.high, y) || (x.high === y && !Number.isFinite(y))) continue;
    worst = Math.max(worst, Number.isFinite(y) ? relativeError(x, y) : Infinity);
  }
  return worst;
}

/** The bits that each node loses at one point. */
function lossesAt(nodes: readonly Expr[], at: Data): Map<Expr, number> {
  const [exact, actual] = [valuesOf(doubleDoubleAlgebra, nodes, at), valuesOf(float64Algebra, nodes, at)];
  const wrong = new Map(nodes.map((node, i) => [node, wrongBits(errorOf(exact[i] ?? [], actual[i] ?? []))]));
  return new Map(
    nodes.map((node) => {
      const inherited = Math.max(0, ...node.args.map((arg) => wrong.get(arg) ?? 0));
      return [node, Math.max(0, (wrong.get(node) ?? 0) - inherited)];
    }),
  );
}

/** The rules of the stabilizer that would replace each node. */
function safeSpellings(roots: readonly Expr[]): Map<Expr, string> {
  const rules = new Map<Expr, string>();
  stabilize(roots, ({ rule, node }) => rules.set(node, rule));
  return rules;
}

/** The nodes of an expression with the most bits that they lost over random points, the worst first. */
export function lostBits(expr: Expr, options: StabilityOptions = {}): Loss[] {
  const { runs = options.data ? 1 : 20, seed = 42 } = options;
  const nodes = postorder(expandGradients([expr])).filter(({ dtype }) => isFloat(dtype));
  const most = new Map<Expr, number>();
  for (let run = 0; run < runs; run++) {
    const at: Data = options.data
      ? { data: namedData([expr], options.data), sizes: options.sizes ?? {} }
      : drawData(drawFrom(seed + run), [expr], options);
    for (const [node, bits] of lossesAt(nodes, at)) most.set(node, Math.max(most.get(node) ?? 0, bits));
  }
  const rules = safeSpellings(nodes.slice(-1));
  const losses = [...most].map(([node, bits]): Loss => ({ node, bits, rule: rules.get(node) ?? null }));
  return losses.sort((a, b) => b.bits - a.bits);
}

function lossLine({ node, bits, rule }: Loss): string {
  const site = node.origin?.site();
  const known = rule === null ? 'no safe spelling is known' : `the compiler rewrites it: ${rule}`;
  return `${bits.toFixed(0).padStart(2)} bits  ${nameOf(node)}${site ? `  ${site}` : ''}  (${known})`;
}

/**
 * Reports where an expression as it is written loses digits. A node that loses more than is allowed fails the check,
 * unless the compiler rewrites it. It does not throw: what is lost may be what is wanted.
 */
export function stability(expr: Expr, options: StabilityOptions = {}): Report {
  const { runs = options.data ? 1 : 20, seed = 42, allowed = 20 } = options;
  const losses = lostBits(expr, options);
  const bad = losses.filter(({ bits }) => bits > allowed);
  const check: Check = {
    title: `no node loses more than ${allowed} of 53 bits`,
    verdict: bad.every(({ rule }) => rule !== null) ? 'pass' : 'fail',
    runs,
    compared: losses.length * runs,
    skipped: [],
    details: bad.map(lossLine),
    reproducer: null,
  };
  return new Report('stability', seed, [check]);
}
