/**
 * A graph that grows forward: each new node takes operands from those that exist. Where none fits, an existing one is
 * made to fit by reshaping, broadcasting or cutting, or a new input is declared; so every graph is valid.
 */
import { input } from '../../../src/declare.ts';
import type { DType, FloatDType } from '../../../src/dtype.ts';
import { isFloat } from '../../../src/dtype.ts';
import type { Expr } from '../../../src/expr.ts';
import * as ops from '../../../src/ops/index.ts';
import { evaluateSize, product } from '../../../src/size.ts';
import type { Size } from '../../../src/size.ts';
import type { Slot } from '../../../src/slot.ts';
import type { Draw } from '../draw.ts';
import { chance, pick, shuffled } from '../draw.ts';
import { drawElements } from './values.ts';
import type { ValueOptions } from './values.ts';

export type Shape = readonly Size[];
export type Float = Expr<Shape, FloatDType>;
export type Whole = Expr<Shape, 'int32'>;
export type Bool = Expr<Shape, 'bool'>;

/** A way to grow. Null where nothing in the graph suits it. */
export interface Row {
  readonly name: string;
  readonly grow: (g: Growth) => Expr | null;
}

/** Literal sizes, of which some are 0, 1, odd, or beyond the 16 lanes of a sum. */
const sizePool: readonly number[] = [0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 6, 7, 8, 12, 16, 17, 19];

/** Tensors grow no larger than this many elements. */
const largest = 600;

export interface GrowthOptions {
  /** Default: drawn. */
  readonly dtype?: FloatDType;
  readonly special?: boolean;
}

export class Growth {
  readonly draw: Draw;
  readonly dtype: FloatDType;
  readonly special: boolean;
  readonly nodes: Expr[] = [];
  readonly data: Map<Slot, readonly number[]> = new Map();
  readonly sizes: Record<string, number> = {};
  readonly #pool: Size[];

  constructor(draw: Draw, options: GrowthOptions = {}) {
    this.draw = draw;
    this.dtype = options.dtype ?? (chance(draw, 70) ? 'float32' : 'float64');
    this.special = options.special ?? chance(draw, 40);
    const literal = Array.from({ length: draw.int(1, 3) }, () => pick(draw, sizePool));
    this.#pool = literal;
    if (!chance(draw, 35)) return;
    this.sizes['N'] = Math.max(1, pick(draw, sizePool));
    this.#pool = [...literal, 'N'];
  }

  /** The actual number of elements of a shape. */
  count(shape: Shape): number {
    return evaluateSize(product(shape), this.sizes);
  }

  size(): Size {
    return pick(this.draw, this.#pool);
  }

  /** A literal size of at least `least`. */
  knownSize(least = 0): number {
    const size = pick(this.draw, sizePool);
    return Math.max(least, size > 8 && chance(this.draw, 50) ? 2 : size);
  }

  shape(rank: number = pick(this.draw, [0, 1, 1, 2, 2, 2, 3, 3, 4])): Size[] {
    const sizes: Size[] = [];
    while (sizes.length < rank) {
      const size = this.size();
      const symbolAgain = typeof size === 'string' && sizes.includes(size) && chance(this.draw, 70);
      sizes.push(symbolAgain || this.count([...sizes, size]) > largest ? 1 : size);
    }
    return shuffled(this.draw, sizes);
  }

  knownShape(rank: number, least = 0): number[] {
    const sizes: number[] = [];
    while (sizes.length < rank) {
      const size = this.knownSize(least);
      sizes.push(this.count([...sizes, size]) > largest ? Math.max(1, least) : size);
    }
    return sizes;
  }

  /** A new input. */
  leaf(shape: Shape, dtype: DType = this.dtype, options: ValueOptions = {}): Expr {
    const range = dtype === 'int32' && options.range ? { range: options.range } : {};
    const node: Expr = input(`x${this.data.size}`, shape, dtype, range);
    const elements = drawElements(this.draw, dtype, this.count(shape), { special: this.special, ...options });
    if (node.slot) this.data.set(node.slot, elements);
    this.nodes.push(node);
    return node;
  }

  add(node: Expr): Expr {
    this.nodes.push(node);
    return node;
  }

  /** An existing node that satisfies `test`, one of the newer ones rather than an older one. */
  find(test: (node: Expr) => boolean): Expr | null {
    const fitting = this.nodes.filter(test);
    if (fitting.length === 0) return null;
    const recent = fitting.slice(-3);
    return chance(this.draw, 60) ? pick(this.draw, recent) : pick(this.draw, fitting);
  }

  /** A float of the graph's dtype, of any shape. */
  float(): Float {
    const found = chance(this.draw, 90) ? this.find((x) => x.dtype === this.dtype) : null;
    return (found ?? this.leaf(this.shape())) as Float;
  }

  /** A float with at least `rank` axes. */
  ranked(rank: number): Float {
    const fits = (x: Expr): boolean => x.dtype === this.dtype && x.shape.length >= rank;
    const found = chance(this.draw, 90) ? this.find(fits) : null;
    return (found ?? this.leaf(this.shape(this.draw.int(rank, Math.max(rank, 3))))) as Float;
  }

  /** An axis of `x`. */
  axis(x: Expr): number {
    return this.draw.int(0, x.shape.length - 1);
  }

  /** A float of known sizes, of rank `rank` and sizes of at least `least`. */
  known(rank: number, least = 0): Float {
    const fits = ({ shape }: Expr): boolean =>
      shape.length === rank && shape.every((size) => typeof size === 'number' && size >= least);
    const found = chance(this.draw, 80) ? this.find((x) => x.dtype === this.dtype && fits(x)) : null;
    return (found ?? this.ofShape(this.knownShape(rank, least))) as Float;
  }

  /** A float of the graph's dtype and of the shape given. */
  floatOf(shape: Shape, options: ValueOptions = {}): Float {
    return this.ofShape(shape, this.dtype, options) as Float;
  }

  /** A node of the shape and dtype given: an existing one made to fit, or a new input. */
  ofShape(shape: Shape, dtype: DType = this.dtype, options: ValueOptions = {}): Expr {
    if (options.range) return this.leaf(shape, dtype, options);
    const source = chance(this.draw, 85) ? this.find((x) => x.dtype === dtype || isFloat(x.dtype)) : null;
    const fitted = source && this.fit(source, shape);
    if (!fitted) return this.leaf(shape, dtype);
    return fitted.dtype === dtype ? fitted : ops.cast(fitted, dtype);
  }

  /** `x` in another shape, if reshaping, broadcasting or cutting leads there. */
  fit(x: Expr, shape: Shape): Expr | null {
    if (product(x.shape) === product(shape)) return ops.reshape(x, shape);
    const lead = shape.length - x.shape.length;
    const broadcasts = lead >= 0 && x.shape.every((size, i) => size === 1 || size === shape[lead + i]);
    if (broadcasts) return ops.broadcastTo(x, shape);
    const cuts = lead === 0 && x.shape.every((size, i) => canCut(size, shape[i]));
    if (!cuts) return null;
    return x.shape.reduce<Expr>((cut, size, axis) => {
      const stop = shape[axis];
      return size === stop ? cut : ops.slice(cut, { axis, stop: Number(stop) });
    }, x);
  }

  /** Whether a result is small enough to go on with. */
  isSmall({ shape }: Expr): boolean {
    return this.count(shape) <= largest;
  }
}

const canCut = (size: Size, wanted: Size | undefined): boolean =>
  size === wanted || (typeof size === 'number' && typeof wanted === 'number' && wanted < size);
