/** What a module holds, as instructions and exports name it. */
import type { ValueType } from './opcodes.ts';

/** A function of the module, or an imported one. */
export interface Callee {
  readonly kind: 'function';
  readonly name: string;
  readonly index: number;
}

/** A mutable variable of the module. */
export interface Global {
  readonly kind: 'global';
  readonly type: Exclude<ValueType, 'v128'>;
  readonly index: number;
}

/** The module's memory. */
export interface Memory {
  readonly kind: 'memory';
  readonly index: 0;
}
