/** Schedules a loop of the graph: its carries and stacks get buffers, its body a schedule of its own. */
import { must } from '../../src/errors.ts';
import type { Expr } from '../../src/expr.ts';
import { axisOf } from '../../src/kernel/build.ts';
import type { Axis, Buffer } from '../../src/kernel/language.ts';
import { stopGradientOp } from '../../src/ops/control.ts';
import { apply } from '../../src/ops/define.ts';
import type { ScanAttrs } from '../../src/ops/scan.ts';
import { isScan, rootsOf, scanBody } from '../../src/ops/scan.ts';
import { product } from '../../src/size.ts';
import { slug } from '../emit/names.ts';
import { intern } from '../intern.ts';
import { lowerGroup } from '../lower/kernel.ts';
import type { Place } from '../lower/trace.ts';
import { locating } from '../lower/trace.ts';
import type { Entry, KernelCall, LoopCall, Target } from './call.ts';
import { kernelCall } from './call.ts';

type PlaceOf = (node: Expr) => Place | null;

/** What a body asks of the scheduler, and what comes back. */
export interface BodyRequest {
  readonly name: string;
  readonly targets: readonly Target[];
  readonly leafPlace: PlaceOf;
  readonly outer: readonly Axis[];
}
export type ScheduleBody = (request: BodyRequest) => Entry;

/** The loop of `scan`; `nodes` holds the results that are read, whose places the loop fills. `schedule` does bodies. */
export function scheduleScan(
  scan: Expr,
  nodes: readonly Expr[],
  placeOf: PlaceOf,
  outer: readonly Axis[],
  schedule: ScheduleBody,
): LoopCall {
  const body = scanBody(scan);
  const { length, reverse } = scan.attrs as ScanAttrs;
  const axis: Axis = { name: 't', size: length };
  const loops = [...outer, axis];
  const results = new Map(
    nodes.filter((node) => !isScan(node)).map((node) => [Number(node.attrs['result']), node]),
  );
  const carries = body.carries.map((leaf, i): Buffer => {
    const result = results.get(i);
    if (result) return must(placeOf(result), 'place of a result').buffer;
    return {
      name: slug(leaf.slot?.kind === 'input' ? leaf.slot.name : 'carry'),
      dtype: leaf.dtype,
      size: product(leaf.shape),
    };
  });
  const places = new Map<Expr, Place>();
  body.carries.forEach((leaf, i) => places.set(leaf, { buffer: must(carries[i], 'carry'), row: null }));
  const operand = (i: number): Place => must(placeOf(must(scan.args[i], 'operand')), 'place of an operand');
  body.inputs.forEach((leaf, i) =>
    places.set(leaf, { buffer: operand(carries.length + i).buffer, row: axisOf(axis) }),
  );
  const offset = carries.length + body.inputs.length;
  body.constants.forEach((leaf, i) => places.set(leaf, operand(offset + i)));

  const roots = intern(rootsOf(body));
  const targets = roots.flatMap((node, i): Target[] => {
    const carry = body.carries[i];
    if (carry)
      return [{ node, buffer: must(carries[i], 'carry'), row: null, slot: carry.slot, metric: false }];
    const result = results.get(i);
    if (!result) return [];
    const { buffer } = must(placeOf(result), 'place of a result');
    return [{ node, buffer, row: axisOf(axis), slot: null, metric: false }];
  });
  const leafPlace = (leaf: Expr): Place | null => places.get(leaf) ?? placeOf(leaf);
  const inner = schedule({ name: 'body', targets, leafPlace, outer: loops });
  const calls = [...inner.before, ...inner.after];
  const prologue = carries.map((buffer, i) =>
    startCarry(must(scan.args[i], 'operand'), buffer, placeOf, outer),
  );
  const own = carries.filter((_, i) => !results.has(i));
  const name = slug(scan.origin?.name ?? 'scan');
  const parts = { name, axis, reverse, prologue, body: calls, nodes, scratch: [...inner.scratch, ...own] };
  return finish(parts, new Set(carries));
}

/** Copies the start of a carry into its buffer. */
function startCarry(start: Expr, buffer: Buffer, placeOf: PlaceOf, outer: readonly Axis[]): KernelCall {
  const copy = apply(stopGradientOp, [start], {});
  const root = { node: copy, place: { buffer, row: null } };
  return kernelCall(lowerGroup(slug(`start_${buffer.name}`), [root], locating(placeOf), outer), [copy]);
}

type Parts = Omit<LoopCall, 'kind' | 'inputs' | 'outputs'>;

/**
 * The loop with what it reads and writes, seen from outside: the next value of a carry is the carry. An operand that
 * replaces a slot stays apart from that slot, whose old value the loop must not see.
 */
function finish(parts: Parts, carries: ReadonlySet<Buffer>): LoopCall {
  const calls = [...parts.prologue, ...parts.body];
  const inside = new Set(scratchOf(parts));
  const outer = (buffer: Buffer): Buffer => (buffer.over && carries.has(buffer.over) ? buffer.over : buffer);
  const seen = (of: readonly Buffer[]): Buffer[] =>
    [...new Set(of.map(outer))].filter((buffer) => !inside.has(buffer));
  const outputs = seen(calls.flatMap((call) => call.outputs));
  const inputs = seen(calls.flatMap((call) => call.inputs)).filter((buffer) => !outputs.includes(buffer));
  return { kind: 'loop', ...parts, inputs, outputs };
}

function scratchOf({ scratch, body }: Pick<LoopCall, 'scratch' | 'body'>): Buffer[] {
  return [...scratch, ...body.flatMap((call) => (call.kind === 'loop' ? scratchOf(call) : []))];
}
