/** Einstein summation: an equation of labels becomes diagonals, sums, and matrix products from left to right. */
import { AdjointError, must } from '../errors.ts';
import { describe } from '../describe.ts';
import type { Expr } from '../expr.ts';
import type { Shape } from '../shape-types.ts';
import { product } from '../size.ts';
import type { Size } from '../size.ts';
import { mul } from './arithmetic.ts';
import { broadcastTo, sum } from './broadcast.ts';
import { matmul } from './contract.ts';
import { permute } from './permute.ts';
import { reshape } from './reshape.ts';
import type { EinsumShape } from './result-types.ts';
import { diagonal } from './triangle.ts';

/** A tensor whose axes have labels, each label once. */
interface Labeled {
  readonly value: Expr;
  readonly labels: readonly string[];
}

interface Equation {
  readonly inputs: readonly (readonly string[])[];
  readonly output: readonly string[];
}

/** Axes under an ellipsis are labeled `...1`, `...2`, ..., counted from the last, because they broadcast. */
function labelsOf(term: string, ellipsis: number): string[] {
  const hidden = Array.from({ length: ellipsis }, (_, i) => `...${ellipsis - i}`);
  return [...term.replace('...', '.')].flatMap((label) => (label === '.' ? hidden : [label]));
}

/** Labels in the order that holds without an arrow: the ellipsis, then those that occur once, sorted. */
function implicitOutput(inputs: readonly (readonly string[])[]): string[] {
  const all = inputs.flat();
  const hidden = [...new Set(all.filter((label) => label.startsWith('.')))].sort().reverse();
  const once = all.filter((label) => !label.startsWith('.') && all.indexOf(label) === all.lastIndexOf(label));
  return [...hidden, ...once.sort()];
}

function parse(equation: string, args: readonly Expr[]): Equation {
  const fail = (reason: string): never => {
    throw new AdjointError('E-ATTRIBUTE', `einsum '${equation}': ${reason}`, args.map(describe));
  };
  const [left = '', right, ...more] = equation.replaceAll(' ', '').split('->');
  const terms = left.split(',');
  const wellFormed = [...terms, right ?? ''].every((term) => /^[A-Za-z]*(\.\.\.)?[A-Za-z]*$/.test(term));
  if (!wellFormed || more.length > 0)
    return fail('labels are letters, with one ellipsis at most for each operand');
  if (terms.length !== args.length) return fail(`${terms.length} terms for ${args.length} operands`);
  const inputs = terms.map((term, i) => {
    const rank = must(args[i], 'operand').shape.length;
    const named = term.replace('...', '').length;
    if (term.includes('...') ? named > rank : named !== rank) fail(`'${term}' does not fit rank ${rank}`);
    return labelsOf(term, rank - named);
  });
  const widest = Math.max(...inputs.map((labels) => labels.filter((label) => label.startsWith('.')).length));
  const output =
    right === undefined ? implicitOutput(inputs) : labelsOf(right, right.includes('...') ? widest : 0);
  const known = new Set(inputs.flat());
  if (new Set(output).size !== output.length) return fail('the result names a label twice');
  if (!output.every((label) => known.has(label))) return fail('the result names a label that no operand has');
  return { inputs, output };
}

/** Replaces two axes of one label by their diagonal, until each label is there once. */
function withoutRepeats({ value, labels }: Labeled): Labeled {
  const first = labels.findIndex((label, i) => labels.indexOf(label, i + 1) >= 0);
  if (first < 0) return { value, labels };
  const label = must(labels[first], 'label');
  const second = labels.indexOf(label, first + 1);
  const others = labels.map((_, i) => i).filter((i) => i !== first && i !== second);
  const rest = others.map((i) => must(labels[i], 'label'));
  if (value.shape[first] !== value.shape[second]) {
    throw new AdjointError('E-SHAPE-SAME', `einsum: two sizes for label ${label}`, [describe(value)]);
  }
  return withoutRepeats({
    value: diagonal(permute(value, [...others, first, second]) as Expr),
    labels: [...rest, label],
  });
}

