/** Lowers a group of nodes to a kernel: one loop nest that stores each of them. */
import { must } from '../../src/errors.ts';
import type { Expr } from '../../src/expr.ts';
import { axisOf, int32 } from '../../src/kernel/build.ts';
import { storage } from '../../src/kernel/language.ts';
import type { Axis, Buffer, LoopKernel, Scalar, Statement } from '../../src/kernel/language.ts';
import type { LoopsContext } from '../../src/ops/define.ts';
import { product } from '../../src/size.ts';
import type { Size } from '../../src/size.ts';
import { coalesce } from './coalesce.ts';
import type { Nest, Store } from './coalesce.ts';
import type { Block } from './place.ts';
import { Placement, block } from './place.ts';
import type { Locate, Place } from './trace.ts';
import { Trace, indexIn } from './trace.ts';
import { domainOf } from './domain.ts';
import { indexOfPart, nestShape, partsOf } from './parts.ts';

/** A node and the place that its value goes to. */
export interface Root {
  readonly node: Expr;
  readonly place: Place;
  /** Whether the value is needed outside the kernel; by default it is. */
  readonly isStored?: boolean;
}

/**
 * The kernel that computes `roots`, whose shapes are prefixes of one, from what is in memory. `outer` are the axes of
 * loops around its calls.
 */
export function lowerGroup(
  name: string,
  roots: readonly Root[],
  locate: Locate,
  outer: readonly Axis[] = [],
): LoopKernel {
  const first = must(roots[0], 'root').node;
  const only = roots.length === 1 ? first.op.lowering : null;
  if (only?.kind === 'loops') return lowerLoops(name, must(roots[0], 'root'), locate, outer);
  const inGroup = new Set(roots.map(({ node }) => node));
  const trace = new Trace((node, index) => (inGroup.has(node) ? null : locate(node, index)));
  const nest = coalesce(trace, traceRoots(trace, roots));
  return finish(name, trace, nest, outer);
}

/** The nest over the largest shape; a smaller shape is a prefix of it and takes the outer axes. */
function traceRoots(trace: Trace, roots: readonly Root[]): Nest {
  const domain = domainOf(roots.map(({ node }) => nestShape(node)));
  const axes = domain.map((size): Axis | null => (size === 1 ? null : trace.axis('i', size)));
  const indexOf = (shape: readonly Size[]): Scalar[] =>
    shape.map((size, d) => {
      const axis = size === 1 ? null : axes[d];
      return axis ? axisOf(axis) : int32(0);
    });
  const stores = roots
    .filter(({ isStored = true }) => isStored)
    .flatMap(({ node, place }) => {
      const index = indexOf(nestShape(node));
      return partsOf(node).map((part, i): Store => {
        const at = trace.table.intern(indexIn(place, indexOfPart(node, i, index), node.shape));
        return { buffer: place.buffer, index: at, value: trace.value(part, index) };
      });
    });
  return { axes: axes.filter((axis) => axis !== null), stores };
}

function finish(name: string, trace: Trace, { axes, stores }: Nest, outer: readonly Axis[]): LoopKernel {
  const outputs = [...new Set(stores.map(({ buffer }) => buffer))];
  const scalars = stores.flatMap(({ index, value }) => [index, value]);
  const placement = new Placement(trace, scalars, new Set(outputs.map(storage)));
  const chain: Block[] = [block(null, outer)];
  for (const axis of axes) chain.push(block(must(chain.at(-1), 'block'), [axis]));
  const writes = stores.map(({ buffer, index, value }) => {
    const used = placement.axesOf(index);
    const depth = 1 + axes.findLastIndex((axis) => used.has(axis));
    const blocks = chain.slice(0, depth + 1);
    const placed = placement.place(value, blocks);
    const statement: Statement = {
      kind: 'store',
      buffer,
      index: placement.place(index, blocks),
      value: placed,
    };
    return { home: must(blocks.at(-1), 'block'), statement };
  });
  for (const { home, statement } of writes) home.statements.push(statement);
  for (let depth = axes.length; depth > 0; depth--) {
    const { statements } = must(chain[depth], 'block');
    if (statements.length === 0) continue;
    const loop: Statement = { kind: 'loop', axis: must(axes[depth - 1], 'axis'), body: statements };
    must(chain[depth - 1], 'block').statements.push(loop);
  }
  const body = must(chain[0], 'block').statements;
  return { kind: 'loops', name, outer, inputs: buffersRead(body), outputs, body };
}

/** An operator that writes its own statements; its operands are in memory. Without elements there is nothing to write. */
function lowerLoops(name: string, { node, place }: Root, locate: Locate, outer: readonly Axis[]): LoopKernel {
  const { lowering } = node.op;
  let count = 0;
  const context: LoopsContext = {
    read: (arg, index) => {
      const operand = must(node.args[arg], 'operand');
      return must(locate(operand, index), `place of ${operand.op.name}`);
    },
    output: place.buffer,
    axis: (prefix, size) => ({ name: `${prefix}${count++}`, size }),
    variable: (prefix, dtype) => ({ name: `${prefix}${count++}`, dtype }),
  };
  const isEmpty = product(node.shape) === 0;
  const body = lowering.kind === 'loops' && !isEmpty ? lowering.build(node, context) : [];
  return { kind: 'loops', name, outer, inputs: buffersRead(body), outputs: [place.buffer], body };
}

/** The buffers that statements load from, in the order in which they are met. */
export function buffersRead(body: readonly Statement[]): Buffer[] {
  const found = new Set<Buffer>();
  const scalar = (value: Scalar): void => {
    if (value.kind === 'load') {
      found.add(value.buffer);
      scalar(value.index);
    } else if (value.kind === 'prim') value.args.forEach(scalar);
    else if (value.kind === 'cond') [value.test, value.then, value.else].forEach(scalar);
  };
  const statement = (of: Statement): void => {
    if (of.kind === 'let' || of.kind === 'reduce') scalar(of.value);
    if (of.kind === 'store' || of.kind === 'accumulate') [of.index, of.value].forEach(scalar);
    if (of.kind === 'carry') of.vars.forEach(({ init, next }) => [init, next].forEach(scalar));
    if ('body' in of) of.body.forEach(statement);
  };
  body.forEach(statement);
  return [...found];
}
