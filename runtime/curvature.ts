/** What L-BFGS remembers: changes of parameters and gradients, as an approximate inverse of the Hessian. */

/** All parameters, or their derivatives, one after the other. */
export type Vector = Float64Array<ArrayBuffer>;

export const dot = (a: Vector, b: Vector): number =>
  a.reduce((total, value, i) => total + value * (b[i] ?? 0), 0);
export const largest = (a: Vector): number => a.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
/** a + scale b. */
export const combined = (a: Vector, scale: number, b: Vector): Vector =>
  a.map((value, i) => value + scale * (b[i] ?? 0));

/** Changes of the parameters and of the gradient, newest last. */
interface Pair {
  readonly moved: Vector;
  readonly turned: Vector;
  readonly curvature: number;
}

/** What is known of the curvature: an approximate inverse of the Hessian. */
export class Memory {
  readonly #size: number;
  #pairs: readonly Pair[] = [];
  #scale = 1;

  constructor(size: number) {
    this.#size = size;
  }

  /** Pairs without positive curvature are not remembered. */
  remember(moved: Vector, turned: Vector): void {
    const curvature = dot(turned, moved);
    if (!(curvature > 1e-10)) return;
    this.#pairs = [...this.#pairs, { moved, turned, curvature }].slice(-this.#size);
    this.#scale = curvature / dot(turned, turned);
  }

  /** Minus the inverse Hessian times the gradient, by the two-loop recursion. */
  direction(gradient: Vector): Vector {
    let q = gradient.map((value) => -value);
    const weights = this.#pairs.toReversed().map(({ moved, turned, curvature }) => {
      const weight = dot(moved, q) / curvature;
      q = combined(q, -weight, turned);
      return weight;
    });
    weights.reverse();
    let d = q.map((value) => value * this.#scale);
    this.#pairs.forEach(({ moved, turned, curvature }, i) => {
      d = combined(d, (weights[i] ?? 0) - dot(turned, d) / curvature, moved);
    });
    return d;
  }
}
