/**
 * Where rounding decides: elements at which an operator jumps within what its operands may be. Nothing can be said of
 * the result there, so comparisons leave it out and count it.
 */
import { isFloat } from '../../../src/dtype.ts';
import type { Expr } from '../../../src/expr.ts';
import type { Tensor } from '../../../src/ops/define.ts';
import { unknown } from './number.ts';
import type { Bounded } from './number.ts';

type Test = (operands: readonly Bounded[]) => boolean;

const near = (x: Bounded, point: number): boolean => x.error > 0 && !(Math.abs(x.value - point) > x.error);

function tied([x, y]: readonly Bounded[]): boolean {
  if (!x || !y || x.error + y.error === 0) return false;
  return !(Math.abs(x.value - y.value) > x.error + y.error);
}

/** Whether floor, round or trunc may differ between the ends of `x`. */
function betweenIntegers(x: Bounded): boolean {
  if (x.error === 0) return false;
  return Math.floor(2 * (x.value - x.error)) !== Math.floor(2 * (x.value + x.error)) || near(x, 0);
}

/** Kernels take remainders exactly up to this quotient, and say nothing beyond. */
const largestQuotient = 2 ** 312;

/** Whether the whole part of x / y may differ, or is more than kernels can take off. */
function quotientJumps([x, y]: readonly Bounded[]): boolean {
  if (!x || !y) return false;
  if (Math.abs(x.value) >= largestQuotient * Math.abs(y.value) && y.value !== 0 && Number.isFinite(x.value))
    return true;
  if (x.error + y.error === 0) return false;
  const least = Math.abs(y.value) - y.error;
  if (!(least > 0)) return true;
  const ratio = x.value / y.value;
  const error = (x.error + Math.abs(ratio) * y.error) / least;
  return betweenIntegers({ value: ratio, error: error + 2 ** -50 * Math.abs(ratio), weight: 0 });
}

/** Operators that jump where the quotient of their operands passes an integer. */
const byQuotient: ReadonlySet<string> = new Set(['fmod']);

function testOf(node: Expr): Test {
  const { kinks, name } = node.op;
  if (byQuotient.has(name)) return quotientJumps;
  if (kinks === 'ties') return tied;
  if (kinks === 'integers') return (operands) => operands.some((x) => betweenIntegers(x));
  if (kinks) return (operands) => operands.some((x) => kinks.some((kink) => near(x, kink)));
  return () => false;
}

/** An operand whose dtype has no room for errors, and yet has one: its value was decided by rounding. */
const isUndecided = (arg: Expr | undefined, x: Bounded): boolean =>
  arg !== undefined && !isFloat(arg.dtype) && x.error > 0;

/** Operators whose value bends at a kink, and does not jump: it moves no further than its operands. */
const continuous: ReadonlySet<string> = new Set(['relu', 'abs', 'maximum', 'minimum']);

/** Element `i` of an elementwise result, with what its operands may be taken into account. */
export function settledElement(
  node: Expr,
  args: readonly Tensor<Bounded>[],
): (element: Bounded, i: number) => Bounded {
  const test = testOf(node);
  return (element, i) => {
    const operands = args.flatMap(({ data }) => data[i] ?? []);
    if (operands.some((x, a) => isUndecided(node.args[a], x))) return unknown(element.value);
    if (!test(operands)) return element;
    if (!continuous.has(node.op.name)) return unknown(element.value);
    const error = Math.max(...operands.map((x) => x.error));
    return { ...element, error: Math.max(element.error, error) };
  };
}

/** Two different elements that rounding may bring in another order. */
function anyTies({ data }: Tensor<Bounded>): boolean {
  const sorted = [...data].sort((a, b) => a.value - b.value);
  return sorted.some((x, i) => x.error === Infinity || (i > 0 && tied([x, sorted[i - 1] ?? x])));
}

/** Whether nothing can be said of a whole result that reads its operands at other places. */
export function wholeIsUnsure(node: Expr, args: readonly Tensor<Bounded>[]): boolean {
  const undecided = args.some(({ data }, a) => data.some((x) => isUndecided(node.args[a], x)));
  const orders = node.op.lowering.kind === 'loops' && node.op.kinks === 'ties';
  return undecided || (orders && args.some(anyTies));
}
