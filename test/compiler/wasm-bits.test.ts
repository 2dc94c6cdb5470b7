import { describe, expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { interpretedModule } from '../../compiler/verify/targets.ts';
import { lower } from '../../compiler/lowered.ts';
import { optimize } from '../../compiler/pipeline.ts';
import type { StepModule, TensorArray } from '../../runtime/contract.ts';
import type { FloatDType } from '../../src/dtype.ts';
import { isFloat } from '../../src/dtype.ts';
import { must } from '../../src/errors.ts';
import type { Expr } from '../../src/expr.ts';
import { sum } from '../../src/ops/broadcast.ts';
import { gradient } from '../../src/ops/control.ts';
import type { Example, ExampleOperand, Op } from '../../src/ops/define.ts';
import { operators } from '../../src/ops/registry.ts';
import type { Program } from '../../src/program.ts';
import type { Shape } from '../../src/shape-types.ts';
import { inference } from '../../src/training.ts';
import { compositions } from '../laws/compositions.ts';
import { Draw, applyExample, drawOperands, lawCases, lawSeed } from '../laws/draw.ts';
import type { Operand } from '../laws/draw.ts';
import { awkwardNumbers } from './numbers.ts';

/** The same operands, their floats in another dtype. */
function inDType(operands: readonly ExampleOperand[], dtype: FloatDType): ExampleOperand[] {
  return operands.map((spec) => (isFloat(spec.dtype ?? 'float64') ? { ...spec, dtype } : spec));
}

type Data = Readonly<Record<string, readonly number[]>>;

function predictions(module: StepModule, data: Data): Map<string, TensorArray> {
  const outputs = module.create().predict(data);
  return new Map(Object.entries(outputs).map(([name, { data: numbers }]) => [name, numbers.slice()]));
}

/** Compares WebAssembly and JavaScript with the scalar interpreter, which runs the same kernels. */
function expectSameBits(program: Program, inputs: readonly Data[]): void {
  const right = interpretedModule(lower(optimize(program)));
  const modules = (['wasm', 'js'] as const).map((target) => compile(program, { target }));
  for (const data of inputs) {
    const wanted = predictions(right, data);
    for (const module of modules) {
      for (const [name, numbers] of predictions(module, data))
        expect([...numbers], `${name} in ${module.manifest.target}`).toEqual([
          ...must(wanted.get(name), name),
        ]);
    }
  }
}

/** The drawn operands, and others that hold zeros of both signs, infinities, subnormal numbers and NaN. */
function dataOf(operands: readonly Operand[]): Data[] {
  const named = (numbers: (operand: Operand, i: number) => readonly number[]): Data =>
    Object.fromEntries(operands.map((operand, i) => [`x${i}`, numbers(operand, i)]));
  return [
    named(({ data }) => data),
    named(({ leaf, data }, i) =>
      isFloat(leaf.dtype) ? awkwardNumbers(leaf.dtype, data.length, i + 1) : data,
    ),
  ];
}

function programOf(value: Expr, operands: readonly Operand[], derives: boolean): Program {
  const outputs: Record<string, Expr> = { value };
  if (derives && isFloat(value.dtype)) {
    const total = sum(value as Expr<Shape, FloatDType>) as Expr;
    operands.forEach(({ leaf }, i) => {
      if (isFloat(leaf.dtype)) outputs[`d${i}`] = gradient(total as never, leaf as never) as Expr;
    });
  }
  return inference({ outputs });
}

function checkExample(op: Op, example: Example, label: string, dtype: FloatDType): void {
  const cast = { ...example, operands: inDType(example.operands, dtype) };
  const operands = drawOperands(op, cast, Draw.of(label));
  const value = applyExample(op, cast, operands);
  if (['expanded', 'leaf'].includes(op.lowering.kind)) return;
  expectSameBits(programOf(value, operands, op.vjp !== null && op.vjp !== 'zero'), dataOf(operands));
}

const floats = ['float32', 'float64'] as const;

describe(`operators have the same bits in WebAssembly, JavaScript and the scalar interpreter, seed ${lawSeed}`, () => {
  for (const { op, example, label } of lawCases(operators)) {
    for (const dtype of floats) {
      test(`${label}, ${dtype}`, () => {
        checkExample(op, example, label, dtype);
      });
    }
  }
});

describe(`compositions have the same bits in WebAssembly, JavaScript and the scalar interpreter, seed ${lawSeed}`, () => {
  const [anyOp] = operators;
  compositions.forEach(({ name, operands: specs, build }, i) => {
    test(`${name}, composition ${i}`, () => {
      const operands = drawOperands(
        must(anyOp, 'operator'),
        { operands: inDType(specs, 'float32'), attrs: {} },
        Draw.of(`${name} ${i}`),
      );
      const value = build(...operands.map(({ leaf }) => leaf));
      expectSameBits(programOf(value, operands, false), dataOf(operands));
    });
  });
});
