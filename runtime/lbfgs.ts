/**
 * L-BFGS: a driver over a program whose step yields the loss and its gradient, declared with `optim.keepGradients()`.
 * It decides outside the graph where to evaluate next, as PyTorch's optimizer of that name does.
 */
import type { Batch, NamedTensor, Step } from './contract.ts';
import type { Vector } from './curvature.ts';
import { Memory, combined, dot, largest } from './curvature.ts';
import { runtimeError } from './errors.ts';
import type { LinePoint } from './line-search.ts';
import { strongWolfe } from './line-search.ts';
import type { Requirement } from './options.ts';
import { checkOptions, integerFrom, oneOf } from './options.ts';

export interface LbfgsOptions {
  /** The step length, or the first one of a line search; default 1. */
  readonly lr?: number;
  /** Iterations in one call of `step`; default 20. */
  readonly maxIter?: number;
  /** Evaluations in one call of `step`; default 1.25 `maxIter`, rounded down. */
  readonly maxEval?: number;
  /** Stops where no derivative is larger; default 1e-7. */
  readonly toleranceGrad?: number;
  /** Stops where no parameter, or the loss, changes by more; default 1e-9. */
  readonly toleranceChange?: number;
  /** How many changes of the gradient are remembered; default 100. */
  readonly historySize?: number;
  /** `'strong_wolfe'` searches along each direction; default none: steps of length `lr`. */
  readonly lineSearchFn?: 'strong_wolfe';
}

/** A driver: it keeps what it knows of the curvature between calls. */
export interface Lbfgs {
  /** Some iterations on one batch. Returns the loss before the first. */
  step(batch: Batch): number;
}

const aNumber: Requirement = {
  expected: 'a number, 0 or more',
  holds: (value) => typeof value === 'number' && value >= 0,
};
const requirements: Readonly<Record<keyof LbfgsOptions, Requirement>> = {
  lr: aNumber,
  maxIter: integerFrom(1),
  maxEval: integerFrom(1),
  toleranceGrad: aNumber,
  toleranceChange: aNumber,
  historySize: integerFrom(1),
  lineSearchFn: oneOf('strong_wolfe'),
};

/** A point in the space of all parameters, with the loss and its gradient there. */
interface Point {
  readonly loss: number;
  readonly gradient: Vector;
}

/** All parameters as one vector, and the loss as a function of it. */
class Objective {
  readonly #step: Step;
  readonly #parameters: readonly NamedTensor[];
  readonly #gradients: readonly NamedTensor[];

