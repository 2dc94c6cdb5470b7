/** The order of kernels: operands before their readers, and every reader of a slot before the kernel that replaces it. */
import { InternalError, must } from '../../src/errors.ts';
import type { Buffer } from '../../src/kernel/language.ts';
import type { Call } from './call.ts';
import { peakOf, Residence } from './residence.ts';
import { Ready } from './ready.ts';

/** A call that would replace what another one still has to read. */
export interface Conflict {
  readonly call: Call;
  readonly buffer: Buffer;
}

/** The calls in order; or conflicts of which one at least must go, because calls wait for each other in a circle. */
export type Ordered = { readonly calls: readonly Call[] } | { readonly conflicts: readonly Conflict[] };

type Dependencies = ReadonlyMap<Call, ReadonlySet<Call>>;

/**
 * Sorts `calls`, the early ones first. Of three orders it takes the one that occupies the least of `scratch` at once:
 * the order given; or always the call that leaves the least occupied, chosen from the first call on; or the same from
 * the last call back.
 */
export function inOrder(
  calls: readonly Call[],
  early: (call: Call) => boolean,
  scratch: ReadonlySet<Buffer>,
): Ordered {
  const waitsFor = dependencies(calls);
  const forth: Graph = { calls, waitsFor, stage: (call) => (early(call) ? 0 : 1) };
  const asGiven = listed(forth, null);
  if (asGiven.length < calls.length) return { conflicts: conflictsAmong(calls, asGiven, waitsFor) };
  const back: Graph = {
    calls: calls.toReversed(),
    waitsFor: reversed(waitsFor),
    stage: (call) => (early(call) ? 1 : 0),
  };
  const sparing = [forth, back].map((graph) => listed(graph, new Residence(calls, scratch)));
  const [first = [], last = []] = sparing;
  const orders = [asGiven, first, last.toReversed()];
  const peaks = orders.map((order) => peakOf(order, scratch));
  return { calls: must(orders[peaks.indexOf(Math.min(...peaks))], 'order') };
}

/** Calls, what each of them waits for, and in which of the stages, one after the other, it runs. */
interface Graph {
  readonly calls: readonly Call[];
  readonly waitsFor: Dependencies;
  readonly stage: (call: Call) => number;
}

/** As many calls as can be put in order: by what each adds to the memory in use, then as they are given. */
function listed({ calls, waitsFor, stage }: Graph, residence: Residence | null): Call[] {
  const missing = new Map(calls.map((call) => [call, waitsFor.get(call)?.size ?? 0]));
  const followers = reversed(waitsFor);
  const rank = new Map(calls.map((call, i) => [call, i]));
  const ready = new Ready<Call>();
  const offer = (call: Call): void => {
    if (missing.get(call) !== 0) return;
    ready.offer(call, [stage(call), residence?.growth(call) ?? 0, must(rank.get(call), 'rank')]);
  };
  calls.forEach(offer);
  const sorted: Call[] = [];
  for (let call = ready.take(); call; call = ready.take()) {
    sorted.push(call);
    for (const follower of followers.get(call) ?? []) {
      missing.set(follower, must(missing.get(follower), 'count') - 1);
      offer(follower);
    }
    residence?.run(call).forEach(offer);
  }
  return sorted;
}

/** Which calls each call waits for: the writers of what it reads, and the readers of what it replaces. */
function dependencies(calls: readonly Call[]): Dependencies {
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

/** Who waits for each call. */
function reversed(waitsFor: Dependencies): Map<Call, Set<Call>> {
  const followers = new Map([...waitsFor.keys()].map((call) => [call, new Set<Call>()]));
  for (const [call, others] of waitsFor) for (const other of others) followers.get(other)?.add(call);
  return followers;
}

/** The conflicts of a circle of calls, each of which waits for the next one. */
function conflictsAmong(calls: readonly Call[], sorted: readonly Call[], waitsFor: Dependencies): Conflict[] {
  const done = new Set(sorted);
  const path: Call[] = [];
  let call = calls.find((each) => !done.has(each));
  while (call && !path.includes(call)) {
    path.push(call);
    call = [...(waitsFor.get(call) ?? [])].find((each) => !done.has(each));
  }
  if (!call) throw new InternalError('kernels wait for what is done');
  const circle = path.slice(path.indexOf(call));
  return circle.flatMap((each, i) => {
    const next = must(circle[(i + 1) % circle.length], 'call');
    return each.outputs
      .filter(({ over }) => over && next.inputs.includes(over))
      .map((buffer): Conflict => ({ call: each, buffer }));
  });
}
