/**
 * The work of a kernel, counted in its statements: loops multiply. One floating-point addition, subtraction,
 * multiplication, division, root, minimum, maximum or rounding to an integer is one operation; a reduction takes
 * one for each element; an elementary function takes those of its description. Moves, comparisons, choices,
 * conversions and integers take none. Of the branches of a condition the dearer one counts.
 */
import { bytesPerElement, isFloat } from '../../src/dtype.ts';
import { storage } from '../../src/kernel/language.ts';
import type { Axis, Buffer, LoopKernel, Scalar, Statement } from '../../src/kernel/language.ts';
import { mathKernels } from '../../src/kernel/math/kernels.ts';
import type { FunctionPrim, Prim } from '../../src/kernel/prims.ts';
import { Polynomial } from './polynomial.ts';
import type { Sizes } from './polynomial.ts';

const counted: ReadonlySet<Prim> = new Set<Prim>([
  'add',
  'sub',
  'mul',
  'div',
  'sqrt',
  'min',
  'max',
  'floor',
  'ceil',
  'trunc',
  'round',
]);

const isFunction = (prim: Prim): prim is FunctionPrim => Object.hasOwn(mathKernels, prim);
const functionCosts = new Map<FunctionPrim, number>();

/** Floating-point operations of the description of an elementary function. */
export function functionFlops(name: FunctionPrim): number {
  const known = functionCosts.get(name);
  if (known !== undefined) return known;
  const { body, result } = mathKernels[name];
  const cost = body.reduce((total, { value }) => total + scalarFlops(value), scalarFlops(result));
  functionCosts.set(name, cost);
  return cost;
}

/** Floating-point operations of one evaluation. */
export function scalarFlops(value: Scalar): number {
  if (value.kind === 'load') return scalarFlops(value.index);
  if (value.kind === 'cond')
    return scalarFlops(value.test) + Math.max(scalarFlops(value.then), scalarFlops(value.else));
  if (value.kind !== 'prim') return 0;
  const operands = value.args.reduce((total, arg) => total + scalarFlops(arg), 0);
  if (isFunction(value.prim)) return operands + functionFlops(value.prim);
  return operands + (counted.has(value.prim) && isFloat(value.dtype) ? 1 : 0);
}

/** How often each buffer is read or written. */
type Accesses = Map<Buffer, Polynomial>;

export interface Work {
  /** Floating-point operations of all calls. */
  readonly flops: Polynomial;
  /** Elements loaded and stored by all calls, by storage. */
  readonly loads: ReadonlyMap<Buffer, Polynomial>;
  readonly stores: ReadonlyMap<Buffer, Polynomial>;
}

class Counter {
  flops: Polynomial = Polynomial.zero;
  readonly loads: Accesses = new Map();
  readonly stores: Accesses = new Map();

  #access(to: Accesses, buffer: Buffer, times: Polynomial): void {
    const at = storage(buffer);
    to.set(at, (to.get(at) ?? Polynomial.zero).plus(times));
  }

  #scalar(value: Scalar, times: Polynomial): void {
    this.flops = this.flops.plus(times.times(scalarFlops(value)));
    this.#loads(value, times);
  }

  #loads(value: Scalar, times: Polynomial): void {
    if (value.kind === 'load') {
      this.#access(this.loads, value.buffer, times);
      this.#loads(value.index, times);
    } else if (value.kind === 'prim') for (const arg of value.args) this.#loads(arg, times);
    else if (value.kind === 'cond')
      for (const part of [value.test, value.then, value.else]) this.#loads(part, times);
  }

  body(statements: readonly Statement[], times: Polynomial): void {
    for (const statement of statements) this.#statement(statement, times);
  }

  #statement(of: Statement, times: Polynomial): void {
    switch (of.kind) {
      case 'let':
        return this.#scalar(of.value, times);
      case 'store':
      case 'accumulate':
        return this.#write(of, times);
      case 'reduce': {
        const inside = within(times, of.axes);
        this.body(of.body, inside);
        this.#scalar(of.value, inside);
        if (isFloat(of.var.dtype)) this.flops = this.flops.plus(inside);
        return;
      }
      case 'carry': {
        const inside = within(times, [of.axis]);
        this.body(of.body, inside);
        for (const { init, next } of of.vars) {
          this.#scalar(init, times);
          this.#scalar(next, inside);
        }
        return;
      }
      case 'loop':
      case 'ordered':
        return this.body(of.body, within(times, [of.axis]));
    }
  }

  #write(of: Extract<Statement, { kind: 'store' | 'accumulate' }>, times: Polynomial): void {
    this.#scalar(of.index, times);
    this.#scalar(of.value, times);
    this.#access(this.stores, of.buffer, times);
    if (of.kind === 'store') return;
    this.#access(this.loads, of.buffer, times);
    if (isFloat(of.value.dtype)) this.flops = this.flops.plus(times);
  }
}

const within = (times: Polynomial, axes: readonly Axis[]): Polynomial =>
  axes.reduce((product, { size }) => product.times(size), times);

/** The work of all calls of a kernel in one run of its entry: loops around the calls multiply. */
export function kernelWork(kernel: LoopKernel): Work {
  const counter = new Counter();
  counter.body(kernel.body, within(Polynomial.of(1), kernel.outer));
  return counter;
}

/**
 * Bytes that must move between memory and the processor if nothing moves twice: of each buffer what is loaded and
 * stored, or all of it for each call, whichever is less at `sizes`.
 */
export function trafficOf({ outer }: LoopKernel, { loads, stores }: Work, sizes: Sizes): Polynomial {
  let total = Polynomial.zero;
  for (const accesses of [loads, stores]) {
    for (const [buffer, times] of accesses) {
      const whole = within(Polynomial.of(buffer.size), outer);
      const moved = times.at(sizes) < whole.at(sizes) ? times : whole;
      total = total.plus(moved.times(bytesPerElement[buffer.dtype]));
    }
  }
  return total;
}
