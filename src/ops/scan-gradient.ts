/**
 * The derivative of a loop is a loop that runs back over the values that the first one kept. Its carries are the
 * cotangents of the carries. What a captured value receives is gathered after the loop where it entered as the
 * operand of a matrix product, by one product over (time, rows); otherwise it is added up, after the loop where the
 * stack of the terms is there anyway, and else in a carry.
 */
import { isFloat } from '../dtype.ts';
import { must } from '../errors.ts';
import type { Expr } from '../expr.ts';
import { mapGraph, rebuild } from '../walk.ts';
import { add } from './arithmetic.ts';
import { broadcastTo, sum } from './broadcast.ts';
import type { Vjp } from './define.ts';
import { constant } from './leaves.ts';
import { closeLoop } from './scan-close.ts';
import type { Bound } from './scan-close.ts';
import { gather, gatheredOf } from './scan-gather.ts';
import type { Gathered } from './scan-gather.ts';
import { History } from './scan-history.ts';
import { dependents, pullback, total } from './scan-pullback.ts';
import type { Seed } from './scan-pullback.ts';
import { placeholder, rootsOf, scanBody, scanOp, scanResult } from './scan.ts';
import type { ScanAttrs, ScanOp } from './scan.ts';

const zeros = (like: Expr): Expr => broadcastTo(constant(0, like.dtype), like.shape);
const leafLike = (name: string, like: Expr): Expr => placeholder(name, like.shape, like.dtype);

/** The cotangent of each result, from the formal sum that is the cotangent of the scan. */
function resultCotangents(g: Expr, found: Map<number, Expr> = new Map()): Map<number, Expr> {
  if (g.op.name !== 'scanCotangent') {
    for (const term of g.args) resultCotangents(term, found);
    return found;
  }
  const result = Number(g.attrs['result']);
  const earlier = found.get(result);
  const term = must(g.args[0], 'cotangent');
  found.set(result, earlier ? add(earlier, term) : term);
  return found;
}

/** A root of the body with the placeholder of its cotangent, and what that holds: a first value, or a stack. */
interface Arriving extends Bound {
  readonly root: Expr;
}

/** One iteration differentiated. */
interface Iteration {
  /** One for each float carry. */
  readonly carries: readonly (Arriving & { readonly carry: Expr })[];
  /** One for each output that a cotangent reaches. */
  readonly outputs: readonly Arriving[];
  /** What placeholders of the body, and values that do not differ between iterations, receive. */
  readonly received: ReadonlyMap<Expr, readonly Expr[]>;
  /** The values that depend on constants alone. */
  readonly fixed: readonly Expr[];
}

function differentiated(scan: Expr, g: Expr): Iteration {
  const body = scanBody(scan);
  const given = resultCotangents(g);
  const carries = body.carries.flatMap((carry, i) => {
    if (!isFloat(carry.dtype)) return [];
    const root = must(body.next[i], 'next carry');
    return [{ carry, root, leaf: leafLike('cotangent', carry), operand: given.get(i) ?? zeros(carry) }];
  });
  const outputs = body.outputs.flatMap((root, j): Arriving[] => {
    const operand = given.get(body.carries.length + j);
    return operand ? [{ root, leaf: leafLike('cotangent', root), operand }] : [];
  });
  const rows = [...body.carries, ...body.inputs];
  const inside = dependents(rootsOf(body), rows);
  const fixed = [...dependents(rootsOf(body), body.constants)].filter((node) => !inside.has(node));
  const seeds = [...carries, ...outputs].map(({ root, leaf }): Seed => [root, leaf]);
  return { carries, outputs, received: pullback(seeds, new Set([...rows, ...fixed])), fixed };
}

/** What a value that is the same in all iterations receives from all of them. */
interface Receipt {
  readonly value: Expr;
  readonly products: readonly Gathered[];
  /** Terms whose stacks are there anyway: they are added after the loop. */
  readonly stacked: readonly Expr[];
  /** Added up by the carry `sum`; null where nothing is left. */
  readonly rest: { readonly sum: Expr; readonly term: Expr } | null;
}

