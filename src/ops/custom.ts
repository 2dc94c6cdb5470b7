/** Derivatives given by hand, and memory traded for time: nodes that differentiation looks at and removes. */
import type { DType, FloatDType } from '../dtype.ts';
import { isFloat } from '../dtype.ts';
import { AdjointError, must } from '../errors.ts';
import { describe } from '../describe.ts';
import type { Attrs, Expr } from '../expr.ts';
import type { Shape } from '../shape-types.ts';
import type { Size } from '../size.ts';
import { mapGraph, postorder, rebuild } from '../walk.ts';
import { apply, defineOp, example } from './define.ts';
import type { Op, Signature } from './define.ts';
import { sameSignature } from './elementwise.ts';

const first = (args: readonly Expr[]): Signature => {
  const { shape, dtype } = must(args[0], 'value');
  return { shape, dtype };
};

type CotangentAttrs = {
  readonly shape: readonly Size[];
  readonly dtype: DType;
  /** How many rules enclose this one, so that no rule sees its own cotangent in a rule inside it. */
  readonly depth: number;
};

/** Stands for a cotangent until differentiation knows it. It is zero where nothing replaces it. */
export const cotangentOp: Op<CotangentAttrs> = defineOp<CotangentAttrs>({
  name: 'cotangent',
  family: 'control',
  doc: 'Stands for a cotangent that differentiation puts in its place.',
  infer: (_args, { shape, dtype }) => ({ shape, dtype }),
  meaning: (k, _args, { shape }) =>
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => k.constant(0)),
  vjp: () => [],
  lowering: { kind: 'expanded' },
});

let depth = 0;

/** A node of the signature of `like` for which a cotangent can be put. */
export function cotangentOf(like: Expr): Expr {
  return apply(cotangentOp, [], { shape: like.shape, dtype: like.dtype, depth });
}

type WithGradientAttrs = { readonly flows: readonly boolean[] };

/** Operands: the value, a placeholder, the inputs, and the cotangents of those inputs to which one flows. */
export const withGradientOp: Op<WithGradientAttrs> = defineOp<WithGradientAttrs>({
  name: 'withGradient',
  family: 'control',
  doc: 'The first operand, with cotangents of its inputs that are given by hand; removed by the compiler.',
  infer: (args, { flows }) => {
    const inputs = args.slice(2, 2 + flows.length).filter((_, i) => flows[i]);
    inputs.forEach((input, i) =>
      sameSignature('withGradient', [input, must(args[2 + flows.length + i], 'rule')]),
    );
    return first(args);
  },
  meaning: (_k, [value]) => must(value, 'value').data,
  vjp: (g, { args, attrs }) => {
    const { flows } = attrs as WithGradientAttrs;
    const rules = args.slice(2 + flows.length);
    const substituted = mapGraph(rules, (node, operands) => (node === args[1] ? g : rebuild(node, operands)));
    let next = 0;
    const cotangents = flows.map((flow) => (flow ? substituted(must(rules[next++], 'rule')) : null));
    return [null, null, ...cotangents, ...rules.map(() => null)];
  },
  lowering: { kind: 'expanded' },
});

/**
 * `value`, with a derivative of your own: `rule` makes from the value's cotangent that of each input, or null where
 * none flows. What `value` itself would have passed on is left out.
 */
export function withGradient<S extends Shape, D extends FloatDType>(
  value: Expr<S, D>,
  inputs: readonly Expr[],
  rule: (cotangent: Expr<S, D>) => readonly (Expr | null)[],
): Expr<S, D> {
  const placeholder = cotangentOf(value);
  depth++;
  let cotangents: readonly (Expr | null)[];
  try {
    cotangents = rule(placeholder as unknown as Expr<S, D>);
  } finally {
    depth--;
  }
  if (cotangents.length !== inputs.length) {
    const headline = `withGradient: ${cotangents.length} cotangents for ${inputs.length} inputs`;
    throw new AdjointError('E-ATTRIBUTE', headline, [describe(value)]);
  }
  const flows = cotangents.map((cotangent) => cotangent !== null);
  const given = cotangents.filter((cotangent) => cotangent !== null);
  return apply(withGradientOp, [value, placeholder, ...inputs, ...given], { flows }) as unknown as Expr<S, D>;
}

/** Operands: the value, and where recomputation starts: the inputs, then the float leaves below the value. */
export const checkpointOp: Op = defineOp<Attrs>({
  name: 'checkpoint',
  family: 'control',
  doc: 'The first operand; its derivative computes it again from the other operands. Removed by the compiler.',
  infer: first,
  meaning: (_k, [value]) => must(value, 'value').data,
  vjp: null,
  lowering: { kind: 'expanded' },
});

/** A value is read again only when another is known, and is not taken for the same value elsewhere. */
export const barrierOp: Op = defineOp<Attrs>({
  name: 'barrier',
  family: 'control',
  doc: 'The first operand, available once the second is; equal only to a barrier over the same two.',
  examples: [example({}, [2, 3], [4])],
  infer: first,
  meaning: (_k, [value]) => must(value, 'value').data,
  vjp: (g) => [g, null],
  lowering: { kind: 'view', read: (_node, index, read) => read(0, index) },
});

/**
 * f(...inputs), whose intermediate values are not kept for the derivative but computed again: less memory, more time.
 * The value and its derivatives are the same.
 */
export function checkpoint<const A extends readonly Expr[], R extends Expr>(
  f: (...inputs: A) => R,
  ...inputs: A
): R {
  const value = f(...inputs);
  const leaves = postorder([value]).filter(
    (node) => node.args.length === 0 && node.slot !== null && isFloat(node.dtype) && !inputs.includes(node),
  );
  return apply(checkpointOp, [value, ...inputs, ...leaves], {}) as R;
}
