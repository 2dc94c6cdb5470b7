/** Whether a kernel may write a buffer that it reads. */
import { storage } from '../../src/kernel/language.ts';
import type { Buffer, LoopKernel, Scalar, Statement } from '../../src/kernel/language.ts';
import { ScalarTable } from '../lower/scalars.ts';

/**
 * True where every load of `buffer`, or of what it takes over, is at the index of its store: then an element is read
 * before it is replaced.
 */
export function inPlaceIsSafe(kernel: LoopKernel, buffer: Buffer): boolean {
  const table = new ScalarTable();
  const loads = new Set<Scalar>();
  const stores = new Set<Scalar>();
  const scalar = (value: Scalar): void => {
    if (value.kind === 'load') {
      if (storage(value.buffer) === storage(buffer)) loads.add(table.intern(value.index));
      scalar(value.index);
    } else if (value.kind === 'prim') value.args.forEach(scalar);
    else if (value.kind === 'cond') [value.test, value.then, value.else].forEach(scalar);
  };
  const visit = (statement: Statement): void => {
    if (statement.kind === 'let' || statement.kind === 'reduce') scalar(statement.value);
    if (statement.kind === 'store') {
      if (statement.buffer === buffer) stores.add(table.intern(statement.index));
      scalar(statement.value);
    }
    if (statement.kind === 'accumulate') scalar(statement.value);
    if (statement.kind === 'carry') statement.vars.forEach(({ init, next }) => [init, next].forEach(scalar));
    if ('body' in statement) statement.body.forEach(visit);
  };
  kernel.body.forEach(visit);
  return [...loads].every((index) => stores.size === 1 && stores.has(index));
}
