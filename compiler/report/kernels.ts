/** The kernels of a lowered program for a reader: what each computes, from which declarations, and its work. */
import { storage } from '../../src/kernel/language.ts';
import type { Buffer } from '../../src/kernel/language.ts';
import type { Expr } from '../../src/expr.ts';
import { product } from '../../src/size.ts';
import type { Size } from '../../src/size.ts';
import { slotName } from '../../src/slot.ts';
import type { Lowered } from '../lowered.ts';
import type { Entry, KernelCall } from '../schedule/call.ts';
import { entryKernels } from '../schedule/call.ts';
import type { Declaration, Declarations } from './declarations.ts';
import { computedNodes } from './declarations.ts';
import type { Polynomial, Sizes } from './polynomial.ts';
import { kernelWork, trafficOf } from './work.ts';

export interface KernelReport {
  readonly name: string;
  readonly entry: string;
  /** Calls in one run of the entry: more than 1 inside loops. */
  readonly calls: Size;
  /** The operators that it computes, each once; those that only move values where there are no others. */
  readonly operators: readonly string[];
  /** The declared nodes that these come from. */
  readonly from: readonly Declaration[];
  /** The parameters and state that it sets. */
  readonly sets: readonly string[];
  /** Names of the buffers that it reads and writes. */
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** Floating-point operations of all calls. */
  readonly flops: Polynomial;
  /** Bytes that must move between memory and the processor. */
  readonly bytes: Polynomial;
}

/** A kernel's report, with the call and the nodes that it is about. */
export interface KernelDetail {
  readonly report: KernelReport;
  readonly call: KernelCall;
  readonly nodes: readonly Expr[];
  readonly declared: readonly Expr[];
}

const namesOf = (buffers: readonly Buffer[]): string[] => [
  ...new Set(buffers.map((buffer) => storage(buffer).name)),
];

const moves = (node: Expr): boolean => {
  const { kind } = node.op.lowering;
  return kind === 'leaf' || kind === 'view' || node.op.name === 'stopGradient';
};

/** The nodes that compute or that the user named; all where there are none. */
function telling(nodes: readonly Expr[]): readonly Expr[] {
  const found = nodes.filter((node) => !moves(node) || (node.origin?.name ?? null) !== null);
  return found.length > 0 ? found : nodes;
}

interface Surroundings {
  readonly declarations: Declarations;
  readonly sizes: Sizes;
  readonly slotOf: ReadonlyMap<Buffer, string>;
}

function detail(
  entry: Entry,
  call: KernelCall,
  nodes: readonly Expr[],
  { declarations, sizes, slotOf }: Surroundings,
): KernelDetail {
  const work = kernelWork(call.kernel);
  const declared = [...new Set(nodes.flatMap((node) => declarations.nodesOf(node)))];
  const computing = nodes.filter((node) => !moves(node));
  const report = {
    name: call.kernel.name,
    entry: entry.name,
    calls: product(call.kernel.outer.map(({ size }) => size)),
    operators: [...new Set((computing.length > 0 ? computing : nodes).map(({ op }) => op.name))],
    from: telling(declared).map((node) => declarations.describe(node)),
    sets: call.outputs.flatMap((buffer) => slotOf.get(storage(buffer)) ?? []),
    reads: namesOf(call.inputs),
    writes: namesOf(call.outputs),
    flops: work.flops,
    bytes: trafficOf(call.kernel, work, sizes),
  };
  return { report, call, nodes, declared };
}

/** Every kernel of every entry, in the order of the calls. */
export function kernelDetails(
  { entries, slots }: Lowered,
  declarations: Declarations,
  sizes: Sizes,
): KernelDetail[] {
  const slotOf = new Map([...slots].map(([slot, buffer]) => [buffer, slotName(slot)]));
  return entries.flatMap((entry) => {
    const calls = entryKernels(entry);
    const computed = computedNodes(calls);
    return calls.map((call) =>
      detail(entry, call, computed.get(call) ?? [], { declarations, sizes, slotOf }),
    );
  });
}
