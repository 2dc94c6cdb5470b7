/** Connectionist temporal classification (Graves et al., 2006): labels without an alignment to the frames. */
import type { DType, FloatDType } from '../dtype.ts';
import { AdjointError } from '../errors.ts';
import { describe, nameOf, showShape } from '../describe.ts';
import type { Expr } from '../expr.ts';
import { add, div, neg, sub } from '../ops/arithmetic.ts';
import { broadcastTo } from '../ops/broadcast.ts';
import { cast } from '../ops/cast.ts';
import { eq, ge, logicalAnd, logicalOr, lt, maximum, ne, where } from '../ops/compare.ts';
import { concat, stack } from '../ops/concat.ts';
import { stopGradient } from '../ops/control.ts';
import { exp, log } from '../ops/exponential.ts';
import { constant, iota } from '../ops/leaves.ts';
import { pad } from '../ops/pad.ts';
import type { PadWidths } from '../ops/pad.ts';
import { reshape, unsqueeze } from '../ops/reshape.ts';
import { scan } from '../ops/scan-builder.ts';
import { logSumExp } from '../ops/softmax.ts';
import { gather } from '../ops/take.ts';
import { within } from '../ranges.ts';
import type { Dim, Shape } from '../shape-types.ts';
import { checkDType, checkFloat, checkOption, checkShapeIs } from './checks.ts';
import type { Labels } from './classes.ts';
import type { Float, Reduced, Reduction, ReductionOption } from './reduction.ts';
import { reduceLoss } from './reduction.ts';

type Bool = Expr<Shape, 'bool'>;

export interface CtcOptions<R extends Reduction> extends ReductionOption<R> {
  /** The class that stands for no label; default 0. */
  readonly blank?: number;
  /** Makes the loss 0, without a gradient, where a target does not fit into its frames; default false: Infinity. */
  readonly zeroInfinity?: boolean;
}

interface Sequences {
  readonly scores: Float;
  readonly targets: Labels;
  readonly frames: Labels;
  readonly lengths: Labels;
  readonly blank: number;
}

const what = 'ctc';
/** The logarithm of 0. */
const impossible = Number.NEGATIVE_INFINITY;

/**
 * The negative log-probability of `targets` [N, S] under all their alignments to log-probabilities [T, N, C].
 * `inputLengths` and `targetLengths` [N] say how much of each sequence counts. A mean divides each loss by the length
 * of its target (at least 1), then by N.
 */
export function ctc<N extends Dim, D extends FloatDType, R extends Reduction = 'mean'>(
  logProbabilities: Expr<readonly [Dim, N, Dim], D>,
  targets: Expr<readonly [NoInfer<N>, Dim], 'int32'>,
  inputLengths: Expr<readonly [NoInfer<N>], 'int32'>,
  targetLengths: Expr<readonly [NoInfer<N>], 'int32'>,
  options: CtcOptions<R> = {},
): Expr<Reduced<[N], R>, D> {
  const { blank = 0, zeroInfinity = false } = options;
  const reduction: Reduction = options.reduction ?? 'mean';
  const scores = logProbabilities as Float;
  const [frames, lengths] = checkSequences(scores, targets, inputLengths, targetLengths, blank);
  const likelihood = logLikelihood({ scores, targets: targets as Labels, frames, lengths, blank });
  const losses = zeroInfinity
    ? (where(eq(likelihood, impossible), 0, neg(likelihood)) as Float)
    : neg(likelihood);
  const counted = cast(maximum(lengths, 1), scores.dtype) as Float;
  const each = reduction === 'mean' ? div(losses, counted) : losses;
  return reduceLoss(what, each, { reduction }) as unknown as Expr<Reduced<[N], R>, D>;
}

