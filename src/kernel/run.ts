/** The scalar interpreter of the kernel language: runs statements one by one. It says which bits are right. */
import { roundTo } from '../dtype.ts';
import { InternalError, must } from '../errors.ts';
import { evaluateSize } from '../size.ts';
import type { Size } from '../size.ts';
import { evaluatePrim, evaluateScalar } from './evaluate.ts';
import type { Environment } from './evaluate.ts';
import { storage } from './language.ts';
import type { Axis, Buffer, Combine, LoopKernel, Scalar, Statement, Var } from './language.ts';
import type { CorePrim } from './prims.ts';

export type Memory = ReadonlyMap<Buffer, Float32Array | Float64Array | Int32Array>;

/** How two values combine. */
export const combinePrim: Readonly<Record<Combine, CorePrim>> = {
  sum: 'add',
  prod: 'mul',
  max: 'max',
  min: 'min',
};

/** The neutral element of a combination in a dtype. */
export function neutral(combine: Combine, dtype: Var['dtype']): number {
  if (combine === 'sum') return 0;
  if (combine === 'prod') return 1;
  const sign = combine === 'max' ? -1 : 1;
  if (dtype === 'int32') return sign < 0 ? -2147483648 : 2147483647;
  return sign * Infinity;
}

/** Runs one kernel over `memory` with the sizes given; `outer` holds the values of the axes around it. */
export function runKernel(
  kernel: LoopKernel,
  memory: Memory,
  sizes: Readonly<Record<string, number>>,
  outer: ReadonlyMap<Axis, number> = new Map(),
): void {
  new Machine(memory, sizes, outer).run(kernel.body);
}

class Machine implements Environment {
  readonly #memory: Memory;
  readonly #sizes: Readonly<Record<string, number>>;
  readonly #axes: Map<Axis, number>;
  readonly #vars = new Map<Var, number>();

  constructor(memory: Memory, sizes: Readonly<Record<string, number>>, outer: ReadonlyMap<Axis, number>) {
    this.#axes = new Map(outer);
    this.#memory = memory;
    this.#sizes = sizes;
  }

  axis(axis: Axis): number {
    return must(this.#axes.get(axis), `axis ${axis.name}`);
  }

  size(size: Size): number {
    return evaluateSize(size, this.#sizes);
  }

  variable(of: Var): number {
    return must(this.#vars.get(of), `variable ${of.name}`);
  }

  load(buffer: Buffer, index: number): number {
    return this.#at(buffer, index)[index] ?? Number.NaN;
  }

  #at(buffer: Buffer, index: number): Float32Array | Float64Array | Int32Array {
    const array = must(this.#memory.get(storage(buffer)), `buffer ${buffer.name}`);
    if (!(index >= 0 && index < array.length)) {
      throw new InternalError(`${buffer.name}[${index}] is outside its ${array.length} elements`);
    }
    return array;
  }

  #store(buffer: Buffer, index: Scalar, value: number): void {
    const at = evaluateScalar(index, this);
    this.#at(buffer, at)[at] = roundTo(buffer.dtype, value);
  }

  run(body: readonly Statement[]): void {
    for (const statement of body) this.#execute(statement);
  }

  #execute(statement: Statement): void {
    switch (statement.kind) {
      case 'let':
        this.#vars.set(statement.var, evaluateScalar(statement.value, this));
        return;
      case 'store':
        this.#store(statement.buffer, statement.index, evaluateScalar(statement.value, this));
        return;
      case 'accumulate': {
        const at = evaluateScalar(statement.index, this);
        const value = evaluateScalar(statement.value, this);
        const old = this.load(statement.buffer, at);
        this.#store(
          statement.buffer,
          statement.index,
          evaluatePrim('add', statement.buffer.dtype, old, value),
        );
        return;
      }
      case 'loop':
      case 'ordered':
        this.#repeat(statement.axis, () => this.run(statement.body));
        return;
      case 'carry':
        this.#carry(statement);
        return;
      case 'reduce':
        this.#reduce(statement);
    }
  }

  #repeat(axis: Axis, body: () => void): void {
    const size = this.size(axis.size);
    for (let i = 0; i < size; i++) {
      this.#axes.set(axis, i);
      body();
    }
  }

  #carry({ axis, vars, body }: Extract<Statement, { kind: 'carry' }>): void {
    for (const carried of vars) this.#vars.set(carried.var, evaluateScalar(carried.init, this));
    this.#repeat(axis, () => {
      this.run(body);
      const next = vars.map((carried) => evaluateScalar(carried.next, this));
      vars.forEach((carried, i) => this.#vars.set(carried.var, must(next[i], 'next')));
    });
  }

  #reduce({ var: of, combine, order, axes, body, value }: Extract<Statement, { kind: 'reduce' }>): void {
    const width = order === 'lanes' ? 16 : 1;
    const partials = Array.from({ length: width }, () => neutral(combine, of.dtype));
    const join = (x: number, y: number): number => evaluatePrim(combinePrim[combine], of.dtype, x, y);
    let flat = 0;
    const visit = (depth: number): void => {
      const axis = axes[depth];
      if (axis) return this.#repeat(axis, () => visit(depth + 1));
      this.run(body);
      const lane = flat++ % width;
      partials[lane] = join(must(partials[lane], 'partial'), evaluateScalar(value, this));
    };
    visit(0);
    for (let half = width / 2; half >= 1; half /= 2) {
      for (let i = 0; i < half; i++)
        partials[i] = join(must(partials[i], 'left'), must(partials[i + half], 'right'));
    }
    this.#vars.set(of, must(partials[0], 'result'));
  }
}
