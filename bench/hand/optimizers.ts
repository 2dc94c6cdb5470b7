/** Optimizers by hand, rounded to float32 in every operation. */

/** A trained tensor, its gradient, and what the optimizer keeps of it. */
export interface Trained {
  readonly value: Float32Array;
  readonly gradient: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
}

export function trained(value: Float32Array): Trained {
  const same = (): Float32Array => new Float32Array(value.length);
  return { value: value.slice(), gradient: same(), first: same(), second: same() };
}

/** Adam in PyTorch's order of operations, with its defaults; `count` is 1 in the first step. */
export function adam({ value, gradient, first, second }: Trained, lr: number, count: number): void {
  const fround = Math.fround;
  const [keep1, take1, keep2, take2] = [0.9, 1 - 0.9, 0.999, 1 - 0.999].map(fround) as [
    number,
    number,
    number,
    number,
  ];
  const rate = fround(lr / (1 - 0.9 ** count));
  const spread = fround(Math.sqrt(1 - 0.999 ** count));
  const epsilon = fround(1e-8);
  for (let i = 0; i < value.length; i++) {
    const g = gradient[i] as number;
    const m = fround(fround((first[i] as number) * keep1) + fround(g * take1));
    const v = fround(fround((second[i] as number) * keep2) + fround(take2 * fround(g * g)));
    const below = fround(fround(fround(Math.sqrt(v)) / spread) + epsilon);
    first[i] = m;
    second[i] = v;
    value[i] = (value[i] as number) - fround(fround(rate * m) / below);
  }
}

/** Gradient descent with momentum. */
export function momentum({ value, gradient, first }: Trained, lr: number, keep: number): void {
  const fround = Math.fround;
  const [rate, kept] = [fround(lr), fround(keep)];
  for (let i = 0; i < value.length; i++) {
    const velocity = fround(fround(kept * (first[i] as number)) + (gradient[i] as number));
    first[i] = velocity;
    value[i] = (value[i] as number) - fround(rate * velocity);
  }
}
