/** Whether a kernel may write a buffer that it reads. */
import { storage } from '../../src/kernel/language.ts';
import type { Buffer, LoopKernel, Scalar, Statement } from '../../src/kernel/language.ts';
import { ScalarTable } from '../lower/scalars.ts';

/**
 * True where every load of `buffer`, or of what it takes over, is at the index of its store and stands before it:
 * then an element is read before it is replaced.
 */
export function inPlaceIsSafe(kernel: LoopKernel, buffer: Buffer): boolean {
  const own = new Accesses(storage(buffer));
  own.visit(kernel.body);
  return own.areSafe;
}

/** The accesses of one piece of memory, in the order of the kernel's text. */
class Accesses {
  readonly #memory: Buffer;
  readonly #table = new ScalarTable();
  readonly #loads = new Set<Scalar>();
  readonly #stores = new Set<Scalar>();
  #readsAfterStore = false;

  constructor(memory: Buffer) {
    this.#memory = memory;
  }

  get areSafe(): boolean {
    if (this.#readsAfterStore) return false;
    return [...this.#loads].every((index) => this.#stores.size === 1 && this.#stores.has(index));
  }

  visit(body: readonly Statement[]): void {
    for (const statement of body) this.#statement(statement);
  }

  #statement(statement: Statement): void {
    if (statement.kind === 'carry') for (const { init } of statement.vars) this.#scalar(init);
    if ('body' in statement) this.visit(statement.body);
    if (statement.kind === 'carry') for (const { next } of statement.vars) this.#scalar(next);
    if ('value' in statement) this.#scalar(statement.value);
    if (statement.kind !== 'store' && statement.kind !== 'accumulate') return;
    if (storage(statement.buffer) === this.#memory) this.#stores.add(this.#table.intern(statement.index));
  }

  #scalar(value: Scalar): void {
    if (value.kind === 'prim') for (const arg of value.args) this.#scalar(arg);
    if (value.kind === 'cond') for (const part of [value.test, value.then, value.else]) this.#scalar(part);
    if (value.kind !== 'load') return;
    this.#scalar(value.index);
    if (storage(value.buffer) !== this.#memory) return;
    this.#loads.add(this.#table.intern(value.index));
    if (this.#stores.size > 0) this.#readsAfterStore = true;
  }
}
