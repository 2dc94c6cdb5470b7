/**
 * A line search for the strong Wolfe conditions: f(t) <= f(0) + c1 t f'(0) and |f'(t)| <= -c2 f'(0). It brackets a
 * point that satisfies them, then refines the bracket by cubic interpolation (Nocedal and Wright, "Numerical
 * optimization", algorithms 3.5 and 3.6), with the safeguards that PyTorch's LBFGS has.
 */

/** The function along the line at `t`. */
export interface LinePoint {
  readonly t: number;
  readonly value: number;
  /** The derivative along the line. */
  readonly slope: number;
  readonly gradient: Float64Array<ArrayBuffer>;
}

export interface LineSearch {
  readonly evaluate: (t: number) => LinePoint;
  /** The point at t = 0, where the slope is negative. */
  readonly start: LinePoint;
  /** The first t to try. */
  readonly first: number;
  /** The largest magnitude of the direction. */
  readonly reach: number;
  /** A bracket that moves parameters by less is small enough. */
  readonly tolerance: number;
  readonly maxEvaluations: number;
}

export interface LineResult {
  readonly point: LinePoint;
  readonly evaluations: number;
}

const sufficientDecrease = 1e-4;
const curvature = 0.9;

/** Written so that a value that is not a number fails. */
const decreases = ({ value, t }: LinePoint, { start }: LineSearch): boolean =>
  value <= start.value + sufficientDecrease * t * start.slope;

const isFlat = ({ slope }: LinePoint, { start }: LineSearch): boolean =>
  Math.abs(slope) <= -curvature * start.slope;

/** The minimum of the cubic through two points and their slopes, kept within [low, high]; else the middle. */
export function cubicMinimum(a: LinePoint, b: LinePoint, low: number, high: number): number {
  const [p, q] = a.t <= b.t ? [a, b] : [b, a];
  const d1 = p.slope + q.slope - (3 * (p.value - q.value)) / (p.t - q.t);
  const square = d1 * d1 - p.slope * q.slope;
  const d2 = Math.sqrt(square);
  const t = q.t - (q.t - p.t) * ((q.slope + d2 - d1) / (q.slope - p.slope + 2 * d2));
  return Number.isNaN(t) ? (low + high) / 2 : Math.min(Math.max(t, low), high);
}

/** Two ends with a good point between them, or one point that is good. */
interface Bracket {
  readonly ends: readonly [LinePoint, LinePoint];
  readonly found: boolean;
  readonly trials: number;
  readonly evaluations: number;
}

function bracketed(search: LineSearch): Bracket {
  const { evaluate, start, maxEvaluations } = search;
  let previous = start;
  let point = evaluate(search.first);
  let evaluations = 1;
  for (let trials = 0; trials < maxEvaluations; trials++) {
    const rises = trials > 1 && point.value >= previous.value;
    if (!decreases(point, search) || rises) {
      return { ends: [previous, point], found: false, trials, evaluations };
    }
    if (isFlat(point, search)) return { ends: [point, point], found: true, trials, evaluations };
    if (point.slope >= 0) return { ends: [previous, point], found: false, trials, evaluations };
    const least = point.t + 0.01 * (point.t - previous.t);
    const next = evaluate(cubicMinimum(previous, point, least, point.t * 10));
    [previous, point] = [point, next];
    evaluations++;
  }
  return { ends: [start, point], found: false, trials: maxEvaluations, evaluations };
}

/** Where to look inside a bracket: not too near to an end twice in a row. */
function trialPoint(low: LinePoint, high: LinePoint, stuck: boolean): { t: number; stuck: boolean } {
  const [left, right] = low.t <= high.t ? [low.t, high.t] : [high.t, low.t];
  const t = cubicMinimum(low, high, left, right);
  const margin = 0.1 * (right - left);
  if (Math.min(right - t, t - left) >= margin) return { t, stuck: false };
  if (!stuck && t < right && t > left) return { t, stuck: true };
  const nearRight = Math.abs(t - right) < Math.abs(t - left);
  return { t: nearRight ? right - margin : left + margin, stuck: false };
}

/** The point that the search ends at, with its cost. */
export function strongWolfe(search: LineSearch): LineResult {
  const { ends, found, trials, evaluations } = bracketed(search);
  if (found) return { point: ends[0], evaluations };
  const ascending = !(ends[0].value > ends[1].value);
  let [low, high] = ascending ? ends : [ends[1], ends[0]];
  let made = evaluations;
  let stuck = false;
  for (let i = trials; i < search.maxEvaluations; i++) {
    if (Math.abs(high.t - low.t) * search.reach < search.tolerance) break;
    const trial = trialPoint(low, high, stuck);
    stuck = trial.stuck;
    const point = search.evaluate(trial.t);
    made++;
    if (!decreases(point, search) || point.value >= low.value) {
      high = point;
      if (high.value < low.value) [low, high] = [high, low];
      continue;
    }
    if (isFlat(point, search)) return { point, evaluations: made };
    if (point.slope * (high.t - low.t) >= 0) high = low;
    low = point;
  }
  return { point: low, evaluations: made };
}
