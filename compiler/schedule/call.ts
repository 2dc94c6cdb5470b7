/** What a schedule is made of: calls of kernels, and loops over such calls. */
import type { Expr } from '../../src/expr.ts';
import type { Axis, Buffer, LoopKernel } from '../../src/kernel/language.ts';
import type { Slot } from '../../src/slot.ts';
import type { Scalar } from '../../src/kernel/language.ts';

export interface KernelCall {
  readonly kind: 'kernel';
  readonly kernel: LoopKernel;
  /** The nodes whose values it stores. */
  readonly nodes: readonly Expr[];
  readonly inputs: readonly Buffer[];
  readonly outputs: readonly Buffer[];
}

/** A loop in the graph: `prologue` once, then `body` for each value of `axis`, which its kernels take. */
export interface LoopCall {
  readonly kind: 'loop';
  readonly name: string;
  readonly axis: Axis;
  /** From the last value of the axis to the first. */
  readonly reverse: boolean;
  readonly prologue: readonly KernelCall[];
  readonly body: readonly Call[];
  readonly nodes: readonly Expr[];
  readonly inputs: readonly Buffer[];
  readonly outputs: readonly Buffer[];
  /** What lives inside one iteration only. */
  readonly scratch: readonly Buffer[];
}

export type Call = KernelCall | LoopCall;

/** A value that an entry, or an iteration, leaves in a place of its own. */
export interface Target {
  readonly node: Expr;
  readonly buffer: Buffer;
  /** The row of the buffer that it is, inside a loop. */
  readonly row: Scalar | null;
  /** The slot whose next value it is: its present one is in the buffer. */
  readonly slot: Slot | null;
  /** A metric is known before the state is written. */
  readonly metric: boolean;
}

export interface Entry {
  readonly name: string;
  /** What the metrics need. Writes no state. */
  readonly before: readonly Call[];
  /** The rest: what is skipped when the loss is not finite. */
  readonly after: readonly Call[];
  /** Buffers that live only inside the entry; those of loops are with the loops. */
  readonly scratch: readonly Buffer[];
}

/** The call of a kernel. */
export function kernelCall(kernel: LoopKernel, nodes: readonly Expr[]): KernelCall {
  return { kind: 'kernel', kernel, nodes, inputs: kernel.inputs, outputs: kernel.outputs };
}

/** Every kernel call, those inside loops too, in order. */
export function kernelCalls(calls: readonly Call[]): KernelCall[] {
  return calls.flatMap((call) =>
    call.kind === 'kernel' ? [call] : [...call.prologue, ...kernelCalls(call.body)],
  );
}

/** All kernel calls of an entry. */
export function entryKernels(entry: Entry): KernelCall[] {
  return kernelCalls([...entry.before, ...entry.after]);
}

/** All buffers that live only inside an entry. */
export function entryScratch(entry: Entry): Buffer[] {
  const inLoops = (calls: readonly Call[]): Buffer[] =>
    calls.flatMap((call) => (call.kind === 'loop' ? [...call.scratch, ...inLoops(call.body)] : []));
  return [...entry.scratch, ...inLoops([...entry.before, ...entry.after])];
}
