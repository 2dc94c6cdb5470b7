/** Schedules targets: which nodes are stored and where, the kernels that compute them, and their order. */
import { InternalError, must } from '../../src/errors.ts';
import type { Expr } from '../../src/expr.ts';
import type { Axis, Buffer } from '../../src/kernel/language.ts';
import { stopGradientOp } from '../../src/ops/control.ts';
import { apply } from '../../src/ops/define.ts';
import { reshapeOp } from '../../src/ops/reshape.ts';
import { isScan } from '../../src/ops/scan.ts';
import { product } from '../../src/size.ts';
import type { Slot } from '../../src/slot.ts';
import { slotName } from '../../src/slot.ts';
import { postorder } from '../../src/walk.ts';
import { slug } from '../emit/names.ts';
import { lowerGroup } from '../lower/kernel.ts';
import type { Locate, Place } from '../lower/trace.ts';
import { locating } from '../lower/trace.ts';
import type { Call, Entry, KernelCall, Target } from './call.ts';
import { kernelCall, kernelCalls } from './call.ts';
import type { NodeGroup } from './group.ts';
import { groupNodes } from './group.ts';
import { inPlaceIsSafe } from './in-place.ts';
import { materialized } from './materialize.ts';
import { inOrder } from './order.ts';
import type { BodyRequest } from './scan.ts';
import { scheduleScan } from './scan.ts';

/** The schedule of a request. A slot that cannot be updated in place gets a copy at the end. */
export function schedule(request: BodyRequest): Entry {
  const separate = { ...request, targets: separateTargets(request.targets) };
  const copied = new Set<Slot>();
  for (;;) {
    const attempt = attemptSchedule(separate, copied);
    if ('schedule' in attempt) return attempt.schedule;
    const { unsafe } = attempt;
    if (copied.has(unsafe)) throw new InternalError(`slot ${slotName(unsafe)} cannot be updated`);
    copied.add(unsafe);
  }
}

/** Gives every target a node of its own that one kernel computes and stores. */
function separateTargets(targets: readonly Target[]): Target[] {
  const taken = new Set<Expr>();
  return targets.map((target) => {
    const { kind } = target.node.op.lowering;
    const needsCopy = kind === 'leaf' || kind === 'scan' || (kind === 'loops' && target.row !== null);
    const node = needsCopy || taken.has(target.node) ? identity(target.node) : target.node;
    taken.add(node);
    return { ...target, node };
  });
}

const identity = (node: Expr): Expr => apply(stopGradientOp, [node], {});

type Attempt = { readonly schedule: Entry } | { readonly unsafe: Slot };

/** A target with the place that its kernel writes: the target itself, or scratch that is copied at the end. */
interface Goal {
  readonly target: Target;
  readonly place: Place;
  readonly copies: boolean;
}

function goalOf(target: Target, copied: ReadonlySet<Slot>): Goal {
  const { buffer, row, slot } = target;
  if (!slot) return { target, place: { buffer, row }, copies: false };
  const { name, dtype, size } = buffer;
  const copies = copied.has(slot);
  const own = copies ? { name: `${name}_next`, dtype, size } : { name, dtype, size, over: buffer };
  return { target, place: { buffer: own, row: null }, copies };
}

function attemptSchedule(request: BodyRequest, copied: ReadonlySet<Slot>): Attempt {
  const metrics = request.targets.filter(({ metric }) => metric).map(({ node }) => node);
  const needed = new Set(postorder(metrics));
  const early = request.targets.find(({ slot, node }) => slot && needed.has(node) && !copied.has(slot));
  if (early?.slot) return { unsafe: early.slot };

  const goals = request.targets.map((target) => goalOf(target, copied));
  const calls = new Kernels(request, goals).calls(needed);
  const slotOf = new Map(
    goals.flatMap(({ target, place }) => (target.slot ? [[place.buffer, target.slot] as const] : [])),
  );
  for (const { kernel } of kernelCalls(calls.all)) {
    const unsafe = kernel.outputs.find(
      (buffer) => slotOf.has(buffer) && buffer.over && !inPlaceIsSafe(kernel, buffer),
    );
    if (unsafe) return { unsafe: must(slotOf.get(unsafe), 'slot') };
  }
  const isEarly = ({ nodes }: Call): boolean => nodes.some((node) => needed.has(node));
  const ordered = inOrder(calls.all, isEarly);
  if ('conflict' in ordered) return { unsafe: must(slotOf.get(ordered.conflict), 'slot') };
  const copies = goals.flatMap((goal) => (goal.copies ? [copyCall(goal, request.outer)] : []));
  const before = ordered.calls.filter(isEarly);
  const after = [...ordered.calls.filter((call) => !isEarly(call)), ...copies];
  return { schedule: { name: request.name, before, after, scratch: calls.scratch } };
}

