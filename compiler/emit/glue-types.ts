/** What the glue of a module and a target agree on. */

/** Where a tensor lies: bytes from the base of a region, times the region's unit where sizes are symbolic. */
export interface Place {
  readonly region: number;
  readonly offset: number;
  readonly dtype: 'float32' | 'float64' | 'int32' | 'bool';
  /** Elements: a coefficient and the symbols multiplied to it. */
  readonly coefficient: number;
  readonly symbols: readonly string[];
}

export interface Layout {
  /** Bytes of each region per unit of the product of its symbols; the first has none and is fixed. */
  readonly regions: readonly { readonly symbols: readonly string[]; readonly bytes: number }[];
  readonly inputs: readonly Place[];
  readonly hyper: Place;
  readonly parameters: readonly Place[];
  readonly state: readonly Place[];
  readonly seed: Place | null;
  /** Value and weight of each metric, alternating. */
  readonly metrics: Place;
  readonly outputs: readonly Place[];
  readonly constants: readonly { readonly place: Place; readonly data: readonly number[] }[];
}

/** What a target's code offers. Each entry takes the value of every symbol, in the manifest's order. */
export interface Entries {
  initial(): void;
  /** False where the loss is not finite; then no state has changed. */
  step?(...sizes: number[]): boolean | number;
  evaluate?(...sizes: number[]): void;
  predict?(...sizes: number[]): void;
  /**
   * Copies `count` rows of `bytes` bytes, a multiple of 4, to `to`: those of the rows at `from` whose numbers, int32,
   * lie at `order`. Everything is an address in the memory; it may read on for 15 bytes.
   */
  gather?(order: number, count: number, from: number, to: number, bytes: number): void;
}

/** The target's side of a module. */
export interface Engine {
  /** Whether it runs instructions of relaxed SIMD; absent where there is nothing to choose. */
  readonly relaxedSimd?: boolean;
  /** Memory of at least `bytes`, zeroed. */
  allocate(bytes: number): { readonly buffer: ArrayBuffer };
  /** The code over that memory. `bases` and `units` hold, for each region, its first byte and its unit. */
  start(
    memory: { readonly buffer: ArrayBuffer },
    bases: readonly number[],
    units: readonly number[],
  ): Entries;
  /** The same without keeping the thread busy: main threads of browsers refuse to compile large modules at once. */
  startAsync?(
    memory: { readonly buffer: ArrayBuffer },
    bases: readonly number[],
    units: readonly number[],
  ): Promise<Entries>;
}
