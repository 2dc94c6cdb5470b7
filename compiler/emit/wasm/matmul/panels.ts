/** Cuts rows and columns of products into tiles. */
import type { FloatDType } from '../../../../src/dtype.ts';
import type { Axis } from '../../../../src/kernel/language.ts';
import type { Local } from '../locals.ts';
import type { Context } from '../kernels/context.ts';
import type { Bound } from '../kernels/loops.ts';
import { boundOf, inFrame, lastStart, pushBound, repeatUntil } from '../kernels/loops.ts';
import type { Finish } from './finish.ts';
import { finishTile } from './finish.ts';
import type { Panel } from './pack.ts';
import type { Partial } from './partial.ts';
import { finishOrKeep, restoreSums } from './partial.ts';
import { tileRows } from './plan.ts';
import { clearSums, newSums } from './tile.ts';

const lanes = 4;

/** Groups of a full panel: two vectors. */
const wideOf = (dtype: FloatDType): number => (dtype === 'float32' ? 2 : 1);

/** The vectors that hold one row of a panel. */
export const vectorsOf = (dtype: FloatDType, { groups }: Panel): number =>
  dtype === 'float32' ? groups : 2 * groups;

/** Writes `write` for all columns: in a loop over full panels, and for the last one. */
export function eachPanel(
  context: Context,
  column: Axis,
  dtype: FloatDType,
  write: (panel: Panel) => void,
): void {
  const { f } = context;
  const wide = wideOf(dtype);
  inFrame(context, column, (counter) => {
    const end = boundOf(context, column);
    f.i32Const(0).localSet(counter);
    if (typeof end !== 'number') return eachOfUnknown(context, counter, end, wide, write);
    const width = lanes * wide;
    const last = end % width;
    if (end >= width) repeatUntil(context, counter, end - last, width, true, () => write({ groups: wide }));
    if (last > 0) write({ groups: Math.ceil(last / lanes), ...(last % lanes === 0 ? {} : { valid: last }) });
  });
}

function eachOfUnknown(
  context: Context,
  counter: Local,
  end: Bound,
  wide: number,
  write: (panel: Panel) => void,
): void {
  const { f } = context;
  const width = lanes * wide;
  repeatUntil(context, counter, lastStart(context, end, width), width, false, () => write({ groups: wide }));
  const rest = f.local('i32');
  pushBound(context, end);
  f.localGet(counter).op('i32.sub').localTee(rest);
  f.if(() => write({ groups: wide, valid: rest }));
}

/** How the tiles of a panel get their sums. */
export interface Tiles {
  readonly partial: Partial | null;
  /** Rows of a full tile. */
  readonly rows: number;
  /** Adds to the sums of the tile at the counters of its row and column. */
  accumulate(sums: readonly (readonly Local[])[]): void;
}

/** Writes all tiles of a panel. */
export function writeTiles(
  context: Context,
  finish: Finish,
  panel: Panel,
  { partial, rows, accumulate }: Tiles,
): void {
  const { f } = context;
  const dtype = finish.total.dtype as FloatDType;
  const write = (count: number): void => {
    const sums = newSums(context, { rows: count, vectors: vectorsOf(dtype, panel) });
    if (partial) restoreSums(context, sums, partial);
    else clearSums(context, sums);
    accumulate(sums);
    const complete = (): void => finishTile(context, finish, panel, sums);
    if (partial) finishOrKeep(context, sums, partial, complete);
    else complete();
  };
  inFrame(context, finish.row, (counter) => {
    const end = boundOf(context, finish.row);
    f.i32Const(0).localSet(counter);
    const known = typeof end === 'number';
    if (!known || end >= rows)
      repeatUntil(context, counter, lastStart(context, end, rows), rows, known, () => write(rows));
    if (known && end % rows > 0) write(end % rows);
    if (known) return;
    if (rows > tileRows)
      repeatUntil(context, counter, lastStart(context, end, tileRows), tileRows, false, () =>
        write(tileRows),
      );
    repeatUntil(context, counter, end, 1, false, () => write(1));
  });
}