  constructor(step: Step) {
    this.#step = step;
    const gradientOf = ({ name }: NamedTensor): NamedTensor | undefined =>
      step.state.find((tensor) => tensor.name === `${name}.grad`);
    this.#parameters = step.parameters.filter((parameter) => gradientOf(parameter));
    this.#gradients = this.#parameters.flatMap((parameter) => gradientOf(parameter) ?? []);
    if (this.#parameters.length > 0) return;
    throw runtimeError('E-OPTION-VALUE', {
      call: 'lbfgs',
      option: 'step',
      found: 'one that keeps no gradients',
      expected: 'that of a program with the optimizer optim.keepGradients()',
    });
  }

  get(): Vector {
    return flat(this.#parameters);
  }

  set(x: Vector): void {
    let offset = 0;
    for (const { data } of this.#parameters) {
      data.set(x.subarray(offset, offset + data.length));
      offset += data.length;
    }
  }

  /** The loss where the parameters are; no gradient where the loss is not finite. */
  evaluate(batch: Batch): Point {
    const { loss } = this.#step.step(batch);
    const gradient = flat(this.#gradients);
    return { loss, gradient: Number.isFinite(loss) ? gradient : gradient.fill(NaN) };
  }
}

function flat(tensors: readonly NamedTensor[]): Vector {
  const result = new Float64Array(tensors.reduce((size, { data }) => size + data.length, 0));
  let offset = 0;
  for (const { data } of tensors) {
    result.set(data, offset);
    offset += data.length;
  }
  return result;
}

/** A step made: where it led, how long it was, and what it cost. */
interface Move {
  readonly point: Point;
  readonly t: number;
  readonly evaluations: number;
}

class Driver implements Lbfgs {
  readonly #objective: Objective;
  readonly #options: Required<Omit<LbfgsOptions, 'lineSearchFn'>> & Pick<LbfgsOptions, 'lineSearchFn'>;
  readonly #memory: Memory;
  /** The last step and the gradient before it; null before the first. */
  #last: { readonly moved: Vector; readonly gradient: Vector } | null = null;

  constructor(step: Step, options: LbfgsOptions) {
    const { maxIter = 20, historySize = 100 } = options;
    this.#objective = new Objective(step);
    this.#memory = new Memory(historySize);
    this.#options = {
      lr: 1,
      toleranceGrad: 1e-7,
      toleranceChange: 1e-9,
      maxEval: Math.floor((maxIter * 5) / 4),
      ...options,
      maxIter,
      historySize,
    };
  }

  step(batch: Batch): number {
    const { maxIter, maxEval, toleranceGrad, toleranceChange } = this.#options;
    const first = this.#objective.evaluate(batch);
    let point = first;
    let evaluations = 1;
    if (!Number.isFinite(first.loss)) return first.loss;
    for (let i = 1; i <= maxIter && largest(point.gradient) > toleranceGrad; i++) {
      const { direction, length } = this.#propose(point);
      const slope = dot(point.gradient, direction);
      if (!(slope <= -toleranceChange)) break;
      const left = { evaluations: maxEval - evaluations, last: i === maxIter };
      const move = this.#move(batch, point, direction, length, left);
      const moved = direction.map((value) => value * move.t);
      this.#last = { moved, gradient: point.gradient };
      evaluations += move.evaluations;
      const change = Math.abs(move.point.loss - point.loss);
      point = move.point;
      if (evaluations >= maxEval || largest(moved) <= toleranceChange || change < toleranceChange) break;
    }
    return first.loss;
  }

  /** The direction from a point, and how far to go at first. */
  #propose({ gradient }: Point): { readonly direction: Vector; readonly length: number } {
    const { lr } = this.#options;
    const last = this.#last;
    if (!last) {
      const sum = gradient.reduce((total, value) => total + Math.abs(value), 0);
      return { direction: gradient.map((value) => -value), length: Math.min(1, 1 / sum) * lr };
    }
    this.#memory.remember(last.moved, combined(gradient, -1, last.gradient));
    return { direction: this.#memory.direction(gradient), length: lr };
  }

  #move(
    batch: Batch,
    point: Point,
    direction: Vector,
    length: number,
    left: { readonly evaluations: number; readonly last: boolean },
  ): Move {
    const objective = this.#objective;
    const origin = objective.get();
    const at = (t: number): void => objective.set(combined(origin, t, direction));
    if (!this.#options.lineSearchFn) {
      at(length);
      // After the last step the loss is not asked for: the next call evaluates it, perhaps on another batch.
      if (left.last) return { point, t: length, evaluations: 0 };
      return { point: objective.evaluate(batch), t: length, evaluations: 1 };
    }
    const found = strongWolfe({
      evaluate: (t) => {
        at(t);
        return linePoint(t, objective.evaluate(batch), direction);
      },
      start: linePoint(0, point, direction),
      first: length,
      reach: largest(direction),
      tolerance: this.#options.toleranceChange,
      maxEvaluations: left.evaluations,
    });
    const { t, value, gradient } = found.point;
    at(t);
    return { point: { loss: value, gradient }, t, evaluations: found.evaluations };
  }
}

function linePoint(t: number, { loss, gradient }: Point, direction: Vector): LinePoint {
  return { t, value: loss, slope: dot(gradient, direction), gradient };
}

/**
 * L-BFGS over a step whose program has the optimizer `optim.keepGradients()`, with torch.optim.LBFGS's options and
 * stopping rules. For losses that each call sees whole. Throws E-OPTION-VALUE where the state holds no gradients.
 */
export function lbfgs(step: Step, options: LbfgsOptions = {}): Lbfgs {
  checkOptions('lbfgs', options, requirements, []);
  return new Driver(step, options);
}
