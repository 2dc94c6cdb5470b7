/** Arbitraries of fast-check that draw by our generators and shrink by our own ways to make things smaller. */
import { Arbitrary, Stream, Value } from 'fast-check';
import type { Random } from 'fast-check';
import type { Draw } from '../draw.ts';
import { drawOf } from '../draw.ts';

class Drawn<T> extends Arbitrary<T> {
  readonly #draw: (draw: Draw) => T;
  readonly #smaller: (value: T) => Iterable<T>;

  constructor(draw: (draw: Draw) => T, smaller: (value: T) => Iterable<T>) {
    super();
    this.#draw = draw;
    this.#smaller = smaller;
  }

  override generate(random: Random): Value<T> {
    return new Value(this.#draw(drawOf(random)), undefined);
  }

  /** Values shrink without knowing how they were made; every value that has the type is one of ours. */
  override canShrinkWithoutContext(value: unknown): value is T {
    return value !== undefined;
  }

  override shrink(value: T): Stream<Value<T>> {
    const smaller = this.#smaller;
    function* candidates(): Generator<Value<T>> {
      for (const candidate of smaller(value)) yield new Value(candidate, undefined);
    }
    return new Stream(candidates());
  }
}

/** An arbitrary of what `draw` makes, shrinking to what `smaller` says. */
export function drawn<T>(draw: (draw: Draw) => T, smaller: (value: T) => Iterable<T>): Arbitrary<T> {
  return new Drawn(draw, smaller);
}
