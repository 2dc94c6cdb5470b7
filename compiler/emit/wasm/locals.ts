import type { ValueType } from './opcodes.ts';

/** A parameter or variable of one function. Identity is the object. */
export interface Local {
  readonly type: ValueType;
  readonly index: number;
}

/** One local per type. */
export type Locals<Types extends readonly ValueType[]> = { readonly [I in keyof Types]: Local };

/** The locals of one function: an index is handed out again, as a new object, once it is released. */
export class LocalPool {
  private readonly owner: string;
  private readonly types: ValueType[] = [];
  private readonly live: (Local | undefined)[] = [];
  private readonly free: Readonly<Record<ValueType, number[]>> = {
    i32: [],
    i64: [],
    f32: [],
    f64: [],
    v128: [],
  };
  private parameterCount = 0;

  /** `owner` names the function in errors. */
  constructor(owner: string) {
    this.owner = owner;
  }

  /** Parameters come before all other locals. */
  parameters<Types extends readonly ValueType[]>(types: Types): Locals<Types> {
    this.parameterCount = types.length;
    return types.map((type) => this.take(type)) as Locals<Types>;
  }

  take(type: ValueType): Local {
    const index = this.free[type].pop() ?? this.types.push(type) - 1;
    const local = { type, index };
    this.live[index] = local;
    return local;
  }

  release(local: Local): void {
    const index = this.indexOf(local);
    this.live[index] = undefined;
    this.free[local.type].push(index);
  }

  /** Throws for a local that has been released or belongs to another function. */
  indexOf(local: Local): number {
    if (this.live[local.index] !== local) {
      throw new Error(
        `internal: assembler: function ${this.owner}: ${local.type} local ${local.index} is not in use`,
      );
    }
    return local.index;
  }

  /** The locals that are not parameters, as runs of equal types in order of index. */
  runs(): readonly { readonly type: ValueType; readonly count: number }[] {
    const runs: { type: ValueType; count: number }[] = [];
    for (const type of this.types.slice(this.parameterCount)) {
      const last = runs.at(-1);
      if (last?.type === type) last.count += 1;
      else runs.push({ type, count: 1 });
    }
    return runs;
  }
}
