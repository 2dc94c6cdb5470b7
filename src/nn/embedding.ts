/** Embeddings: rows of a trained table, by index; and places of a sequence as vectors. */
import type { FloatDType } from '../dtype.ts';
import { AdjointError } from '../errors.ts';
import { describe } from '../describe.ts';
import type { Expr } from '../expr.ts';
import { add, mul } from '../ops/arithmetic.ts';
import { cast } from '../ops/cast.ts';
import { eq, where } from '../ops/compare.ts';
import { stack } from '../ops/concat.ts';
import { iota, tensor } from '../ops/leaves.ts';
import { narrow } from '../ops/parts.ts';
import { reshape } from '../ops/reshape.ts';
import { embedding as embeddingOf, embeddingBag as embeddingBagOf } from '../ops/take.ts';
import { cos, sin } from '../ops/trigonometry.ts';
import type { Shape } from '../shape-types.ts';
import type { Size } from '../size.ts';
import type { Initializer } from '../slot.ts';
import { normal } from './init/draw.ts';
import type { Layer, LayerOptions, LazyParameter, Module } from './module.ts';
import { ModuleScope, asModule, checkAxis, lazyParameter, plainLayer } from './module.ts';
import { checkCounts } from './normalization.ts';
import type { LastRule } from './rules.ts';
import { checkShared } from './sharing.ts';

export interface EmbeddingOptions<D extends FloatDType = FloatDType> extends LayerOptions {
  /** The row that stands for padding: it starts at 0 and gets no gradient. Negative numbers count from the end. */
  readonly paddingIdx?: number | null;
  readonly weightInit?: Initializer;
  /** The parameter of another layer that serves as table here too: see `parameterOf`. */
  readonly weight?: LazyParameter;
  /** The element type of the table, default float32. */
  readonly dtype?: D;
}

/** int32 indices `[...]` to `[..., E]`. */
export interface Embedding<E extends number, D extends FloatDType> extends Module {
  <const S extends Shape>(indices: Expr<S, 'int32'>): Expr<[...S, E], D>;
}

/** The table of `init` with one row of zeros. */
function withZeroRow(init: Initializer, row: number): Initializer {
  return {
    name: `${init.name}, row ${row} zero`,
    value: (shape, dtype) => {
      const isPadding = eq(iota(shape, 0) as Expr, row) as Expr<Shape, 'bool'>;
      return where(isPadding, 0, init.value(shape, dtype));
    },
  };
}

function paddingRow(layer: string, rows: number, paddingIdx: number | null): number | null {
  if (paddingIdx === null) return null;
  const row = paddingIdx < 0 ? paddingIdx + rows : paddingIdx;
  if (Number.isSafeInteger(row) && row >= 0 && row < rows) return row;
  throw new AdjointError('E-ATTRIBUTE', `${layer}: there is no row ${paddingIdx} for padding`);
}

/** Rows of a table `weight` [rows, width], normal at first; an index outside gives NaN. */
export function embedding<const E extends number, D extends FloatDType = 'float32'>(
  numEmbeddings: number,
  embeddingDim: E,
  options: EmbeddingOptions<D> = {},
): Embedding<E, D> {
  const layer = `embedding(${numEmbeddings}, ${embeddingDim})`;
  checkCounts(layer, [numEmbeddings, embeddingDim]);
  const { weightInit = normal(), weight: shared, dtype = 'float32' } = options;
  const padding = paddingRow(layer, numEmbeddings, options.paddingIdx ?? null);
  const scope = new ModuleScope(options.name ?? '');
  const shape = [numEmbeddings, embeddingDim];
  if (shared) checkShared(layer, shared, shape);
  const init = padding === null ? weightInit : withZeroRow(weightInit, padding);
  const weight = shared ?? lazyParameter(scope, 'weight', shape, init);
  const apply = (indices: Expr<Shape, 'int32'>): Expr => {
    if (indices.dtype !== 'int32') {
      throw new AdjointError('E-DTYPE', `${layer}: indices are int32`, [describe(indices)]);
    }
    return embeddingOf(indices, weight.as(dtype), padding === null ? {} : { paddingIndex: padding });
  };
  return asModule(apply, {
    kind: 'embedding',
    scope,
    parameters: [weight],
    children: [],
  }) as unknown as Embedding<E, D>;
}

