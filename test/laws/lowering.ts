/** Runs the lowering of one operator in the kernel language, with every operand in memory. */
import type { Expr } from '../../src/expr.ts';
import { axisOf, load, variable } from '../../src/kernel/build.ts';
import type { Axis, Buffer, LoopKernel, Scalar, Statement } from '../../src/kernel/language.ts';
import { runKernel } from '../../src/kernel/run.ts';
import type { LoopsContext, Read } from '../../src/ops/define.ts';
import { flatten } from '../../src/ops/index-math.ts';
import { product } from '../../src/size.ts';
import type { Size } from '../../src/size.ts';

const arrays = { float32: Float32Array, float64: Float64Array, int32: Int32Array, bool: Int32Array } as const;

const axesFor = (name: string, shape: readonly Size[]): Axis[] =>
  shape.map((size, i) => ({ name: `${name}${i}`, size }));

const around = (axes: readonly Axis[], body: readonly Statement[]): readonly Statement[] =>
  axes.reduceRight<readonly Statement[]>((inner, axis) => [{ kind: 'loop', axis, body: inner }], body);

/** Statements that write the whole of `node` to `output`; null where the operator has no code of its own. */
function statements(node: Expr, read: Read, output: Buffer): readonly Statement[] | null {
  const { lowering } = node.op;
  const axes = axesFor('i', node.shape);
  const index = axes.map(axisOf);
  const store = (value: Scalar): Statement => ({
    kind: 'store',
    buffer: output,
    index: flatten(index, node.shape),
    value,
  });
  switch (lowering.kind) {
    case 'elementwise': {
      const operands = node.args.map((_, i) => read(i, index));
      return around(axes, [store(lowering.scalar(operands, node.attrs, node.dtype))]);
    }
    case 'view':
      return around(axes, [store(lowering.read(node, index, read))]);
    case 'contraction': {
      const inner = axesFor('k', lowering.axes(node));
      const total = { name: 'total', dtype: node.dtype };
      const value = lowering.value(node, index, inner.map(axisOf), read);
      return around(axes, [
        { kind: 'reduce', var: total, combine: 'sum', order: 'sequential', axes: inner, body: [], value },
        store(variable(total)),
      ]);
    }
    case 'reduce': {
      const reduced = node.attrs['axes'] as readonly number[];
      const { shape } = node.args[0] as Expr;
      const inner = axesFor(
        'k',
        reduced.map((axis) => shape[axis] ?? 1),
      );
      const kept = [...index];
      const source = shape.map((_, axis) => {
        const at = inner[reduced.indexOf(axis)];
        return at ? axisOf(at) : (kept.shift() as Scalar);
      });
      const total = { name: 'total', dtype: node.dtype };
      const { combine } = lowering;
      const value = read(0, source);
      return around(axes, [
        { kind: 'reduce', var: total, combine, order: 'sequential', axes: inner, body: [], value },
        store(variable(total)),
      ]);
    }
    case 'loops': {
      const context: LoopsContext = {
        read,
        output,
        axis: (name, size) => ({ name, size }),
        variable: (name, dtype) => ({ name, dtype }),
      };
      return lowering.build(node, context);
    }
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
  const body = statements(node, read, output);
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
