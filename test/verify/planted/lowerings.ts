/** Bugs in lowerings: of each operator, one place of the kernel code that it becomes is changed. */
import { verify } from 'adjoint/verify';
import { input } from '../../../src/declare.ts';
import type { Expr } from '../../../src/expr.ts';
import { prim } from '../../../src/kernel/build.ts';
import type { Combine, Scalar } from '../../../src/kernel/language.ts';
import type { Example, ExampleOperand, Op } from '../../../src/ops/define.ts';
import { operators } from '../../../src/ops/registry.ts';
import { apply } from '../../../src/ops/define.ts';
import { Case, programOf, runOf } from '../../../compiler/verify/case/case.ts';
import { entryKernels } from '../../../compiler/schedule/call.ts';
import { lower } from '../../../compiler/lowered.ts';
import { optimize } from '../../../compiler/pipeline.ts';
import { drawElements } from '../../../compiler/verify/arb/values.ts';
import { drawFrom } from '../../../compiler/verify/draw.ts';
import { differentBits } from '../../../compiler/verify/run/compare.ts';
import { copied, observe } from '../../../compiler/verify/run/observe.ts';
import type { Observed } from '../../../compiler/verify/run/observe.ts';
import { kernelTarget } from '../../../compiler/verify/targets.ts';
import type { Slot } from '../../../src/slot.ts';
import type { Kind, PlantedBug } from './bug.ts';
import { mutateScalar, rotated, shortened } from './mutate-scalar.ts';

type Lowering = Op['lowering'];

const otherCombine: Readonly<Record<Combine, Combine>> = { sum: 'max', prod: 'sum', max: 'min', min: 'max' };

const scalarKinds: readonly Kind[] = ['sign', 'operand swap', 'dropped term', 'off by one'];

/** The lowering with one fault; null where it has no place for one. */
function faulty(op: Op, kind: Kind): Lowering | null {
  const { lowering } = op;
  switch (lowering.kind) {
    case 'elementwise': {
      if (!scalarKinds.includes(kind)) return null;
      return {
        ...lowering,
        scalar: (args, attrs, dtype) => {
          const right = lowering.scalar(args, attrs, dtype);
          return mutateScalar(right, kind) ?? right;
        },
      };
    }
    case 'view':
      return viewFault(lowering, kind);
    case 'reduce':
      return kind === 'dropped term' ? { ...lowering, combine: otherCombine[lowering.combine] } : null;
    case 'contraction':
      return contractionFault(lowering, kind);
    case 'loops':
      if (kind !== 'off by one') return null;
      return {
        ...lowering,
        build: (node, context) => {
          const right = lowering.build(node, context);
          return shortened(right) ?? right;
        },
      };
    default:
      return null;
  }
}

function viewFault(lowering: Extract<Lowering, { kind: 'view' }>, kind: Kind): Lowering | null {
  if (kind === 'sign')
    return { ...lowering, read: (node, index, read) => prim('neg', lowering.read(node, index, read)) };
  if (kind === 'off by one')
    return {
      ...lowering,
      read: (node, index, read) => lowering.read(node, rotated(index, node.shape) ?? index, read),
    };
  if (kind !== 'wrong axis') return null;
  return {
    ...lowering,
    read: (node, index, read) => lowering.read(node, isSquare(node) ? index.toReversed() : index, read),
  };
}

const isSquare = ({ shape }: Expr): boolean => shape.length > 1 && new Set(shape).size === 1;

function contractionFault(lowering: Extract<Lowering, { kind: 'contraction' }>, kind: Kind): Lowering | null {
  if (!['sign', 'dropped term'].includes(kind)) return null;
  return {
    ...lowering,
    value: (node, index, inner, read): Scalar => {
      const right = lowering.value(node, index, inner, read);
      return mutateScalar(right, kind) ?? right;
    },
  };
}

/** An example as a case, its elements to be given. */
function caseOf(op: Op, example: Example, elements: (of: ExampleOperand) => readonly number[]): Case {
  const data = new Map<Slot, readonly number[]>();
  const args = example.operands.map((operand, i): Expr => {
    const leaf: Expr = input(`x${i}`, operand.shape, operand.dtype ?? 'float64');
    if (leaf.slot) data.set(leaf.slot, elements(operand));
    return leaf;
  });
  return new Case({ outputs: [apply(op, args, example.attrs)], updates: [], data, sizes: {} });
}

/** The kernels that an operator becomes on its examples: where they are the same, there is no place for a fault. */
function kernelsOf(op: Op): string {
  return (op.examples ?? [])
    .filter(({ operands }) => operands.every(({ shape }) => !shape.includes(0)))
    .map((example) => {
      const { entries } = lower(optimize(programOf(caseOf(op, example, () => []))));
      return JSON.stringify(entries.map((entry) => entryKernels(entry).map(({ kernel }) => kernel.body)));
    })
    .join();
}

/** What an operator computes of an example, with random elements of any kind. */
function computed(op: Op, example: Example, seed: number): Observed[] {
  const draw = drawFrom(seed);
  const of = caseOf(op, example, ({ shape, dtype = 'float64', range }) =>
    drawElements(
      draw,
      dtype,
      shape.reduce((a, b) => a * b, 1),
      range ? { range } : {},
    ),
  );
  const program = programOf(of);
  const step = kernelTarget.compile(program).create();
  return runOf(of).calls.flatMap((call) => copied(observe(program, step, call)));
}

/** Whether a bug changes no bit on the operator's examples, at many points, special values among them. */
function changesNothing(op: Op, wrong: Op): boolean {
  return (op.examples ?? []).every((example) =>
    Array.from({ length: 40 }, (_, seed) => seed).every((seed) => {
      const [right, other] = [computed(op, example, seed), computed(wrong, example, seed)];
      return differentBits({ name: 'right', seen: right }, { name: 'wrong', seen: other }) === null;
    }),
  );
}

const kinds: readonly Kind[] = [...scalarKinds, 'wrong axis'];

/** One bug for each operator that has examples, and each kind that finds a place. */
export function loweringBugs(): PlantedBug[] {
  return operators.flatMap((op) => {
    if ((op.examples ?? []).length === 0) return [];
    const right = kernelsOf(op);
    return kinds.flatMap((kind): PlantedBug[] => {
      const lowering = faulty(op, kind);
      if (!lowering) return [];
      const wrong: Op = { ...op, lowering };
      if (kernelsOf(wrong) === right) return [];
      return [
        {
          part: 'lowering',
          where: op.name,
          kind,
          isEquivalent: () => changesNothing(op, wrong),
          verify: () => {
            verify.operator(wrong, { runs: 4 });
          },
        },
      ];
    });
  });
}
