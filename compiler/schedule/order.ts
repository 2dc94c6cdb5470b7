/** The order of kernels: operands before their readers, and every reader of a slot before the kernel that replaces it. */
import type { Buffer } from '../../src/kernel/language.ts';
import type { Call } from './call.ts';

export type Ordered = { readonly calls: readonly Call[] } | { readonly conflict: Buffer };

/** Sorts `calls`; where no order exists, names a buffer that cannot be written in place. */
export function inOrder(calls: readonly Call[], early: (call: Call) => boolean): Ordered {
  const waitsFor = dependencies(calls);
  const done = new Set<Call>();
  const sorted: Call[] = [];
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
function dependencies(calls: readonly Call[]): Map<Call, Set<Call>> {
  const writer = new Map<Buffer, Call>();
  const replacer = new Map<Buffer, Call>();
  for (const call of calls) {
    for (const buffer of call.outputs) {
      writer.set(buffer, call);
      if (buffer.over) replacer.set(buffer.over, call);
    }
  }
  const waitsFor = new Map(calls.map((call) => [call, new Set<Call>()]));
  const wait = (call: Call | undefined, other: Call | undefined): void => {
    if (call && other && call !== other) waitsFor.get(call)?.add(other);
  };
  for (const call of calls) {
    for (const buffer of call.inputs) {
      wait(call, writer.get(buffer));
      wait(replacer.get(buffer), call);
    }
  }
  return waitsFor;
}

function firstInPlace(pending: readonly Call[]): Buffer {
  for (const { outputs } of pending) for (const buffer of outputs) if (buffer.over) return buffer;
  throw new Error('internal: kernels wait for each other');
}
