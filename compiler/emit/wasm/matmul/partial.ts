/** Sums of a product whose inner axis comes in blocks: they wait in scratch memory for the next block. */
import { must } from '../../../../src/errors.ts';
import type { Local } from '../locals.ts';
import type { Context } from '../kernels/context.ts';
import { clearSums } from './tile.ts';

export interface Partial {
  /** The first step of the present block, which is 0 in the first block. */
  readonly first: Local;
  /** Whether this block is the last one. */
  readonly last: Local;
  /** Where the sums of the present tile are; tiles come in the same order in every block. */
  readonly pointer: Local;
}

type Sums = readonly (readonly Local[])[];

/** Sets the sums of a tile to what they were after the last block. */
export function restoreSums(context: Context, sums: Sums, { first, pointer }: Partial): void {
  const { f } = context;
  f.localGet(first).if(
    () =>
      sums.flat().forEach((sum, i) => {
        f.localGet(pointer)
          .op('v128.load', { offset: 16 * i })
          .localSet(sum);
      }),
    () => clearSums(context, sums),
  );
}

/** Writes `finish` for the last block; keeps the sums for the next in the others. */
export function finishOrKeep(context: Context, sums: Sums, partial: Partial, finish: () => void): void {
  const { f } = context;
  const { last, pointer } = partial;
  f.localGet(last).if(finish, () =>
    sums.flat().forEach((sum, i) => {
      f.localGet(pointer)
        .localGet(sum)
        .op('v128.store', { offset: 16 * i });
    }),
  );
  f.localGet(pointer)
    .i32Const(16 * must(sums.flat().length, 'sums'))
    .op('i32.add')
    .localSet(pointer);
}
