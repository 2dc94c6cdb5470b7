/** What becomes of the sums of a tile: the lets and stores around the product, over each row's columns. */
import { must } from '../../../../src/errors.ts';
import type { Axis, Statement, Var } from '../../../../src/kernel/language.ts';
import type { Local } from '../locals.ts';
import type { Context, VectorAxis } from '../kernels/context.ts';
import { counterOf, within } from '../kernels/context.ts';
import { hold } from '../kernels/definitions.ts';
import { inFrame, repeatUntil } from '../kernels/loops.ts';
import { callsFunctions } from '../kernels/reach.ts';
import { lanesOf } from '../kernels/vector-prims.ts';
import { atRows } from './operand.ts';
import type { Panel } from './pack.ts';

/** What is done with each sum, at its row and column. */
export interface Finish {
  readonly row: Axis;
  readonly column: Axis;
  readonly total: Var;
  readonly lets: readonly Statement[];
  readonly after: readonly Statement[];
}

type Sums = readonly (readonly Local[])[];

/** Writes the statements for each row of a tile; where they are long, once for all of them. */
export function finishTile(context: Context, finish: Finish, panel: Panel, sums: Sums): void {
  const statements = [...finish.lets, ...finish.after];
  if (callsFunctions(statements)) finishInLoops(context, finish, panel, sums, statements);
  else finishRows(context, finish, panel, sums, statements);
}

function finishRows(
  context: Context,
  { row, column, total }: Finish,
  panel: Panel,
  sums: Sums,
  statements: readonly Statement[],
): void {
  atRows(context, row, sums.length, (i) => {
    const vector: VectorAxis = { axis: column, varying: new Map(), ...panel };
    within(context, { vector }, () => {
      hold(context, total, must(sums[i], 'sums of a row'));
      context.writers.statements(context, statements);
    });
  });
}

const lanes = 4;

/** Keeps the sums in scratch memory and takes them from there, four columns at a time. */
function finishInLoops(
  context: Context,
  { row, column, total }: Finish,
  panel: Panel,
  sums: Sums,
  statements: readonly Statement[],
): void {
  const { f, module } = context;
  const [firstRow, firstColumn] = [counterOf(context, row), counterOf(context, column)];
  const pointer = f.local('i32');
  const parts = sums.flat();
  const offset = module.scratch(16 * parts.length);
  f.globalGet(module.scratchBase).i32Const(offset).op('i32.add').localSet(pointer);
  parts.forEach((sum, i) =>
    f
      .localGet(pointer)
      .localGet(sum)
      .op('v128.store', { offset: 16 * i }),
  );
  eachStep(context, row, firstRow.local, sums.length, 1, () => {
    eachStep(context, column, firstColumn.local, lanes * panel.groups, lanes, (counter) => {
      const valid = validFrom(context, panel, firstColumn.local, counter);
      const vector: VectorAxis = { axis: column, groups: 1, varying: new Map(), ...(valid ? { valid } : {}) };
      const taken = take(context, pointer, lanes / lanesOf[total.dtype]);
      within(context, { vector }, () => {
        hold(context, total, taken);
        context.writers.statements(context, statements);
      });
    });
  });
  context.axes.set(row, firstRow);
  context.axes.set(column, firstColumn);
}

/** A loop over a stretch of an axis whose own loop is open. */
function eachStep(
  context: Context,
  axis: Axis,
  from: Local,
  count: number,
  step: number,
  body: (counter: Local) => void,
): void {
  const { f } = context;
  inFrame(context, axis, (counter) => {
    const end = f.local('i32');
    f.localGet(from).localTee(counter).i32Const(count).op('i32.add').localSet(end);
    repeatUntil(context, counter, end, step, true, () => body(counter));
  });
}

/** How many columns of a panel are valid from `counter` on; null where all are. */
function validFrom({ f }: Context, { valid }: Panel, start: Local, counter: Local): Local | null {
  if (valid === undefined) return null;
  const left = f.local('i32');
  f.localGet(start);
  if (typeof valid === 'number') f.i32Const(valid);
  else f.localGet(valid);
  f.op('i32.add').localGet(counter).op('i32.sub').localSet(left);
  return left;
}

/** The next vectors in memory; the pointer moves behind them. */
function take({ f }: Context, pointer: Local, count: number): Local[] {
  const taken = Array.from({ length: count }, (_, i) => {
    const local = f.local('v128');
    f.localGet(pointer)
      .op('v128.load', { offset: 16 * i })
      .localSet(local);
    return local;
  });
  f.localGet(pointer)
    .i32Const(16 * count)
    .op('i32.add')
    .localSet(pointer);
  return taken;
}
