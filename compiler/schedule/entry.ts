/** Schedules one entry: which nodes are stored and where, the kernels that compute them, and their order. */
import { InternalError, must } from '../../src/errors.ts';
import type { Expr } from '../../src/expr.ts';
import type { Buffer, LoopKernel } from '../../src/kernel/language.ts';
import { stopGradientOp } from '../../src/ops/control.ts';
import { apply } from '../../src/ops/define.ts';
import { product } from '../../src/size.ts';
import type { Slot } from '../../src/slot.ts';
import { slotName } from '../../src/slot.ts';
import { postorder } from '../../src/walk.ts';
import { lowerGroup } from '../lower/kernel.ts';
import { slug } from '../emit/names.ts';
import { groupNodes } from './group.ts';
import { inPlaceIsSafe } from './in-place.ts';
import { materialized } from './materialize.ts';
import { inOrder } from './order.ts';

/** A value that an entry leaves in a buffer of its own. `slot` is set where it is the next value of a slot. */
export interface Target {
  readonly node: Expr;
  readonly buffer: Buffer;
  readonly slot: Slot | null;
  /** A metric is known before the state is written. */
  readonly metric: boolean;
}

export interface KernelCall {
  readonly kernel: LoopKernel;
  /** The nodes whose values it stores. */
  readonly nodes: readonly Expr[];
}

export interface Entry {
  readonly name: string;
  /** What the metrics need. Writes no state. */
  readonly before: readonly KernelCall[];
  /** The rest: what is skipped when the loss is not finite. */
  readonly after: readonly KernelCall[];
  /** Buffers that live only inside the entry. */
  readonly scratch: readonly Buffer[];
}

export type SlotBuffers = ReadonlyMap<Slot, Buffer>;

/** Gives every target a node of its own that is computed, so that each has one kernel which stores it. */
function separateTargets(targets: readonly Target[]): Target[] {
  const taken = new Set<Expr>();
  return targets.map((target) => {
    const shared = taken.has(target.node) || target.node.op.lowering.kind === 'leaf';
    const node = shared ? apply(stopGradientOp, [target.node], {}) : target.node;
    taken.add(node);
    return { ...target, node };
  });
}

/** Schedules an entry. A slot that cannot be updated in place gets a copy at the end. */
export function scheduleEntry(name: string, targets: readonly Target[], slots: SlotBuffers): Entry {
  const copied = new Set<Slot>();
  for (;;) {
    const attempt = schedule(name, separateTargets(targets), slots, copied);
    if ('entry' in attempt) return attempt.entry;
    if (copied.has(attempt.unsafe))
      throw new InternalError(`slot ${slotName(attempt.unsafe)} cannot be updated`);
    copied.add(attempt.unsafe);
  }
}

type Attempt = { readonly entry: Entry } | { readonly unsafe: Slot };

function schedule(
  entryName: string,
  all: readonly Target[],
  slots: SlotBuffers,
  copied: ReadonlySet<Slot>,
): Attempt {
  const needed = new Set(postorder(all.filter(({ metric }) => metric).map(({ node }) => node)));
  const early = all.find(({ slot, node }) => slot && needed.has(node) && !copied.has(slot));
  if (early?.slot) return { unsafe: early.slot };

  const places = all.map((target) => placeOf(target, copied));
  const roots = places.map(({ node }) => node);
  const stored = materialized(roots);
  const buffers = new Map<Expr, Buffer>(places.map(({ node, buffer }) => [node, buffer]));
  const scratch = places.flatMap(({ buffer, copyTo }) => (copyTo ? [buffer] : []));
  for (const node of postorder(roots)) {
    if (!stored.has(node) || buffers.has(node)) continue;
    const buffer = scratchBuffer(node);
    scratch.push(buffer);
    buffers.set(node, buffer);
  }
  const bufferOf = (node: Expr): Buffer | null =>
    (node.slot && node.args.length === 0 ? slots.get(node.slot) : buffers.get(node)) ?? null;

  const updates = new Set(places.filter(({ slot }) => slot).map(({ node }) => node));
  const lowerNodes = (nodes: readonly Expr[], stores: (buffer: Buffer) => boolean): KernelCall => {
    const group = nodes.map((node) => ({ node, buffer: must(buffers.get(node), 'buffer') }));
    const name = kernelName(entryName, nodes, places);
    return { kernel: lowerGroup(name, group, bufferOf, stores), nodes };
  };
  const drafts = groupNodes(roots, stored, needed, updates).map((nodes) => lowerNodes(nodes, () => true));
  const calls = withoutDeadStores(drafts, new Set(scratch), lowerNodes);
  const slotOf = new Map(places.flatMap(({ slot, buffer }) => (slot ? [[buffer, slot] as const] : [])));
  for (const { kernel } of calls) {
    const unsafe = kernel.outputs.find((buffer) => buffer.over && !inPlaceIsSafe(kernel, buffer));
    if (unsafe) return { unsafe: must(slotOf.get(unsafe), 'slot') };
  }
  const isEarly = ({ nodes }: KernelCall): boolean => nodes.some((node) => needed.has(node));
  const ordered = inOrder(calls, isEarly);
  if ('conflict' in ordered) return { unsafe: must(slotOf.get(ordered.conflict), 'slot') };
  const before = ordered.calls.filter(isEarly);
  const after = [...ordered.calls.filter((call) => !isEarly(call)), ...places.flatMap(copyCalls)];
  return { entry: { name: entryName, before, after, scratch: scratchInUse(scratch, [...before, ...after]) } };
}