/** Sums over the axes whose label is not in `kept`. */
function summed({ value, labels }: Labeled, kept: ReadonlySet<string>): Labeled {
  const gone = labels.flatMap((label, i) => (kept.has(label) ? [] : [i]));
  if (gone.length === 0) return { value, labels };
  return { value: sum(value, { axis: gone }) as Expr, labels: labels.filter((label) => kept.has(label)) };
}

/** The tensor with axes for exactly `labels`, in that order; an axis that it lacks has size 1. */
function arranged({ value, labels }: Labeled, wanted: readonly string[]): Expr {
  const present = wanted.filter((label) => labels.includes(label));
  const ordered = permute(
    value,
    present.map((label) => labels.indexOf(label)),
  ) as Expr;
  let next = 0;
  const shape = wanted.map((label) => (labels.includes(label) ? must(ordered.shape[next++], 'size') : 1));
  return reshape(ordered, shape);
}

/** The product of two tensors with the labels `kept` left: a stack of matrix products. */
function contracted(x: Labeled, y: Labeled, kept: ReadonlySet<string>): Labeled {
  const shared = x.labels.filter((label) => y.labels.includes(label));
  const batch = shared.filter((label) => kept.has(label));
  const inner = shared.filter((label) => !kept.has(label));
  const rows = x.labels.filter((label) => !shared.includes(label));
  const columns = y.labels.filter((label) => !shared.includes(label));
  const labels = [...batch, ...rows, ...columns];
  if (inner.length === 0) return { value: mul(arranged(x, labels), arranged(y, labels)), labels };
  const [a, b] = [arranged(x, [...batch, ...rows, ...inner]), arranged(y, [...batch, ...inner, ...columns])];
  const [left, right] = sameInner(a, b, batch.length, rows.length, inner.length);
  const group = (z: Expr, first: number, second: number): Expr => {
    const lead = z.shape.slice(0, batch.length);
    const middle = batch.length + first;
    return reshape(z, [
      ...lead,
      product(z.shape.slice(batch.length, middle)),
      product(z.shape.slice(middle, middle + second)),
    ]);
  };
  const matrix = matmul(
    group(left, rows.length, inner.length) as Expr<Shape>,
    group(right, inner.length, columns.length) as Expr<Shape>,
  ) as Expr;
  const lead = matrix.shape.slice(0, batch.length);
  const [rowSizes, columnSizes] = [
    left.shape.slice(batch.length, batch.length + rows.length),
    right.shape.slice(batch.length + inner.length),
  ];
  return { value: reshape(matrix, [...lead, ...rowSizes, ...columnSizes]), labels };
}

/** Both operands with equal inner sizes: a size of 1 broadcasts. */
function sameInner(x: Expr, y: Expr, batch: number, rows: number, inner: number): [Expr, Expr] {
  const from = batch + rows;
  const sizes = x.shape
    .slice(from)
    .map((size, i): Size => (size === 1 ? must(y.shape[batch + i], 'size') : size));
  const left = broadcastTo(x, [...x.shape.slice(0, from), ...sizes]) as Expr;
  const right = broadcastTo(y, [
    ...y.shape.slice(0, batch),
    ...sizes,
    ...y.shape.slice(batch + inner),
  ]) as Expr;
  return [left, right];
}

/**
 * The sum over all labels that the result does not name of the products of the operands' elements: 'bij,bjk->bik'
 * multiplies stacks of matrices. '...' stands for axes that broadcast; a label twice in one operand takes the
 * diagonal; without '->' the result has the labels that occur once, sorted.
 */
export function einsum<const E extends string, const P extends readonly Expr[]>(
  equation: E,
  ...operands: P
): Expr<EinsumShape<E, P>, P[number]['dtype']> {
  const { inputs, output } = parse(equation, operands);
  const parts = operands.map((value, i) => withoutRepeats({ value, labels: must(inputs[i], 'labels') }));
  const keptAfter = (from: number): Set<string> =>
    new Set([...output, ...parts.slice(from).flatMap(({ labels }) => labels)]);
  const whole = parts.reduce((x, y, i) => {
    const kept = keptAfter(i + 1);
    const left = summed(x, new Set([...kept, ...y.labels]));
    return contracted(left, summed(y, new Set([...kept, ...x.labels])), kept);
  });
  return arranged(summed(whole, new Set(output)), output) as unknown as Expr<
    EinsumShape<E, P>,
    P[number]['dtype']
  >;
}
