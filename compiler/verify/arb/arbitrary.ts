/**
 * Arbitraries of fast-check that draw by our generators and shrink by our own ways to make things smaller. Nothing else
 * needs fast-check: where it is not installed, the checks run all the same.
 */
import type * as fastCheck from 'fast-check';
import type { Arbitrary, Random, Stream, Value } from 'fast-check';
import { AdjointError } from '../../../src/errors.ts';
import type { Draw } from '../draw.ts';
import { drawOf } from '../draw.ts';

type FastCheck = Pick<typeof fastCheck, 'Arbitrary' | 'Stream' | 'Value'>;

type Make = <T>(draw: (draw: Draw) => T, smaller: (value: T) => Iterable<T>) => Arbitrary<T>;

function makerOver(fc: FastCheck): Make {
  class Drawn<T> extends fc.Arbitrary<T> {
    readonly #draw: (draw: Draw) => T;
    readonly #smaller: (value: T) => Iterable<T>;

    constructor(draw: (draw: Draw) => T, smaller: (value: T) => Iterable<T>) {
      super();
      this.#draw = draw;
      this.#smaller = smaller;
    }

    override generate(random: Random): Value<T> {
      return new fc.Value(this.#draw(drawOf(random)), undefined);
    }

    /** Values shrink without knowing how they were made; every value that has the type is one of ours. */
    override canShrinkWithoutContext(value: unknown): value is T {
      return value !== undefined;
    }

    override shrink(value: T): Stream<Value<T>> {
      const smaller = this.#smaller;
      function* candidates(): Generator<Value<T>> {
        for (const candidate of smaller(value)) yield new fc.Value(candidate, undefined);
      }
      return new fc.Stream(candidates());
    }
  }
  return (draw, smaller) => new Drawn(draw, smaller);
}

const library: FastCheck | null = await import('fast-check').catch(() => null);
const make = library && makerOver(library);

/** An arbitrary of what `draw` makes, shrinking to what `smaller` says. Throws E-VERIFY-FAST-CHECK without fast-check. */
export function drawn<T>(draw: (draw: Draw) => T, smaller: (value: T) => Iterable<T>): Arbitrary<T> {
  if (make) return make(draw, smaller);
  throw new AdjointError('E-VERIFY-FAST-CHECK', 'arbitraries need fast-check, which is not installed');
}
