/** The left factor in scratch memory: for each tile, and each step over the inner axis, the rows side by side. */
import { bytesPerElement } from '../../../../src/dtype.ts';
import type { Axis } from '../../../../src/kernel/language.ts';
import type { FunctionBuilder } from '../function-builder.ts';
import type { Local } from '../locals.ts';
import type { Context } from '../kernels/context.ts';
import { counterOf } from '../kernels/context.ts';
import { inFrame, repeatUntil, times } from '../kernels/loops.ts';
import type { Product } from './match.ts';
import type { Block, Operand, Pointed } from './operand.ts';
import { move, pushElement, stepOf } from './operand.ts';

/** Where the copy begins, bytes from one tile to the next, rows of a tile, and bytes of an element. */
export interface PackedLeft {
  readonly start: Local;
  readonly tile: number;
  readonly rows: number;
  readonly bytes: number;
}

/** Copies `block` of all rows, which lie side by side in memory; rows past the last are whatever follows. */
export function packLeft(context: Context, product: Product, block: Block, tileRows: number): PackedLeft {
  const { f, module } = context;
  const { left, row, inner } = product;
  const bytes = bytesPerElement[left.load.dtype];
  const rows = Number(row.size);
  const tile = block.depth * tileRows * bytes;
  const offset = module.scratch(Math.ceil(rows / tileRows) * tile);
  const [start, to, from] = [f.local('i32'), f.local('i32'), f.local('i32')];
  f.globalGet(module.scratchBase).i32Const(offset).op('i32.add').localSet(start);
  inFrame(context, row, (counter) => {
    const tileStart = f.local('i32');
    f.i32Const(0).localSet(counter).localGet(start).localSet(tileStart);
    repeatUntil(context, counter, rows, tileRows, true, () => {
      const step = stepOf(context, left, inner);
      pushElement(context, left, inner, left.terms, block);
      f.localSet(from).localGet(tileStart).localSet(to);
      times(context, block.count, () => {
        copyBytes(f, to, from, tileRows * bytes, bytes);
        move(context, from, step);
        move(context, to, tileRows * bytes);
      });
      move(context, tileStart, tile);
    });
  });
  return { start, tile, rows: tileRows, bytes };
}

/** Copies `count` bytes, a multiple of 8. */
function copyBytes(f: FunctionBuilder, to: Local, from: Local, count: number, align: number): void {
  let offset = 0;
  for (; offset + 16 <= count; offset += 16) {
    f.localGet(to).localGet(from).op('v128.load', { offset, align });
    f.op('v128.store', { offset });
  }
  if (offset === count) return;
  f.localGet(to).localGet(from).op('v128.load64_zero', { offset, align });
  f.op('v128.store64_lane', { offset, align }, 0);
}

/** The rows of the tile that the counter of the rows is at. */
export function packedRows(
  context: Context,
  row: Axis,
  { start, tile, rows: tileRows, bytes }: PackedLeft,
  rows: number,
): Operand {
  const { f } = context;
  const pointer = f.local('i32');
  f.localGet(counterOf(context, row).local)
    .i32Const(tile / tileRows)
    .op('i32.mul');
  f.localGet(start).op('i32.add').localSet(pointer);
  const places = Array.from({ length: rows }, (_, i): Pointed => ({ pointer, offset: i * bytes }));
  return { places, step: tileRows * bytes };
}
