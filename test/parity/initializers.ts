/** Initializers and initial states of layers: drawn from modules that `create` starts with many seeds. */
import type { Expr, Initializer } from 'adjoint';
import { inference, nn, parameter } from 'adjoint';
import type { Attributes, Drawn, InitCase } from './cases.ts';
import { checkDraws, drawsNeeded } from './distributions.ts';
import type { Engine } from './engine.ts';
import { Place, placeLayer } from './initial-layers.ts';
import { camel } from './operators/row.ts';
import { tensorNamed } from './optimizers.ts';
import { checkShape } from './tolerance.ts';
import { rowOf } from './unsupported.ts';

/** How often a program holds what is drawn: few seeds then make many numbers. */
const copies = 8;

interface Row {
  make(attrs: Attributes): Initializer;
}

type Truncated = Required<nn.init.TruncNormalOptions>;
type Kaiming = { readonly a: number; readonly mode: string; readonly nonlinearity: string };
type Gain = { readonly gain: number };

/** Names of functions and modes as ours: fan_in is fanIn. */
function kaiming({ a, mode, nonlinearity }: Kaiming): nn.init.KaimingOptions {
  return { a, mode: camel(mode) as 'fanIn', nonlinearity: camel(nonlinearity) as nn.init.Nonlinearity };
}

/** The functions of torch.nn.init. */
const initializerRows: Readonly<Record<string, Row['make']>> = {
  uniform_: ({ a, b }: { a: number; b: number }) => nn.init.uniform(a, b),
  normal_: ({ mean, std }: { mean: number; std: number }) => nn.init.normal(mean, std),
  trunc_normal_: ({ mean, std, a, b }: Truncated) => nn.init.truncNormal({ mean, std, a, b }),
  constant_: ({ val }: { val: number }) => nn.init.constant(val),
  zeros_: () => nn.init.zeros(),
  ones_: () => nn.init.ones(),
  eye_: () => nn.init.eye(),
  dirac_: ({ groups }: { groups: number }) => nn.init.dirac({ groups }),
  xavier_uniform_: ({ gain }: Gain) => nn.init.xavierUniform({ gain }),
  xavier_normal_: ({ gain }: Gain) => nn.init.xavierNormal({ gain }),
  kaiming_uniform_: (attrs: Kaiming) => nn.init.kaimingUniform(kaiming(attrs)),
  kaiming_normal_: (attrs: Kaiming) => nn.init.kaimingNormal(kaiming(attrs)),
  orthogonal_: ({ gain }: Gain) => nn.init.orthogonal({ gain }),
};

/** One copy of what the case draws: its tensors are called `name.weight`, or `name.tensor`. */
function declare({ init, attrs }: InitCase, name: string): Expr {
  const layer = placeLayer(init, attrs, new Place(name));
  if (layer) return layer;
  const { shape = [] } = attrs as { shape?: readonly number[] };
  return parameter(`${name}.tensor`, shape, { init: rowOf(initializerRows, 'initializer', init)(attrs) });
}

type GainOf = { readonly nonlinearity: string; readonly param: number | null };

function checkGain({ nonlinearity, param }: GainOf, facts: Drawn): void {
  const gain = nn.init.calculateGain(camel(nonlinearity) as nn.init.Nonlinearity, param ?? undefined);
  checkDraws(facts, [[gain]]);
}

export function replayInit(test: InitCase, engine: Engine): void {
  if (test.init === 'calculate_gain') {
    for (const facts of test.params) checkGain(test.attrs as GainOf, facts);
    return;
  }
  const names = Array.from({ length: copies }, (_, i) => `copy${i}`);
  const outputs = Object.fromEntries(names.map((name) => [name, declare(test, name)] as const));
  const module = engine(inference({ outputs }));
  const wanted = Math.max(...test.params.map(drawsNeeded));
  const draws = test.params.map((): number[][] => []);
  for (let seed = 0; seed * copies < wanted; seed++) {
    const step = module.create({ seed });
    test.params.forEach((facts, i) => {
      for (const name of names) {
        const tensor = tensorNamed([...step.parameters, ...step.state], `${name}.${facts.name}`);
        checkShape(facts.name, tensor.shape as readonly number[], facts.shape);
        draws[i]?.push(Array.from(tensor.data));
      }
    });
  }
  test.params.forEach((facts, i) => checkDraws(facts, draws[i] ?? []));
}
