/** Initializers and initial states of layers: drawn from modules that `create` starts with many seeds. */
import type { DType, Expr, Initializer, Shape } from 'adjoint';
import { inference, input, nn, parameter } from 'adjoint';
import type { Step } from 'adjoint/runtime';
import type { Attributes, Drawn, InitCase } from './cases.ts';
import { checkDraws, drawsNeeded } from './distributions.ts';
import type { Engine } from './engine.ts';
import { camel } from './operators/row.ts';
import { Mismatch, checkShape } from './tolerance.ts';
import { rowOf } from './unsupported.ts';

/** How often a program holds what is drawn: few seeds then make many numbers. */
const copies = 32;

/** A copy of the layer: its name, and inputs of its own to apply it to. */
class Copy {
  readonly name: string;
  #inputs = 0;

  constructor(name: string) {
    this.name = name;
  }

  input<const S extends Shape, D extends DType = 'float32'>(shape: S, dtype?: D): Expr<S, D> {
    return input(`${this.name}.input${this.#inputs++}`, shape, dtype);
  }
}

interface LayerRow {
  apply(attrs: Attributes, copy: Copy): Expr;
}

interface InitializerRow {
  make(attrs: Attributes): Initializer;
}

type Linear = { in_features: number; out_features: number; bias: boolean };

/** Layers, applied to an input that they take. */
const layerRows: Readonly<Record<string, LayerRow['apply']>> = {
  Linear: ({ in_features, out_features, bias }: Linear, copy) =>
    nn.linear(in_features, out_features, { bias, name: copy.name })(copy.input([1, in_features])),
};

type Truncated = Required<nn.init.TruncNormalOptions>;
type Kaiming = { readonly a: number; readonly mode: string; readonly nonlinearity: string };

/** Names of functions and modes as ours: fan_in is fanIn. */
function kaiming({ a, mode, nonlinearity }: Kaiming): nn.init.KaimingOptions {
  return { a, mode: camel(mode) as 'fanIn', nonlinearity: camel(nonlinearity) as nn.init.Nonlinearity };
}

/** Initializers that are named by themselves. */
const initializerRows: Readonly<Record<string, InitializerRow['make']>> = {
  uniform_: ({ a, b }: { a: number; b: number }) => nn.init.uniform(a, b),
  normal_: ({ mean, std }: { mean: number; std: number }) => nn.init.normal(mean, std),
  trunc_normal_: ({ mean, std, a, b }: Truncated) => nn.init.truncNormal({ mean, std, a, b }),
  constant_: ({ val }: { val: number }) => nn.init.constant(val),
  zeros_: () => nn.init.zeros(),
  ones_: () => nn.init.ones(),
  eye_: () => nn.init.eye(),
  dirac_: ({ groups }: { groups: number }) => nn.init.dirac({ groups }),
  xavier_uniform_: ({ gain }: { gain: number }) => nn.init.xavierUniform({ gain }),
  xavier_normal_: ({ gain }: { gain: number }) => nn.init.xavierNormal({ gain }),
  kaiming_uniform_: (attrs: Kaiming) => nn.init.kaimingUniform(kaiming(attrs)),
  kaiming_normal_: (attrs: Kaiming) => nn.init.kaimingNormal(kaiming(attrs)),
};

type Attrs = { readonly shape?: readonly number[] };

/** What copy number `copy` draws: tensors whose names begin with the name of the copy. */
function declare(test: InitCase, copy: number): Expr {
  const name = `copy${copy}`;
  const layer = Object.hasOwn(layerRows, test.init) ? layerRows[test.init] : undefined;
  if (layer) return layer(test.attrs, new Copy(name));
  const make = rowOf(initializerRows, 'initializer', test.init);
  const { shape = [] } = test.attrs as Attrs;
  return parameter(`${name}.tensor`, shape, { init: make(test.attrs) });
}

function tensorOf(step: Step, name: string): { shape: readonly unknown[]; data: ArrayLike<number> } {
  const found = [...step.parameters, ...step.state].find((tensor) => tensor.name === name);
  if (!found) throw new Mismatch(`there is no tensor ${name}`);
  return found;
}

type Gain = { readonly nonlinearity: string; readonly param: number | null };

function checkGain({ nonlinearity, param }: Gain, facts: Drawn): void {
  const gain = nn.init.calculateGain(camel(nonlinearity) as nn.init.Nonlinearity, param ?? undefined);
  checkDraws(facts, [[gain]]);
}

export function replayInit(test: InitCase, engine: Engine): void {
  if (test.init === 'calculate_gain') {
    for (const facts of test.params) checkGain(test.attrs as Gain, facts);
    return;
  }
  const outputs = Array.from({ length: copies }, (_, i) => [`copy${i}`, declare(test, i)] as const);
  const module = engine(inference({ outputs: Object.fromEntries(outputs) }));
  const wanted = Math.max(...test.params.map(drawsNeeded));
  const draws = test.params.map((): number[][] => []);
  for (let seed = 0; seed * copies < wanted; seed++) {
    const step = module.create({ seed });
    test.params.forEach((facts, i) => {
      for (let copy = 0; copy < copies; copy++) {
        const { shape, data } = tensorOf(step, `copy${copy}.${facts.name}`);
        checkShape(facts.name, shape as readonly number[], facts.shape);
        draws[i]?.push(Array.from(data));
      }
    });
  }
  test.params.forEach((facts, i) => checkDraws(facts, draws[i] ?? []));
}
