/** Draws operands for examples of operators, reproducibly and away from kinks. */
import { isFloat } from '../../src/dtype.ts';
import type { Expr } from '../../src/expr.ts';
import type { Example, ExampleOperand, Op } from '../../src/ops/define.ts';
import { apply } from '../../src/ops/define.ts';
import { inputOp, slotLeaf } from '../../src/ops/leaves.ts';
import type { Slot } from '../../src/slot.ts';

/** The seed of every draw in the laws; a failing law names it. */
export const lawSeed = 20260726;

/** Uniform numbers in [0, 1): mulberry32. */
export class Draw {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  uniform(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 0x100000000;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  /** A number in [-1, 1] that is not small, for directions and cotangents. */
  direction(): number {
    const size = this.between(0.25, 1);
    return this.uniform() < 0.5 ? -size : size;
  }

  directions(count: number): number[] {
    return Array.from({ length: count }, () => this.direction());
  }

  /** A number from text, so that each operator draws its own. */
  static of(text: string): Draw {
    let hash = lawSeed;
    for (const letter of text) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193);
    return new Draw(hash);
  }
}

/** An operand with its elements. */
export interface Operand {
  readonly leaf: Expr;
  readonly slot: Slot;
  readonly data: readonly number[];
}

/** The leaf of an operand, without elements. */
export function operand(
  name: string,
  { shape, dtype = 'float64' }: ExampleOperand,
  data: readonly number[],
): Operand {
  const slot: Slot = { kind: 'input', name, shape, dtype, range: null };
  return { leaf: slotLeaf(inputOp, slot), slot, data };
}

const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Whole numbers for integers; floats keep at least 0.05 from each other's value, from kinks and from integers. */
function drawElements(
  draw: Draw,
  spec: ExampleOperand,
  low: number,
  high: number,
  kinks: readonly number[],
): number[] {
  const size = count(spec.shape);
  if (!isFloat(spec.dtype ?? 'float64'))
    return Array.from({ length: size }, () => Math.floor(draw.between(low, high)));
  const taken: number[] = [...kinks];
  return Array.from({ length: size }, () => {
    for (let attempt = 0; ; attempt++) {
      const value = draw.between(low, high);
      const gap = 0.1 / (1 + size) + 0.02;
      const apart =
        taken.every((other) => Math.abs(other - value) > gap) && Math.abs(value - Math.round(value)) > 0.01;
      if (!apart && attempt < 200) continue;
      taken.push(value);
      return value;
    }
  });
}

/** The range of argument `i`. */
function rangeOf(op: Op, i: number, spec: ExampleOperand): readonly [number, number] {
  if (spec.range) return spec.range;
  const { domain = [-2.5, 2.5] } = op;
  const [first] = domain;
  return Array.isArray(first)
    ? (domain[i] as readonly [number, number])
    : (domain as readonly [number, number]);
}

/** The operands of an example. Operands of one example keep apart too, where ties are kinks. */
export function drawOperands(op: Op, example: Example, draw: Draw): Operand[] {
  const taken: number[] = Array.isArray(op.kinks) ? [...(op.kinks as readonly number[])] : [];
  return example.operands.map((spec, i) => {
    const [low, high] = rangeOf(op, i, spec);
    const data = drawElements(draw, spec, low, high, taken);
    if (op.kinks === 'ties') taken.push(...data);
    return operand(`x${i}`, spec, data);
  });
}

/** The operator applied to drawn operands. */
export function applyExample(op: Op, example: Example, operands: readonly Operand[]): Expr {
  return apply(
    op,
    operands.map(({ leaf }) => leaf),
    example.attrs,
  );
}

export interface LawCase {
  readonly op: Op;
  readonly example: Example;
  /** The operator and the number of its example. */
  readonly label: string;
}

/** One case for each example of each operator. */
export function lawCases(operators: readonly Op[]): LawCase[] {
  return operators.flatMap((op) =>
    (op.examples ?? []).map((example, i) => ({ op, example, label: `${op.name} example ${i}` })),
  );
}
