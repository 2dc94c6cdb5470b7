/** Loops whose iterations run four or more at a time. */
import type { Statement } from '../../../../src/kernel/language.ts';
import type { Context, VectorAxis } from './context.ts';
import { within } from './context.ts';
import { boundOf, inFrame, lastStart, repeatUntil } from './loops.ts';
import { needsLanes, some } from './order.ts';

type Loop = Extract<Statement, { kind: 'loop' }>;

const lanes = 4;
/** A sequential sum waits for each addition: several of them side by side hide that. */
const manyGroups = 4;

/** Innermost loops of at least four iterations that write neighboring elements; sums of 16 partials stay scalar. */
export function isVectorLoop(context: Context, { axis, body }: Loop): boolean {
  if (context.vector || (typeof axis.size === 'number' && axis.size < lanes)) return false;
  return !some(body, (statement) => statement.kind === 'loop' || needsLanes(statement));
}

export function writeVectorLoop(context: Context, statement: Loop): void {
  const { axis, body } = statement;
  const reduces = some(body, ({ kind }) => kind === 'reduce' || kind === 'carry');
  inFrame(context, axis, (counter) => {
    const end = boundOf(context, axis);
    context.f.i32Const(0).localSet(counter);
    let done = 0;
    for (const groups of reduces ? [manyGroups, 1] : [1]) {
      const step = lanes * groups;
      if (typeof end === 'number' && end - done < step) continue;
      const vector: VectorAxis = { axis, groups, varying: new Map() };
      const known = typeof end === 'number';
      repeatUntil(context, counter, lastStart(context, end, step), step, known, () =>
        within(context, { vector }, () => context.writers.statements(context, body)),
      );
      if (known) done = end - (end % step);
    }
    if (end === done) return;
    repeatUntil(context, counter, end, 1, typeof end === 'number', () =>
      context.writers.statements(context, body),
    );
  });
}
