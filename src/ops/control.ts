/** Nodes that are gone before lowering: derivatives, modes, and effects on state. */
import type { DType, FloatDType } from '../dtype.ts';
import { isFloat } from '../dtype.ts';
import { AdjointError, InternalError, must } from '../errors.ts';
import { describe, nameOf } from '../describe.ts';
import type { Attrs, Expr } from '../expr.ts';
import type { Shape } from '../shape-types.ts';
import type { StateSlot } from '../slot.ts';
import { apply, defineOp } from './define.ts';
import type { Op } from './define.ts';
import { elementwiseExamples, sameSignature } from './elementwise.ts';

export function expandedOp(name: string, doc: string, infer: Op['infer']): Op {
  return defineOp<Attrs>({
    name,
    family: 'control',
    doc,
    infer,
    meaning: () => {
      throw new InternalError(`${name} reached the interpreter`);
    },
    vjp: null,
    lowering: { kind: 'expanded' },
  });
}

export const gradientOp: Op = expandedOp(
  'gradient',
  'The derivative with respect to the second operand of the first, weighted by the third where there is one; expanded by the compiler.',
  ([y, x, weight]) => {
    const [value, wrt] = [must(y, 'value'), must(x, 'variable')];
    if (weight) sameSignature('vjp', [value, weight]);
    else if (value.shape.length > 0) {
      throw new AdjointError('E-LOSS-SCALAR', `gradient of ${nameOf(value)}: it is not a scalar`, [
        describe(value),
      ]);
    }
    for (const node of [value, wrt]) {
      if (!isFloat(node.dtype))
        throw new AdjointError('E-DTYPE-FLOAT', 'gradient: not a float', [describe(node)]);
    }
    return { shape: wrt.shape, dtype: wrt.dtype };
  },
);

/** The derivative of a rank-0 value with respect to one node, or to several. It can be differentiated again. */
export function gradient<S extends Shape, D extends FloatDType>(
  y: Expr<readonly [], FloatDType>,
  wrt: Expr<S, D>,
): Expr<S, D>;
export function gradient<const W extends readonly Expr[]>(
  y: Expr<readonly [], FloatDType>,
  wrt: W,
): { [I in keyof W]: W[I] };
export function gradient(y: Expr, wrt: Expr | readonly Expr[]): Expr | Expr[] {
  if (Array.isArray(wrt)) return wrt.map((x: Expr) => apply(gradientOp, [y, x], {}));
  return apply(gradientOp, [y, wrt as Expr], {});
}

export const stopGradientOp: Op = defineOp<Attrs>({
  name: 'stopGradient',
  family: 'control',
  doc: 'The same value; no derivative flows through it.',
  examples: elementwiseExamples(1),
  infer: (args) => sameSignature('stopGradient', args),
  meaning: (k, [x]) => must(x, 'operand').data.map((value) => k.detach(value)),
  vjp: 'zero',
  lowering: { kind: 'elementwise', scalar: ([x]) => must(x, 'operand') },
});

/** The same value, through which no derivative flows. */
export function stopGradient<S extends Shape, D extends DType>(x: Expr<S, D>): Expr<S, D> {
  return apply(stopGradientOp, [x], {}) as unknown as Expr<S, D>;
}

export const byModeOp: Op = expandedOp(
  'byMode',
  'The first operand in training, the second in evaluation; resolved when the program is declared.',
  (args) => sameSignature('byMode', args),
);

/** `train` in the step, `evaluation` in `evaluate` and `predict`. */
export function byMode<S extends Shape, D extends DType>(
  train: Expr<S, D>,
  evaluation: Expr<S, D>,
): Expr<S, D> {
  return apply(byModeOp, [train, evaluation], {}) as unknown as Expr<S, D>;
}

export const withUpdateOp: Op = expandedOp(
  'withUpdate',
  'The first operand; where the step computes it, the state slot becomes the second.',
  (args) => {
    const { shape, dtype } = must(args[0], 'value');
    return { shape, dtype };
  },
);

/** `value`; the step that computes it also sets `state` to `next`. */
export function withUpdate<S extends Shape, D extends DType>(
  value: Expr<S, D>,
  state: Expr,
  next: Expr,
): Expr<S, D> {
  const slot = must(state.slot, 'slot of the state') as StateSlot;
  sameSignature('withUpdate', [state, next]);
  return apply(withUpdateOp, [value, next, state], {}, slot) as unknown as Expr<S, D>;
}
