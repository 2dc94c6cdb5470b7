/** Gathering rows of resident data into a batch. */
import type { ModuleBuilder } from './assembler.ts';

/**
 * Writes and exports `gather(order, count, from, to, bytes)`, as `Entries` in `../glue-types.ts` has it. Rows are
 * copied in whole vectors, which run over into the row that is copied next; the last rows, whose vectors would end
 * behind the batch, are copied to the byte.
 */
export function writeGatherRows(module: ModuleBuilder): void {
  const f = module.func('gather', ['i32', 'i32', 'i32', 'i32', 'i32']);
  const [order, count, from, to, bytes] = f.params;
  const [source, end, stop] = [f.local('i32'), f.local('i32'), f.local('i32')];

  const pushSource = (): void => {
    f.localGet(order).op('i32.load').localGet(bytes).op('i32.mul').localGet(from).op('i32.add');
    f.localGet(order).i32Const(4).op('i32.add').localSet(order);
  };

  f.localGet(to).localGet(count).localGet(bytes).op('i32.mul').op('i32.add').localSet(end);
  f.block((done) => {
    f.loop((nextRow) => {
      f.localGet(to).localGet(bytes).op('i32.add').localSet(stop);
      // The vectors of this row end below `stop + 16`.
      f.localGet(stop).i32Const(16).op('i32.add').localGet(end).op('i32.gt_u').brIf(done);
      pushSource();
      f.localSet(source);
      f.loop((nextVector) => {
        f.localGet(to).localGet(source).op('v128.load', { align: 4 }).op('v128.store', { align: 4 });
        f.localGet(source).i32Const(16).op('i32.add').localSet(source);
        f.localGet(to).i32Const(16).op('i32.add').localTee(to);
        f.localGet(stop).op('i32.lt_u').brIf(nextVector);
      });
      f.localGet(stop).localSet(to).br(nextRow);
    });
  });
  f.block((done) => {
    f.loop((nextRow) => {
      f.localGet(to).localGet(end).op('i32.ge_u').brIf(done);
      f.localGet(to);
      pushSource();
      f.localGet(bytes).op('memory.copy');
      f.localGet(to).localGet(bytes).op('i32.add').localSet(to).br(nextRow);
    });
  });
  module.export('gather', f);
}
