/** Orthogonal matrices. */
import { AdjointError } from '../../errors.ts';
import { showShape } from '../../describe.ts';
import { div, mul, sqrt, sub } from '../../ops/arithmetic.ts';
import { broadcastTo, sum } from '../../ops/broadcast.ts';
import { eq, where } from '../../ops/compare.ts';
import { matmul } from '../../ops/contract.ts';
import { constant, iota } from '../../ops/leaves.ts';
import { transpose } from '../../ops/permute.ts';
import { reshape } from '../../ops/reshape.ts';
import { scan } from '../../ops/scan-builder.ts';
import type { Initializer } from '../../slot.ts';
import type { Draws } from './draw.ts';
import { initializer, normalDraws } from './draw.ts';
import { numericShape } from './fan.ts';

export interface OrthogonalOptions {
  /** The length of each row or column; default 1. */
  readonly gain?: number;
}

/**
 * A random matrix whose rows or columns, whichever are fewer, are orthogonal and of length `gain`: each such matrix
 * as likely as any other (Saxe et al., 2013). Shapes of more axes are flattened to [out, rest].
 */
export function orthogonal({ gain = 1 }: OrthogonalOptions = {}): Initializer {
  return initializer(`orthogonal(${gain})`, (shape) => {
    const [rows = 0, ...rest] = numericShape('orthogonal', shape);
    if (rest.length === 0) {
      const headline = `nn.init.orthogonal: ${showShape(shape)} has no rows and columns`;
      throw new AdjointError('E-SHAPE-RANK', headline, [], 'Use uniform or normal for vectors.');
    }
    const columns = rest.reduce((a, b) => a * b, 1);
    const wide = orthonormalRows(Math.min(rows, columns), Math.max(rows, columns));
    return mul(reshape(rows <= columns ? wide : (transpose(wide) as Draws), shape) as Draws, gain);
  });
}

/**
 * `count` orthonormal vectors of `length` elements, as rows: Gram and Schmidt's method on normal numbers. Each new
 * vector is freed of the earlier ones twice, which makes them orthogonal to the last digits (Giraud et al., 2005).
 */
function orthonormalRows(count: number, length: number): Draws {
  const none = broadcastTo(constant(0, 'float64'), [count, length]) as Draws;
  const { carry } = scan(
    ({ found }: { found: Draws }, { vector, place }) => {
      const along = (v: Draws): Draws => matmul(matmul(found, v) as Draws, found) as Draws;
      const once = sub(vector as Draws, along(vector as Draws));
      const free = sub(once, along(once));
      const unit = div(free, sqrt(sum(mul(free, free)) as Draws)) as Draws;
      const here = eq(iota([count, 1], 0), place);
      return { carry: { found: where(here, unit, found) as Draws } };
    },
    { carry: { found: none }, inputs: { vector: normalDraws([count, length]), place: iota([count, 1], 0) } },
  );
  return carry.found;
}