interface Place {
  readonly node: Expr;
  readonly slot: Slot | null;
  /** Where the kernel writes: the target, or scratch that is copied at the end. */
  readonly buffer: Buffer;
  readonly copyTo: Buffer | null;
}

function placeOf({ node, slot, buffer }: Target, copied: ReadonlySet<Slot>): Place {
  if (!slot) return { node, slot, buffer, copyTo: null };
  const { name, dtype, size } = buffer;
  if (copied.has(slot)) return { node, slot, buffer: { name: `${name}_next`, dtype, size }, copyTo: buffer };
  return { node, slot, buffer: { name, dtype, size, over: buffer }, copyTo: null };
}

function copyCalls({ node, buffer, copyTo }: Place): KernelCall[] {
  if (!copyTo) return [];
  const copy = apply(stopGradientOp, [node], {});
  const root = { node: copy, buffer: { ...copyTo, over: copyTo } };
  return [
    {
      kernel: lowerGroup(`copy_${copyTo.name}`, [root], (of) => (of === node ? buffer : null)),
      nodes: [copy],
    },
  ];
}

function scratchBuffer(node: Expr): Buffer {
  return { name: slug(node.origin?.name ?? node.op.name), dtype: node.dtype, size: product(node.shape) };
}

/** Lowers again, without storing it, what no other kernel reads. */
function withoutDeadStores(
  calls: readonly KernelCall[],
  scratch: ReadonlySet<Buffer>,
  lowerAgain: (nodes: readonly Expr[], stores: (buffer: Buffer) => boolean) => KernelCall,
): KernelCall[] {
  const copied = (buffer: Buffer): boolean => buffer.name.endsWith('_next');
  const read = new Set(calls.flatMap(({ kernel }) => kernel.inputs));
  const isDead = (buffer: Buffer): boolean => scratch.has(buffer) && !read.has(buffer) && !copied(buffer);
  return calls.map((call) =>
    call.kernel.outputs.some(isDead) ? lowerAgain(call.nodes, (buffer) => !isDead(buffer)) : call,
  );
}

function scratchInUse(scratch: readonly Buffer[], calls: readonly KernelCall[]): Buffer[] {
  const used = new Set(calls.flatMap(({ kernel }) => [...kernel.inputs, ...kernel.outputs]));
  return scratch.filter((buffer) => used.has(buffer));
}

const prefixes: Readonly<Record<string, string>> = { initial: 'init', step: 'update' };

/** A kernel is called for the slots or outputs that it writes, else for the user's name of a node, else for an operator. */
function kernelName(entry: string, nodes: readonly Expr[], places: readonly Place[]): string {
  const place = places.find(({ node }) => nodes.includes(node));
  if (place)
    return slug(
      place.slot || entry === 'initial'
        ? `${prefixes[entry] ?? 'set'}_${place.buffer.name}`
        : place.buffer.name,
    );
  const named = nodes.find((node) => node.origin?.name);
  return slug(named?.origin?.name ?? must(nodes.at(-1), 'node').op.name);
}
