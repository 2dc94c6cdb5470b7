/** Writes matrix products: panels of columns, and in each of them tiles of rows. */
import { bytesPerElement } from '../../../../src/dtype.ts';
import type { FloatDType } from '../../../../src/dtype.ts';
import { must } from '../../../../src/errors.ts';
import type { Local } from '../locals.ts';
import type { Context } from '../kernels/context.ts';
import type { Bound } from '../kernels/loops.ts';
import { boundOf, inFrame, lastStart, pushBound, repeatUntil } from '../kernels/loops.ts';
import { finishTile } from './finish.ts';
import type { Product } from './match.ts';
import type { Block, Operand } from './operand.ts';
import { leftOperand, rightOperand, sideBySide } from './operand.ts';
import type { Panel } from './pack.ts';
import { packPanel } from './pack.ts';
import type { PackedLeft } from './pack-left.ts';
import { packLeft, packedRows } from './pack-left.ts';
import type { Partial } from './partial.ts';
import { finishOrKeep, restoreSums } from './partial.ts';
import type { Plan } from './plan.ts';
import { planOf, tileRows } from './plan.ts';
import { clearSums, newSums, writeTile } from './tile.ts';

const lanes = 4;

/** What is the same for all tiles of a block. */
interface Work {
  readonly product: Product;
  readonly plan: Plan;
  readonly block: Block;
  readonly partial: Partial | null;
  readonly left: PackedLeft | null;
}

export function writeProduct(context: Context, product: Product): void {
  const plan = planOf(product);
  const { inner } = product;
  if (plan.depth !== null && typeof inner.size !== 'number') {
    writeBlocks(context, product, plan, plan.depth);
    return;
  }
  const block: Block = { depth: plan.depth ?? 0, count: boundOf(context, inner), whole: true };
  writeBlock(context, product, plan, block, null);
}

function writeBlocks(context: Context, product: Product, plan: Plan, depth: number): void {
  const { f, module } = context;
  const { inner, row, column, total } = product;
  const sums = Math.ceil(Number(row.size) / tileRows) * tileRows * (Number(column.size) + lanes);
  const offset = module.scratch(sums * bytesPerElement[total.dtype]);
  inFrame(context, inner, (first) => {
    const end = boundOf(context, inner);
    const [start, count, last, pointer] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
    f.globalGet(module.scratchBase).i32Const(offset).op('i32.add').localSet(start);
    f.i32Const(0).localSet(first);
    repeatUntil(context, first, end, depth, true, () => {
      f.localGet(start).localSet(pointer);
      pushBound(context, end);
      f.localGet(first).op('i32.sub').localTee(count).i32Const(depth);
      f.localGet(count).i32Const(depth).op('i32.le_s').localTee(last).op('select').localSet(count);
      writeBlock(context, product, plan, { depth, count, whole: false }, { first, last, pointer });
    });
  });
}

function writeBlock(
  context: Context,
  product: Product,
  plan: Plan,
  block: Block,
  partial: Partial | null,
): void {
  const { f } = context;
  const { column, total } = product;
  const left = plan.packLeft ? packLeft(context, product, block) : null;
  const work: Work = { product, plan, block, partial, left };
  const wide = total.dtype === 'float32' ? 2 : 1;
  inFrame(context, column, (counter) => {
    const end = boundOf(context, column);
    f.i32Const(0).localSet(counter);
    const write = (panel: Panel): void => writePanel(context, work, panel);
    if (typeof end !== 'number') return writeUnknown(context, counter, end, wide, write);
    const { full, last } = panelsOf(end, wide);
    if (full > 0) repeatUntil(context, counter, full, lanes * wide, true, () => write({ groups: wide }));
    if (last > 0) write({ groups: Math.ceil(last / lanes), ...(last % lanes === 0 ? {} : { valid: last }) });
  });
}

/** Columns in full panels, and in the last one, which is one group wider rather than much narrower. */
function panelsOf(columns: number, wide: number): { readonly full: number; readonly last: number } {
  const width = lanes * wide;
  const rest = columns % width;
  const joined = wide === 2 && rest > 0 && rest <= lanes && columns > width;
  return joined ? { full: columns - rest - width, last: rest + width } : { full: columns - rest, last: rest };
}

function writeUnknown(
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

function writePanel(context: Context, work: Work, panel: Panel): void {
  const { f } = context;
  const { product, plan, block } = work;
  const right = plan.packRight ? packPanel(context, product, panel, block) : null;
  inFrame(context, product.row, (counter) => {
    const end = boundOf(context, product.row);
    f.i32Const(0).localSet(counter);
    const known = typeof end === 'number';
    const write = (rows: number): void => writeRows(context, work, panel, right, rows);
    if (!known || end >= tileRows)
      repeatUntil(context, counter, lastStart(context, end, tileRows), tileRows, known, () =>
        write(tileRows),
      );
    if (known && end % tileRows > 0) write(end % tileRows);
    if (!known) repeatUntil(context, counter, end, 1, false, () => write(1));
  });
}

function writeRows(context: Context, work: Work, panel: Panel, packed: Operand | null, rows: number): void {
  const { product, block, partial } = work;
  const dtype = product.total.dtype as FloatDType;
  const vectors = dtype === 'float32' ? panel.groups : 2 * panel.groups;
  const left = work.left
    ? packedRows(context, product, work.left, rows)
    : leftOperand(context, product, rows, block);
  const right = packed ? fromStart(context, packed) : rightOperand(context, product, vectors, block);
  const sums = newSums(context, { rows, vectors });
  if (partial) restoreSums(context, sums, partial);
  else clearSums(context, sums);
  writeTile(context, dtype, sums, left, right, block.count);
  const finish = (): void => finishTile(context, product, panel, sums);
  if (partial) finishOrKeep(context, sums, partial, finish);
  else finish();
}

/** A packed panel, with a pointer that a tile may move. */
function fromStart({ f }: Context, { places, step }: Operand): Operand {
  const pointer = f.local('i32');
  f.localGet(must(places[0], 'place').pointer).localSet(pointer);
  return sideBySide(pointer, places.length, step);
}