export interface EmbeddingBagOptions<D extends FloatDType = FloatDType> extends LayerOptions {
  /** What a bag of rows becomes; default `'mean'`. */
  readonly mode?: 'sum' | 'mean';
  readonly weightInit?: Initializer;
  readonly dtype?: D;
}

/** int32 indices `[bags, entries]` to `[bags, E]`: the mean or the sum of rows of a table `weight`. */
export function embeddingBag<const E extends number, D extends FloatDType = 'float32'>(
  numEmbeddings: number,
  embeddingDim: E,
  options: EmbeddingBagOptions<D> = {},
): Module & ((indices: Expr<Shape, 'int32'>) => Expr<Shape, D>) {
  checkCounts(`embeddingBag(${numEmbeddings}, ${embeddingDim})`, [numEmbeddings, embeddingDim]);
  const { mode = 'mean', weightInit = normal(), dtype = 'float32' } = options;
  const scope = new ModuleScope(options.name ?? '');
  const weight = lazyParameter(scope, 'weight', [numEmbeddings, embeddingDim], weightInit);
  const apply = (indices: Expr<Shape, 'int32'>): Expr<Shape, D> =>
    embeddingBagOf(indices, weight.as(dtype) as unknown as Expr<Shape, D>, { mode });
  return asModule(apply, { kind: 'embeddingBag', scope, parameters: [weight], children: [] });
}

/** The number of places of [..., L, E]. */
function placesOf(layer: string, x: Expr): Size {
  const size = x.shape.at(-2);
  if (size !== undefined) return size;
  throw new AdjointError('E-SHAPE-RANK', `${layer}: the input is not [..., L, E]`, [describe(x)]);
}

/**
 * Adds to [..., L, E] a vector for each place of L: sines and cosines of falling frequencies, place / 10000^(2i / E)
 * (Vaswani et al., "Attention is all you need", 2017). Nothing is trained, and L has no bound.
 */
export function positionalEncoding<const E extends number>(embedDim: E): Layer<LastRule<E, E>> {
  const layer = `positionalEncoding(${embedDim})`;
  checkCounts(layer, [embedDim, embedDim / 2]);
  const half = embedDim / 2;
  const frequencies = Array.from({ length: half }, (_, i) => 10000 ** ((-2 * i) / embedDim));
  return plainLayer('positionalEncoding', (x): Expr => {
    const length = placesOf(layer, x);
    checkAxis(layer, x, -1, embedDim);
    const place = cast(iota([length, half], 0), 'float64') as Expr<Shape, 'float64'>;
    const angle = mul(place, tensor(frequencies, [half], 'float64') as Expr<Shape, 'float64'>);
    const waves = stack([sin(angle), cos(angle)] as Expr<Shape, 'float64'>[], { axis: -1 });
    return add(x as Expr, cast(reshape(waves, [length, embedDim]), x.dtype) as Expr);
  });
}

export interface PositionalEmbeddingOptions extends LayerOptions {
  /** Default normal with standard deviation 0.1. */
  readonly weightInit?: Initializer;
}

/** Adds the first L rows of a trained `weight` [length, E] to [..., L, E]. */
export function positionalEmbedding<const E extends number>(
  length: number,
  embedDim: E,
  options: PositionalEmbeddingOptions = {},
): Layer<LastRule<E, E>> {
  const layer = `positionalEmbedding(${length}, ${embedDim})`;
  checkCounts(layer, [length, embedDim]);
  const scope = new ModuleScope(options.name ?? '');
  const weight = lazyParameter(scope, 'weight', [length, embedDim], options.weightInit ?? normal(0, 0.1));
  const apply = (x: Expr<Shape, FloatDType>): Expr => {
    checkAxis(layer, x, -1, embedDim);
    const places = placesOf(layer, x);
    const table: Expr = weight.as(x.dtype);
    if (places === length) return add(x as Expr, table);
    if (typeof places !== 'number' || places > length) {
      const code = typeof places === 'number' ? 'E-SHAPE-LAYER' : 'E-SHAPE-SYMBOLIC';
      throw new AdjointError(code, `${layer}: the input has ${places} places`, [describe(x)]);
    }
    return add(x as Expr, narrow(table, { axis: 0, start: 0, length: places }));
  };
  const parts = { kind: 'positionalEmbedding', scope, parameters: [weight], children: [] };
  return asModule(apply, parts) as unknown as Layer<LastRule<E, E>>;
}
