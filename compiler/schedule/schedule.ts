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
import type { Conflict } from './order.ts';
import { inOrder } from './order.ts';
import type { BodyRequest } from './scan.ts';
import { scheduleScan } from './scan.ts';

/** The schedule of a request: updates are written in place, in the kernel that makes their gradient, where they can be. */
export function schedule(request: BodyRequest): Entry {
  const separate = { ...request, targets: separateTargets(request.targets) };
  const way: Way = { copied: new Set(), alone: new Set() };
  for (;;) {
    const attempt = attemptSchedule(separate, way);
    if ('schedule' in attempt) return attempt.schedule;
    for (const unsafe of attempt.unsafe) giveWay(way, unsafe);
  }
}

/** What attempts have learned. */
interface Way {
  /** Slots whose next value is computed beside the present one, and copied. */
  readonly copied: Set<Slot>;
  /** Next values that get a kernel without the contractions that they depend on. */
  readonly alone: Set<Expr>;
}

/** A next value that cannot be written in place by the kernel that has it together with the others. */
interface Unsafe {
  readonly target: Target;
  readonly buffer: Buffer;
  readonly together: readonly Expr[];
}

/** Parts one of the updates from its contraction, else gives the first one a copy. */
function giveWay({ copied, alone }: Way, unsafe: readonly Unsafe[]): void {
  const parted = unsafe.find(({ target: { node }, together }) => {
    return !isContraction(node) && !alone.has(node) && together.some(isContraction);
  });
  if (parted) {
    for (const node of parted.together) if (!isContraction(node)) alone.add(node);
    return;
  }
  const slot = unsafe[0]?.target.slot;
  if (!slot || copied.has(slot)) throw new InternalError('a slot cannot be updated');
  copied.add(slot);
}

const isContraction = (node: Expr): boolean => node.op.lowering.kind === 'contraction';

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

/** A schedule, or why there is none: of each list, one has to give way. */
type Attempt = { readonly schedule: Entry } | { readonly unsafe: readonly (readonly Unsafe[])[] };

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

function attemptSchedule(request: BodyRequest, { copied, alone }: Way): Attempt {
  const metrics = request.targets.filter(({ metric }) => metric).map(({ node }) => node);
  const needed = new Set(postorder(metrics));
  const early = request.targets.filter(({ slot, node }) => slot && needed.has(node) && !copied.has(slot));
  if (early.length > 0)
    return { unsafe: early.map((target) => [{ target, buffer: target.buffer, together: [] }]) };

  const goals = request.targets.map((target) => goalOf(target, copied));
  const { all, scratch } = new Kernels(request, goals).calls(needed, alone);
  const targetOf = new Map(goals.map(({ target, place }) => [place.buffer, target]));
  const unsafeOf = ({ call, buffer }: Conflict): Unsafe[] => {
    const target = targetOf.get(buffer);
    return target?.slot && buffer.over ? [{ target, buffer, together: call.nodes }] : [];
  };
  const unsafe = kernelCalls(all).flatMap((call) => {
    const candidates = call.outputs.flatMap((buffer) => unsafeOf({ call, buffer }));
    const first = candidates.find(({ buffer }) => !inPlaceIsSafe(call.kernel, buffer));
    return first ? [[first]] : [];
  });
  if (unsafe.length > 0) return { unsafe };
  const isEarly = ({ nodes }: Call): boolean => nodes.some((node) => needed.has(node));
  const copies = goals.flatMap((goal) => (goal.copies ? [copyCall(goal, request.outer)] : []));
  const ordered = inOrder([...all, ...copies], isEarly, new Set(scratch));
  if ('conflicts' in ordered) return { unsafe: [ordered.conflicts.flatMap(unsafeOf)] };
  const before = ordered.calls.filter(isEarly);
  const after = ordered.calls.filter((call) => !isEarly(call));
  return { schedule: { name: request.name, before, after, scratch } };
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

  calls(
    needed: ReadonlySet<Expr>,
    alone: ReadonlySet<Expr>,
  ): { readonly all: readonly Call[]; readonly scratch: readonly Buffer[] } {
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
    const all = groupNodes(roots, stored, needed, alone).map((group) => this.#lower(group));
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
