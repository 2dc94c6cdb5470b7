/** Writes matrix products: the inner axis in blocks, panels of columns, and in each of them tiles of rows. */
import { bytesPerElement } from '../../../../src/dtype.ts';
import type { FloatDType } from '../../../../src/dtype.ts';
import type { Context } from '../kernels/context.ts';
import { within } from '../kernels/context.ts';
import { boundOf, inFrame, pushBound, repeatUntil } from '../kernels/loops.ts';
import type { Product } from './match.ts';
import type { Block } from './operand.ts';
import { fromStart, leftOperand, rightOperand } from './operand.ts';
import { packPanel } from './pack.ts';
import { packLeft, packedRows } from './pack-left.ts';
import { eachPanel, vectorsOf, writeTiles } from './panels.ts';
import type { Partial } from './partial.ts';
import type { Plan } from './plan.ts';
import { isWorthTall, planOf, tallRows, tileRows } from './plan.ts';
import { writeTile } from './tile.ts';

const lanes = 4;

/**
 * Writes a product. Where numerics are fast there are two forms of a large one, and a marked zero that chooses: tall tiles for
 * engines whose multiply-adds are one instruction, and the others.
 */
export function writeProduct(context: Context, product: Product): void {
  const { f, module, contracts } = context;
  if (!contracts || !isWorthTall(product)) return writeForm(context, product, tileRows);
  f.mark().i32Const(0).beginIf();
  module.either([
    () => writeForm(context, product, tallRows),
    () => {
      f.else();
      within(context, { contracts: false }, () => writeForm(context, product, tileRows));
    },
  ]);
  f.end();
}

function writeForm(context: Context, product: Product, rows: number): void {
  const plan = planOf(product, rows);
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
  const sums = Math.ceil(Number(row.size) / plan.rows) * plan.rows * (Number(column.size) + lanes);
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
  const { total, column } = product;
  const dtype = total.dtype as FloatDType;
  const left = plan.packLeft ? packLeft(context, product, block, plan.rows) : null;
  eachPanel(context, column, dtype, (panel) => {
    const packed = plan.packRight ? packPanel(context, product, panel, block) : null;
    const vectors = vectorsOf(dtype, panel);
    writeTiles(context, product, panel, {
      partial,
      rows: plan.rows,
      accumulate: (sums) => {
        const rows = left
          ? packedRows(context, product.row, left, sums.length)
          : leftOperand(context, product, sums.length, block);
        const columns = packed ? fromStart(context, packed) : rightOperand(context, product, vectors, block);
        writeTile(context, dtype, sums, rows, columns, block.count);
      },
    });
  });
}
