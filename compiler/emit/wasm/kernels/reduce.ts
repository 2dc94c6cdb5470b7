/** Writes reductions in one order: over scalars, or over the lanes of a vector loop at once. */
import type { Context } from './context.ts';
import { hold } from './definitions.ts';
import { writeLanes } from './lanes.ts';
import { nestOver } from './loops.ts';
import type { Reduce } from './order.ts';
import { join, totalsOf } from './totals.ts';

export function writeReduce(context: Context, statement: Reduce): void {
  if (statement.order === 'lanes' && statement.var.dtype !== 'bool' && !context.vector)
    writeLanes(context, statement);
  else writeSequential(context, statement);
}

function writeSequential(context: Context, statement: Reduce): void {
  const totals = totalsOf(context, statement);
  nestOver(context, statement.axes, () => {
    context.writers.statements(context, statement.body);
    join(context, statement, totals);
  });
  hold(context, statement.var, totals);
}
