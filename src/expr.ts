/**
 * Expressions: immutable nodes of the declared graph. A node is an operator applied to earlier nodes; it has
 * identity, a shape, a dtype and an origin. Equal nodes become one inside a compilation, not here.
 */
import type { DType, FloatDType } from './dtype.ts';
import type { Methods } from './methods-types.ts';
import { originHere, renamed } from './origin.ts';
import type { Origin } from './origin.ts';
import type { Op } from './ops/define.ts';
import type { Shape } from './shape-types.ts';
import { canonicalSize } from './size.ts';
import type { Slot } from './slot.ts';

export type AttrValue = number | string | boolean | null | readonly AttrValue[];
export type Attrs = Readonly<Record<string, AttrValue>>;

/** The structure of a node, without its methods. */
export interface NodeFields<S extends Shape = Shape, D extends DType = DType> {
  readonly op: Op;
  readonly args: readonly Expr[];
  readonly attrs: Attrs;
  /** Identity of leaves that read or keep something; null for computed nodes. */
  readonly slot: Slot | null;
  readonly shape: S;
  readonly dtype: D;
  readonly origin: Origin | null;
}

/** A value of shape `S` and element type `D` that the graph computes. */
export interface Expr<out S extends Shape = Shape, out D extends DType = DType>
  extends NodeFields<S, D>, Methods<S, D> {}

/** A number, or an expression of rank 0: it adapts to the dtype of the tensor it meets. */
export type ScalarLike = number | Expr<[], FloatDType>;

class ExprNode {
  readonly op: Op;
  readonly args: readonly Expr[];
  readonly attrs: Attrs;
  readonly slot: Slot | null;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly origin: Origin | null;

  constructor(fields: NodeFields) {
    this.op = fields.op;
    this.args = fields.args;
    this.attrs = fields.attrs;
    this.slot = fields.slot;
    this.shape = fields.shape;
    this.dtype = fields.dtype;
    this.origin = fields.origin;
  }
}

/** Gives every expression its methods. Called once, by the module that declares leaves. */
export function installMethods(methods: object): void {
  Object.defineProperties(ExprNode.prototype, Object.getOwnPropertyDescriptors(methods));
}

/** Shared by all copies of this library in a process: a program may be declared with one and compiled with another. */
const brand = Symbol.for('adjoint.expr');
Object.defineProperty(ExprNode.prototype, brand, { value: true });

export function isExpr(value: unknown): value is Expr {
  return typeof value === 'object' && value !== null && brand in value;
}

/** Makes a node as it is given; passes that rebuild graphs keep origins with it. */
export function makeNode(fields: NodeFields): Expr {
  return new ExprNode(fields) as unknown as Expr;
}

const none: Attrs = Object.freeze({});

/** Declares a node: infers its shape and dtype, and remembers the place. */
export function declare(op: Op, args: readonly Expr[], attrs: Attrs = none, slot: Slot | null = null): Expr {
  const { shape, dtype } = op.infer(args, attrs, slot);
  const name = slot && slot.kind !== 'data' ? slot.name : null;
  return makeNode({
    op,
    args,
    attrs,
    slot,
    shape: shape.map(canonicalSize),
    dtype,
    origin: originHere(name),
  });
}

/** The same node with other arguments and attributes, inferred anew, with the origin kept. */
export function redeclare(node: Expr, args: readonly Expr[], attrs: Attrs = node.attrs): Expr {
  if (attrs === node.attrs && args.every((arg, i) => arg === node.args[i])) return node;
  const { shape, dtype } = node.op.infer(args, attrs, node.slot);
  return makeNode({ ...node, args, attrs, shape: shape.map(canonicalSize), dtype });
}

/** The same value under a name of the user's. */
export function withName<E extends Expr>(node: E, name: string): E {
  return makeNode({ ...node, origin: renamed(node.origin, name) }) as E;
}
