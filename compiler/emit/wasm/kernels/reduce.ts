/** Writes reductions in one order: over scalars, or over the lanes of a vector loop at once. */
import type { Context } from './context.ts';
import { hold } from './definitions.ts';
import { writeLanes } from './lanes.ts';
import { takesLanes } from './free-order.ts';
import { iterationsOf, nestOver, unrollOver } from './loops.ts';
import type { Reduce } from '../../loops/order.ts';
import { needsLanes } from '../../loops/order.ts';
import { callsFunctions } from './reach.ts';
import { writeShortLanes } from './row-loops.ts';
import { join, totalsOf } from './totals.ts';

export function writeReduce(context: Context, statement: Reduce): void {
  if (context.vector && needsLanes(statement)) writeShortLanes(context, statement);
  else if (statement.order === 'lanes' && statement.var.dtype !== 'bool' && !context.vector)
    writeLanes(context, statement);
  else if (takesLanes(context, statement)) writeLanes(context, statement);
  else writeSequential(context, statement);
}

/** Terms of a short reduction that are written out. */
const fewTerms = 9;

function writeSequential(context: Context, statement: Reduce): void {
  const totals = totalsOf(context, statement);
  const terms = iterationsOf(statement.axes);
  const over = terms <= fewTerms && !callsFunctions([statement]) ? unrollOver : nestOver;
  over(context, statement.axes, () => {
    context.writers.statements(context, statement.body);
    join(context, statement, totals);
  });
  hold(context, statement.var, totals);
}
