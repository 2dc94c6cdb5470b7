/** Numbers for batches: the same ones in every run. */

/** Uniform numbers in [0, 1), from a seed. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** `count` float32 numbers in [low, high). */
export function floats(seed: number, count: number, low = -1, high = 1): Float32Array {
  const next = randomNumbers(seed);
  return Float32Array.from({ length: count }, () => low + (high - low) * next());
}

/** `count` integers in [0, below). */
export function integers(seed: number, count: number, below: number): Int32Array {
  const next = randomNumbers(seed);
  return Int32Array.from({ length: count }, () => Math.floor(below * next()));
}
