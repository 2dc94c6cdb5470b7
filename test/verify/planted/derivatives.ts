/** Bugs in derivative rules: of each operator, one place of its cotangents is changed. */
import { verify } from 'adjoint/verify';
import { float64Algebra } from '../../../src/algebra/float64.ts';
import { input } from '../../../src/declare.ts';
import { expandGradients } from '../../../compiler/differentiate/expand.ts';
import { isFloat } from '../../../src/dtype.ts';
import type { Expr } from '../../../src/expr.ts';
import { interpret } from '../../../src/interpret.ts';
import type { Example, Op, Vjp } from '../../../src/ops/define.ts';
import { apply } from '../../../src/ops/define.ts';
import { operators } from '../../../src/ops/registry.ts';
import type { Slot } from '../../../src/slot.ts';
import { drawFrom } from '../../../compiler/verify/draw.ts';
import { drawElements } from '../../../compiler/verify/arb/values.ts';
import type { Range } from '../../../compiler/verify/arb/values.ts';
import type { Kind, PlantedBug } from './bug.ts';
import { mutateGraph } from './mutate-graph.ts';

const kinds: readonly Kind[] = ['sign', 'operand swap', 'dropped term', 'off by one', 'wrong axis'];

/** The operator with one fault in its derivative rule. */
function withFault(op: Op, vjp: Vjp, kind: Kind): Op {
  return {
    ...op,
    vjp: (g, node) => {
      const right = vjp(g, node);
      return mutateGraph(right, [g, node], kind) ?? right;
    },
  };
}

interface Applied {
  readonly node: Expr;
  readonly g: Expr;
}

/** An example with inputs for operands and for the cotangent. */
function applied(op: Op, example: Example): Applied {
  const args = example.operands.map(({ shape, dtype }, i): Expr => input(`x${i}`, shape, dtype ?? 'float64'));
  const node = apply(op, args, example.attrs);
  return { node, g: input('g', node.shape, node.dtype) };
}

/** Whether the rule has a place for the fault on one of its examples. */
function hasPlace(op: Op, vjp: Vjp, kind: Kind): boolean {
  return (op.examples ?? []).some((example) => {
    const { node, g } = applied(op, example);
    if (!isFloat(node.dtype)) return false;
    return mutateGraph(vjp(g, node), [g, node], kind) !== null;
  });
}

/** The cotangents of both at random points, special values among them: whether they are the same numbers everywhere. */
function sameCotangents(op: Op, vjp: Vjp, kind: Kind): boolean {
  return (op.examples ?? []).every((example) => {
    const { node, g } = applied(op, example);
    const right = vjp(g, node);
    const wrong = mutateGraph(right, [g, node], kind);
    if (!wrong) return true;
    const roots = [...right, ...wrong].filter((each) => each !== null);
    const expanded = expandGradients(roots);
    return Array.from({ length: 40 }, (_, seed) => seed).every((seed) => {
      const draw = drawFrom(seed);
      const slots = new Map<Slot, readonly number[]>();
      [...node.args, g].forEach(({ slot, shape, dtype }, i) => {
        const { domain } = op;
        const own = typeof domain?.[0] === 'number' ? domain : domain?.[i];
        const range = example.operands[i]?.range ?? (own as Range | undefined) ?? [-2, 2];
        const count = shape.reduce<number>((a, b) => a * Number(b), 1);
        if (slot)
          slots.set(
            slot,
            drawElements(draw, dtype, count, seed % 2 === 0 || !isFloat(dtype) ? { range } : {}),
          );
      });
      const values = interpret(float64Algebra, expanded, { slots, sizes: {} }).map(({ data }) => data);
      const half = values.length / 2;
      return values
        .slice(0, half)
        .every((row, i) =>
          row.every((x, j) => Object.is(x, values[half + i]?.[j]) || x === values[half + i]?.[j]),
        );
    });
  });
}

/** One bug for each operator that has examples and a derivative, and each kind that finds a place. */
export function derivativeBugs(): PlantedBug[] {
  return operators.flatMap((op) => {
    const { vjp, examples = [] } = op;
    if (typeof vjp !== 'function' || examples.length === 0 || op.lowering.kind === 'expanded') return [];
    return kinds
      .filter((kind) => hasPlace(op, vjp, kind))
      .map((kind): PlantedBug => ({
        part: 'derivative rule',
        where: op.name,
        kind,
        isEquivalent: () => sameCotangents(op, vjp, kind),
        verify: () => {
          verify.operator(withFault(op, vjp, kind), { runs: 4 });
        },
      }));
  });
}
