/** The order of kernels: operands before their readers, and every reader of a slot before the kernel that replaces it. */
import type { Buffer } from '../../src/kernel/language.ts';
import type { KernelCall } from './entry.ts';

export type Ordered = { readonly calls: readonly KernelCall[] } | { readonly conflict: Buffer };

/** Sorts `calls`; where no order exists, names a buffer that cannot be written in place. */
export function inOrder(calls: readonly KernelCall[], early: (call: KernelCall) => boolean): Ordered {
  const waitsFor = dependencies(calls);
  const done = new Set<KernelCall>();
  const sorted: KernelCall[] = [];
  const pending = [...calls].sort((a, b) => Number(early(b)) - Number(early(a)));
  while (pending.length > 0) {
    const ready = pending.findIndex((call) =>
      [...(waitsFor.get(call) ?? [])].every((other) => done.has(other)),
    );
    const [call] = ready < 0 ? [] : pending.splice(ready, 1);
    if (!call) return { conflict: firstInPlace(pending) };
    done.add(call);
    sorted.push(call);
  }
  return { calls: sorted };
}

/** Which calls each call waits for: the writers of what it reads, and the readers of what it replaces. */
function dependencies(calls: readonly KernelCall[]): Map<KernelCall, Set<KernelCall>> {
  const writer = new Map<Buffer, KernelCall>();
  const replacer = new Map<Buffer, KernelCall>();
  for (const call of calls) {
    for (const buffer of call.kernel.outputs) {
      writer.set(buffer, call);
      if (buffer.over) replacer.set(buffer.over, call);
    }
  }
  const waitsFor = new Map(calls.map((call) => [call, new Set<KernelCall>()]));
  const wait = (call: KernelCall | undefined, other: KernelCall | undefined): void => {
    if (call && other && call !== other) waitsFor.get(call)?.add(other);
  };
  for (const call of calls) {
    for (const buffer of call.kernel.inputs) {
      wait(call, writer.get(buffer));
      wait(replacer.get(buffer), call);
    }
  }
  return waitsFor;
}

function firstInPlace(pending: readonly KernelCall[]): Buffer {
  for (const { kernel } of pending) for (const buffer of kernel.outputs) if (buffer.over) return buffer;
  throw new Error('internal: kernels wait for each other');
}