/** Asks `history` for what the products need. */
function receiptsOf(scan: Expr, iteration: Iteration, history: History): Receipt[] {
  const { carries, outputs, received, fixed } = iteration;
  const body = scanBody(scan);
  const leaves = [...body.carries, ...body.inputs, ...[...carries, ...outputs].map(({ leaf }) => leaf)];
  const varying = dependents([...received.values()].flat(), leaves);
  const found = fixed.flatMap((value) => {
    const contributions = received.get(value);
    if (!contributions) return [];
    const products = contributions.flatMap((node) => gatheredOf(node, varying) ?? []);
    return [{ value, products, terms: contributions.filter((node) => !gatheredOf(node, varying)) }];
  });
  for (const { left, right } of found.flatMap(({ products }) => products)) {
    history.demand(left.value);
    history.demand(right.value);
  }
  return found.map(({ value, products, terms }): Receipt => {
    const rest = terms.filter((term) => !history.has(term));
    return {
      value,
      products,
      stacked: terms.filter((term) => history.has(term)),
      rest: rest.length > 0 ? { sum: leafLike('sum', value), term: total(rest) } : null,
    };
  });
}

/** The cotangents of a scan's operands, from that of the scan. */
export const scanVjp: Vjp = (g, scan) => {
  const body = scanBody(scan);
  const iteration = differentiated(scan, g);
  const history = new History(scan);
  const rows = body.inputs.map((leaf) => totalOf(iteration, leaf));
  for (const row of rows) if (row) history.demand(row);
  const receipts = receiptsOf(scan, iteration, history);
  const carries = carriesBack(iteration, receipts);
  const back = runBack(scan, iteration, carries, history);
  const stack = (value: Expr): Expr => history.stack(value, back, carries.length);
  const lastOf = (leaf: Expr): Expr => {
    const at = carries.findIndex((carry) => carry.leaf === leaf);
    return scanResult(back, at);
  };
  const seeds = receipts.map(({ value, products, stacked, rest }): Seed => {
    const gathered = products.map((part) => gather(part, stack));
    const added = stacked.map((term) => sum(stack(term), { axis: 0 }) as Expr);
    return [value, total([...gathered, ...added, ...(rest ? [lastOf(rest.sum)] : [])])];
  });
  const leaves = new Map(iteration.carries.map(({ carry, leaf }) => [carry, leaf]));
  return [
    ...body.carries.map((carry) => (leaves.has(carry) ? lastOf(must(leaves.get(carry), 'cotangent')) : null)),
    ...rows.map((row) => row && stack(row)),
    ...constantCotangents(scan, history, seeds),
  ];
};

function totalOf({ received }: Iteration, leaf: Expr): Expr | null {
  const contributions = received.get(leaf);
  return contributions ? total(contributions) : null;
}

/** A carry of the loop that runs back, and what it is in the iteration before. */
interface CarryBack extends Bound {
  readonly next: Expr;
}

function carriesBack(iteration: Iteration, receipts: readonly Receipt[]): CarryBack[] {
  const cotangents = iteration.carries.map(({ carry, leaf, operand }) => {
    return { leaf, operand, next: totalOf(iteration, carry) ?? zeros(carry) };
  });
  const sums = receipts.flatMap(({ rest }) => rest ?? []);
  return [
    ...cotangents,
    ...sums.map(({ sum: leaf, term }) => ({ leaf, operand: zeros(leaf), next: add(leaf, term) })),
  ];
}

function runBack(scan: Expr, { outputs }: Iteration, carries: readonly CarryBack[], history: History): Expr {
  const { length, reverse } = scan.attrs as ScanAttrs;
  const { roots, inputs } = history.replay([...carries.map(({ next }) => next), ...history.demanded()]);
  const loop = {
    carries,
    inputs: [...outputs, ...inputs],
    next: roots.slice(0, carries.length),
    outputs: roots.slice(carries.length),
    length,
    reverse: !reverse,
  };
  return closeLoop(loop, scanVjp);
}

/** What constants receive through the values that depend on them alone, outside of the loop. */
function constantCotangents(scan: Expr, history: History, seeds: readonly Seed[]): (Expr | null)[] {
  const { constants } = scanBody(scan);
  const received = pullback(seeds, new Set(constants));
  const all = [...received.values()].flat();
  const outside = mapGraph(all, (node, args) => history.outer(node) ?? rebuild(node, args));
  return constants.map((leaf) => {
    const contributions = received.get(leaf);
    return contributions ? total(contributions.map(outside)) : null;
  });
}

/** The scan of an empty body: what the table of operators shows. */
export const emptyScanOp: ScanOp = scanOp(
  { carries: [], inputs: [], constants: [], next: [], outputs: [] },
  scanVjp,
);
