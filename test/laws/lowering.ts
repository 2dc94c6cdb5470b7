/** Runs the lowering of one operator in the kernel language, with every operand in memory. */
import type { Expr } from '../../src/expr.ts';
import { axisOf, load, variable } from '../../src/kernel/build.ts';
import type { Axis, Buffer, Combine, LoopKernel, Scalar, Statement } from '../../src/kernel/language.ts';
import { runKernel } from '../../src/kernel/run.ts';
import type { Read } from '../../src/ops/define.ts';
import { flatten } from '../../src/ops/index-math.ts';
import { product } from '../../src/size.ts';
import type { Size } from '../../src/size.ts';

const arrays = { float32: Float32Array, float64: Float64Array, int32: Int32Array, bool: Int32Array } as const;

const axesFor = (name: string, shape: readonly Size[]): Axis[] =>
  shape.map((size, i) => ({ name: `${name}${i}`, size }));

const around = (axes: readonly Axis[], body: readonly Statement[]): readonly Statement[] =>
  axes.reduceRight<readonly Statement[]>((inner, axis) => [{ kind: 'loop', axis, body: inner }], body);

/** What writes the whole of a node: its operator's code, loops over its places, and reads of its operands. */
interface Writing {
  readonly node: Expr;
  readonly read: Read;
  readonly output: Buffer;
}

/** Statements that store `value` at every place of the node, after `before`. */
function storeEach(
  { node, output }: Writing,
  body: (index: readonly Scalar[]) => { readonly before?: Statement; readonly value: Scalar },
): readonly Statement[] {
  const axes = axesFor('i', node.shape);
  const index = axes.map(axisOf);
  const { before, value } = body(index);
  const store: Statement = { kind: 'store', buffer: output, index: flatten(index, node.shape), value };
  return around(axes, before ? [before, store] : [store]);
}

/** Folds `value` over `axes`, in order. */
function folded(
  node: Expr,
  combine: Combine,
  axes: readonly Axis[],
  value: Scalar,
): { readonly before: Statement; readonly value: Scalar } {
  const total = { name: 'total', dtype: node.dtype };
  const before: Statement = {
    kind: 'reduce',
    var: total,
    combine,
    order: 'sequential',
    axes,
    body: [],
    value,
  };
  return { before, value: variable(total) };
}

/** A reduction over the axes that the node's attributes name. */
function reduceEach(writing: Writing, combine: Combine): readonly Statement[] {
  const { node, read } = writing;
  const reduced = node.attrs['axes'] as readonly number[];
  const { shape } = node.args[0] as Expr;
  const inner = axesFor(
    'k',
    reduced.map((axis) => shape[axis] ?? 1),
  );
  return storeEach(writing, (index) => {
    const kept = [...index];
    const source = shape.map((_, axis) => {
      const at = inner[reduced.indexOf(axis)];
      return at ? axisOf(at) : (kept.shift() as Scalar);
    });
    return folded(node, combine, inner, read(0, source));
  });
}

/** Statements that write the whole of a node; null where its operator has no code of its own. */
function statements(writing: Writing): readonly Statement[] | null {
  const { node, read, output } = writing;
  const { lowering } = node.op;
  switch (lowering.kind) {
    case 'elementwise':
      return storeEach(writing, (index) => {
        const operands = node.args.map((_, i) => read(i, index));
        return { value: lowering.scalar(operands, node.attrs, node.dtype) };
      });
    case 'view':
      return storeEach(writing, (index) => ({ value: lowering.read(node, index, read) }));
    case 'contraction': {
      const inner = axesFor('k', lowering.axes(node));
      return storeEach(writing, (index) =>
        folded(node, 'sum', inner, lowering.value(node, index, inner.map(axisOf), read)),
      );
    }
    case 'reduce':
      return reduceEach(writing, lowering.combine);
    case 'loops':
      return lowering.build(node, {
        read,
        output,
        axis: (name, size) => ({ name, size }),
        variable: (name, dtype) => ({ name, dtype }),
      });
    default:
      return null;
  }
}

/** The elements that the lowering of `node` computes from its operands' elements; null where there is no lowering. */
export function runLowering(node: Expr, operands: readonly (readonly number[])[]): number[] | null {
  const bufferOf = (name: string, { shape, dtype }: Expr): Buffer => ({ name, dtype, size: product(shape) });
  const inputs = node.args.map((arg, i) => bufferOf(`x${i}`, arg));
  const output = bufferOf('y', node);
  const read: Read = (arg, index) => {
    const buffer = inputs[arg] as Buffer;
    return load(buffer, flatten(index, (node.args[arg] as Expr).shape));
  };
  const body = statements({ node, read, output });
  if (!body) return null;
  const kernel: LoopKernel = {
    kind: 'loops',
    outer: [],
    name: node.op.name,
    inputs,
    outputs: [output],
    body,
  };
  const memory = new Map(inputs.map((buffer, i) => [buffer, arrays[buffer.dtype].from(operands[i] ?? [])]));
  const result = new arrays[output.dtype](Number(output.size));
  runKernel(kernel, new Map([...memory, [output, result]]), {});
  return Array.from(result);
}