/** The lengths, known to lie within their sequences. */
function checkSequences(
  scores: Expr,
  targets: Expr,
  frames: Expr,
  lengths: Expr,
  blank: number,
): [Labels, Labels] {
  checkFloat(what, scores);
  const [time, batch, classes] = scores.shape;
  const places = targets.shape[1];
  if (scores.shape.length !== 3 || time === undefined || batch === undefined || typeof classes !== 'number') {
    const headline = `${what}: log-probabilities ${showShape(scores.shape)} are not [T, N, C]`;
    throw new AdjointError(
      'E-SHAPE-RANK',
      headline,
      [describe(scores)],
      'C is a number; transpose if N comes first.',
    );
  }
  checkOption(what, Number.isInteger(blank) && blank >= 0 && blank < classes, `blank ${blank} is no class`);
  for (const each of [targets, frames, lengths]) checkDType(what, each, 'int32', scores);
  if (targets.shape.length !== 2 || targets.shape[0] !== batch || typeof places !== 'number') {
    const headline = `${what}: ${nameOf(targets)} ${showShape(targets.shape)} is not [${batch}, S]`;
    throw new AdjointError('E-SHAPE-SAME', headline, [describe(scores), describe(targets)], 'S is a number.');
  }
  checkShapeIs(what, frames, [batch], scores);
  checkShapeIs(what, lengths, [batch], scores);
  const upTo = (size: Dim, values: Expr): Labels =>
    typeof size === 'number'
      ? within(values as Labels, { low: 0, high: size + 1, except: [] })
      : (values as Labels);
  return [upTo(time, frames), upTo(places, lengths)];
}

/** Labels with a blank before, between and after them, [N, 2 S + 1]; places beyond the length hold blanks. */
function withBlanks({ targets, lengths, blank }: Sequences): Labels {
  const [batch, places] = targets.shape as readonly [Dim, number];
  const read = lt(iota([batch, places], 1) as Labels, unsqueeze(lengths, 1) as Labels) as Bool;
  const held = where(read, targets, blank) as Labels;
  const blanks = broadcastTo(constant(blank, 'int32'), [batch, places]) as Labels;
  const pairs = reshape(stack([blanks, held], { axis: 2 }), [batch, 2 * places]);
  return concat([pairs, broadcastTo(constant(blank, 'int32'), [batch, 1])], { axis: 1 }) as Labels;
}

/** Row i of the result is row i - by of the second axis; `value` comes in. */
function shift<D extends DType>(x: Expr<Shape, D>, by: number, value: number): Expr<Shape, D> {
  const widths: PadWidths = [
    [0, 0],
    [by, -by],
  ];
  return pad(x, widths, { value });
}

/** log(e^a + e^b + e^c), also of -Infinity, from which no derivative flows. */
function logAdd(a: Float, b: Float, c: Float): Float {
  const largest = stopGradient(maximum(maximum(a, b), c));
  const top = where(eq(largest, impossible), 0, largest) as Float;
  const total = [a, b, c].map((x) => exp(sub(x, top))).reduce((x, y) => add(x, y));
  const none = eq(total, 0);
  return where(none, impossible, add(log(where(none, 1, total) as Float), top)) as Float;
}

/** The forward recursion over frames, in logarithms: alpha[s] is the probability of all paths that end at place s. */
function logLikelihood(sequences: Sequences): Float {
  const { scores, frames, lengths, blank } = sequences;
  const labels = withBlanks(sequences);
  const [batch, states] = labels.shape as readonly [Dim, number];
  const time = scores.shape[0] ?? 0;
  const emitted = gather(scores, broadcastTo(labels, [time, batch, states]) as Labels, { axis: 2 }) as Float;
  const earlier = shift(labels, 2, blank);
  const skips = logicalAnd(ne(labels, blank) as Bool, ne(labels, earlier) as Bool) as Bool;
  const place = iota([batch, states], 1) as Labels;
  const start = where(eq(place, 0), constant(0, scores.dtype), impossible) as Float;
  const { carry } = scan(
    ({ alpha }, { score, frame }) => {
      const jump = where(skips, shift(alpha, 2, impossible), impossible) as Float;
      const next = add(score, logAdd(alpha, shift(alpha, 1, impossible), jump));
      const over = ge(frame, unsqueeze(frames, 1)) as Bool;
      return { carry: { alpha: where(over, alpha, next) as Float } };
    },
    { carry: { alpha: start }, inputs: { score: emitted, frame: iota([time, 1, 1], 0) as Labels } },
  );
  const last = unsqueeze(add(lengths, lengths), 1) as Labels;
  const ends = logicalOr(eq(place, last) as Bool, eq(place, sub(last, 1)) as Bool);
  return logSumExp(where(ends as Bool, carry.alpha, impossible) as Float, { axis: 1 }) as Float;
}
