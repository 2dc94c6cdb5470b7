/** Replays what is an expression of given tensors: its values, its gradients, products with its Hessian. */
import type { DType, Expr, Loss } from 'adjoint';
import { add, gradient, input, mul, sum } from 'adjoint';
import type {
  CaseInput,
  GraphCase,
  GraphNode,
  HvpCase,
  LossCase,
  NamedData,
  OpCase,
  SuiteDType,
} from './cases.ts';
import type { Engine } from './engine.ts';
import { evaluate, evaluateInTraining } from './engine.ts';
import { lossRows } from './losses.ts';
import { operatorRows } from './operators/table.ts';
import { listed } from './operators/row.ts';
import type { Build, Float, Inputs } from './operators/row.ts';
import { Mismatch, checkNumbers, checkShape, exact, tolerances } from './tolerance.ts';
import { rowOf } from './unsupported.ts';

type Numbers = Record<string, readonly number[]>;

/** The element types of the suite as ours: 64-bit integers are read as 32-bit ones. */
const dtypes: Readonly<Record<SuiteDType, DType>> = {
  float64: 'float64',
  float32: 'float32',
  int64: 'int32',
  bool: 'bool',
};

/** What a case declares: its inputs as expressions, and the numbers to evaluate them with. */
class Declared {
  readonly inputs: Record<string, Expr> = {};
  readonly numbers: Numbers = {};

  constructor(inputs: readonly CaseInput[]) {
    for (const { name, shape, dtype, data } of inputs) {
      this.inputs[name] = this.tensor(name, shape, dtypes[dtype], data);
    }
  }

  tensor(name: string, shape: readonly number[], dtype: DType, data: readonly number[]): Expr {
    this.numbers[name] = data;
    return input(name, shape, dtype);
  }

  /** The sum over `tensors` of sum(tensor * factor), with one flat factor for each, or null; null without any. */
  weighted(
    name: string,
    tensors: readonly Expr[],
    factors: readonly (readonly number[] | null)[],
  ): Loss | null {
    const terms = tensors.flatMap((tensor, i) => {
      const factor = factors[i];
      if (!factor) return [];
      const other = this.tensor(`${name}.${i}`, tensor.shape as readonly number[], tensor.dtype, factor);
      return [sum(mul(tensor as Float, other as Float)) as Loss];
    });
    return terms.length > 0 ? terms.reduce((total, term) => add(total, term) as Loss) : null;
  }
}

function buildGraph(nodes: readonly GraphNode[], names: readonly string[], inputs: Inputs): Expr[] {
  const values: Record<string, Expr> = { ...inputs };
  const valueOf = (name: string): Expr => {
    const value = values[name];
    if (!value) throw new Error(`the graph has no node ${name}`);
    return value;
  };
  for (const { name, op, inputs: refs, attrs } of nodes) {
    const operands = Object.entries(refs).map(([key, ref]) => [key, valueOf(ref)] as const);
    const build = rowOf(operatorRows, 'operation', op);
    values[name] = listed(build(Object.fromEntries(operands), attrs))[0] as Expr;
  }
  return names.map(valueOf);
}

/** Compares values and gradients of the outputs that `build` makes of a case's inputs. */
function replayValues(
  test: OpCase | LossCase | GraphCase,
  engine: Engine,
  build: (inputs: Inputs) => readonly Expr[],
): void {
  const declared = new Declared(test.inputs);
  const outputs = build(declared.inputs);
  if (outputs.length !== test.outputs.length) {
    throw new Mismatch(`there are ${outputs.length} outputs, not ${test.outputs.length}`);
  }
  const wanted: Record<string, Expr> = {};
  outputs.forEach((output, i) => (wanted[`output.${i}`] = output));
  const total = declared.weighted('cotangent', outputs, test.cotangents);
  test.inputs.forEach(({ name }, i) => {
    const wrt = declared.inputs[name];
    if (test.grads[i] && wrt && total) wanted[`grad.${i}`] = gradient(total, wrt as Float);
  });
  const tolerance = test.tol ?? tolerances.expression;
  const values = (inTraining(test) ? evaluateInTraining : evaluate)(engine, wanted, declared.numbers);
  test.outputs.forEach((expected, i) => {
    const { shape, data } = values[`output.${i}`] ?? { shape: [], data: [] };
    checkShape(expected.name, shape, expected.shape);
    checkDType(expected, outputs[i]);
    checkNumbers(expected.name, data, expected.data, expected.dtype === 'float64' ? tolerance : exact);
  });
  test.inputs.forEach(({ name, data }, i) => {
    const expected = test.grads[i];
    // A gradient that nothing flows into is zero.
    const actual = values[`grad.${i}`]?.data ?? data.map(() => 0);
    if (expected) checkNumbers(`gradient of ${name}`, actual, expected, tolerance);
  });
}

/** Whether an operation of the case asks for training mode. */
function inTraining(test: OpCase | LossCase | GraphCase): boolean {
  const all = 'nodes' in test ? test.nodes : [test];
  return all.some(({ attrs }) => attrs['training'] === true);
}

function checkDType({ name, dtype }: NamedData, output: Expr | undefined): void {
  const expected = dtypes[dtype];
  if (output?.dtype !== expected) throw new Mismatch(`${name} is ${output?.dtype}, not ${expected}`);
}

function fromRow(rows: Readonly<Record<string, Build>>, what: string, test: OpCase | LossCase, name: string) {
  const build = rowOf(rows, what, name);
  return (inputs: Inputs): readonly Expr[] => listed(build(inputs, test.attrs));
}

export function replayOp(test: OpCase, engine: Engine): void {
  replayValues(test, engine, fromRow(operatorRows, 'operation', test, test.op));
}

export function replayLoss(test: LossCase, engine: Engine): void {
  replayValues(test, engine, fromRow(lossRows, 'loss', test, test.loss));
}

export function replayGraph(test: GraphCase, engine: Engine): void {
  replayValues(test, engine, (inputs) => buildGraph(test.nodes, test.output_names, inputs));
}

/** H v is the gradient of g . v, where g is the gradient of the value with respect to all inputs together. */
export function replayHvp(test: HvpCase, engine: Engine): void {
  const declared = new Declared(test.inputs);
  const outputs = buildGraph(test.nodes, test.output_names, declared.inputs);
  const value = declared.weighted('cotangent', outputs, test.cotangents);
  if (!value) throw new Error('the case has no cotangent');
  const variables = test.inputs.map(({ name }) => declared.inputs[name] as Float);
  const gradients = variables.map((variable, i) => (test.vectors[i] ? gradient(value, variable) : variable));
  const slope = declared.weighted('vector', gradients, test.vectors);
  const wanted: Record<string, Expr> = { value };
  variables.forEach((variable, i) => {
    if (test.hvps[i] && slope) wanted[`hvp.${i}`] = gradient(slope, variable);
  });
  const tolerance = test.tol ?? tolerances.hvp;
  const values = evaluate(engine, wanted, declared.numbers);
  checkNumbers('value', values['value']?.data ?? [], [test.value], tolerance);
  test.inputs.forEach(({ name }, i) => {
    const expected = test.hvps[i];
    if (expected) checkNumbers(`product for ${name}`, values[`hvp.${i}`]?.data ?? [], expected, tolerance);
  });
}