function copyCall({ target, place }: Goal, outer: readonly Axis[]): KernelCall {
  const { buffer, node } = target;
  const copy = identity(node);
  const root = { node: copy, place: { buffer: { ...buffer, over: buffer }, row: null } };
  const locate = locating((of) => (of === node ? place : null));
  return kernelCall(lowerGroup(slug(`copy_${buffer.name}`), [root], locate, outer), [copy]);
}

/** The user's name of a node, else its operator's; what is reshaped keeps the name of the work under the reshape. */
function titleOf({ origin, op, args }: Expr): string {
  const [of] = args;
  if (origin?.name) return origin.name;
  return op === reshapeOp && of && of.args.length > 0 ? titleOf(of) : op.name;
}

/** The kernels of one attempt, and the scratch that they use. */
class Kernels {
  readonly #request: BodyRequest;
  readonly #goals: readonly Goal[];
  readonly #places = new Map<Expr, Place>();
  readonly #scratch: Buffer[] = [];
  readonly #locate: Locate;

  constructor(request: BodyRequest, goals: readonly Goal[]) {
    this.#request = request;
    this.#goals = goals;
    for (const { target, place, copies } of goals) {
      this.#places.set(target.node, place);
      if (copies) this.#scratch.push(place.buffer);
    }
    this.#locate = locating((node) => this.#placeOf(node));
  }

  #placeOf(node: Expr): Place | null {
    if (node.slot && node.args.length === 0) return this.#request.leafPlace(node);
    return this.#places.get(node) ?? null;
  }

  calls(needed: ReadonlySet<Expr>): { readonly all: readonly Call[]; readonly scratch: readonly Buffer[] } {
    const roots = this.#goals.map(({ target }) => target.node);
    const stored = materialized(roots);
    for (const node of postorder(roots)) {
      if (!stored.has(node) || isScan(node) || this.#places.has(node)) continue;
      const buffer = {
        name: slug(titleOf(node)),
        dtype: node.dtype,
        size: product(node.shape),
      };
      this.#scratch.push(buffer);
      this.#places.set(node, { buffer, row: null });
    }
    const updates = new Set(this.#goals.filter(({ target }) => target.slot).map(({ target }) => target.node));
    const all = groupNodes(roots, stored, needed, updates).map((group) => this.#lower(group));
    const used = new Set(all.flatMap((call) => [...call.inputs, ...call.outputs]));
    return { all, scratch: this.#scratch.filter((buffer) => used.has(buffer)) };
  }

  #lower({ nodes, inner }: NodeGroup): Call {
    const scan = nodes.find(isScan);
    if (scan) return scheduleScan(scan, nodes, (node) => this.#placeOf(node), this.#request.outer, schedule);
    const roots = nodes.map((node) => ({
      node,
      place: must(this.#places.get(node), 'place'),
      isStored: !inner.has(node),
    }));
    return kernelCall(lowerGroup(this.#name(nodes), roots, this.#locate, this.#request.outer), nodes);
  }

  /** A kernel is called for what it sets, else for the user's name of a node, else for an operator. */
  #name(nodes: readonly Expr[]): string {
    const goal = this.#goals.find(({ target }) => nodes.includes(target.node));
    if (goal) {
      const { slot, buffer } = goal.target;
      const prefix = this.#request.name === 'initial' ? 'init_' : slot ? 'update_' : '';
      return slug(`${prefix}${buffer.name}`);
    }
    const named = nodes.find((node) => node.origin?.name);
    return slug(titleOf(named ?? must(nodes.at(-1), 'node')));
  }
}
