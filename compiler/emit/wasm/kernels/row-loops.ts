/**
 * Loops over rows that are too short to be worth vectors of their own: vectors run across four rows instead, and
 * what happens inside a row happens to four rows at once.
 */
import { must } from '../../../../src/errors.ts';
import type { Statement } from '../../../../src/kernel/language.ts';
import { combinePrim } from '../../../../src/kernel/run.ts';
import type { Local } from '../locals.ts';
import type { Context } from './context.ts';
import { hold } from './definitions.ts';
import { iterationsOf, unrollOver } from './loops.ts';
import type { Reduce } from '../../loops/order.ts';
import { needsLanes, some } from '../../loops/order.ts';
import { join, totalsOf } from './totals.ts';
import { vectorPrims } from './vector-prims.ts';

/** Longer rows fill vectors of their own. */
const mostTerms = 8;

/** Iterations inside a statement; infinite where they are not known, or where statements wait for each other. */
function iterations(statement: Statement): number {
  switch (statement.kind) {
    case 'let':
    case 'store':
      return 1;
    case 'loop':
      return iterationsOf([statement.axis]) * Math.max(0, ...statement.body.map(iterations));
    case 'reduce':
      return iterationsOf(statement.axes);
    default:
      return Infinity;
  }
}

/** Whether rows are so short that vectors should run across them. */
export function hasShortRows(body: readonly Statement[]): boolean {
  const inner = some(body, (statement) => statement.kind === 'loop' || needsLanes(statement));
  return inner && body.every((statement) => iterations(statement) <= mostTerms);
}

/**
 * A sum or product with 16 partial results inside vectors across rows. There is at most one term for each partial, so
 * that the neutral element is what each begins with, and what the others are.
 */
export function writeShortLanes(context: Context, statement: Reduce): void {
  const { axes } = statement;
  const partials: (readonly Local[])[] = [];
  unrollOver(context, axes, () => {
    const totals = totalsOf(context, statement);
    context.writers.statements(context, statement.body);
    join(context, statement, totals);
    partials.push(totals);
  });
  hold(context, statement.var, joinPartials(context, statement, partials));
}

/** The halving tree over the partials that there are: a neutral one changes no bit of another. */
function joinPartials(
  { f }: Context,
  { var: of, combine }: Reduce,
  partials: readonly (readonly Local[])[],
): readonly Local[] {
  const row = must(vectorPrims[combinePrim[combine]], combine);
  for (let half = 8; half > 0; half >>= 1) {
    for (let i = 0; i < half && i + half < partials.length; i++) {
      must(partials[i], 'partial').forEach((left, part) => {
        f.localGet(left).localGet(must(partials[i + half]?.[part], 'partial'));
        row(f, of.dtype);
        f.localSet(left);
      });
    }
  }
  return must(partials[0], 'partial');
}
