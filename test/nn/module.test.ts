import { expect, test } from 'vitest';
import { input, loss, nn, optim, training } from 'adjoint';
import type { Expr, Program } from 'adjoint';
import { float64Algebra } from '../../src/algebra/float64.ts';
import { interpret } from '../../src/interpret.ts';
import type { Slot } from '../../src/slot.ts';
import { initialValues } from './draw-initial.ts';

const x = input('x', ['N', 4], 'float64');
const y = input('y', ['N', 2], 'float64');

const program = (model: nn.Module): Program =>
  training({
    model,
    loss: loss.mse((model as unknown as (v: typeof x) => typeof y)(x), y),
    optimizer: optim.sgd({ lr: 0.1 }),
  });

const names = (model: nn.Module): string[] => nn.moduleParameters(model).map(({ name }) => name);

/** The names of the parameters that a step changes. */
function trained(model: nn.Module): string[] {
  const { step } = program(model);
  const slots = new Set<Slot>(step?.updates.map(({ slot }) => slot));
  return nn.moduleParameters(model).flatMap(({ name, slot }) => (slot && slots.has(slot) ? [name] : []));
}

const deep = () => nn.sequential(nn.linear(4, 8), nn.relu(), nn.linear(8, 2));

test.each([
  ['nothing', (model: nn.Module) => model, ['0.weight', '0.bias', '2.weight', '2.bias']],
  ['a name', (model: nn.Module) => nn.freeze(model, '0.bias'), ['0.weight', '2.weight', '2.bias']],
  ['a pattern', (model: nn.Module) => nn.freeze(model, '0.*'), ['2.weight', '2.bias']],
  ['an expression', (model: nn.Module) => nn.freeze(model, /bias$/), ['0.weight', '2.weight']],
  [
    'a predicate',
    (model: nn.Module) => nn.freeze(model, ({ shape }) => shape.length === 2),
    ['0.bias', '2.bias'],
  ],
  ['several', (model: nn.Module) => nn.freeze(model, ['0.*', '2.bias']), ['2.weight']],
  [
    'everything, then one again',
    (model: nn.Module) => nn.unfreeze(nn.freeze(model), '2.weight'),
    ['2.weight'],
  ],
] as const)('a step changes what is left when %s is frozen', (_, freeze, left) => {
  expect(trained(freeze(deep()))).toEqual(left);
});

test('what is frozen after the model was applied is frozen in later programs', () => {
  const model = deep();
  expect(trained(model)).toEqual(names(model));
  expect(trained(nn.freeze(model, '2.*'))).toEqual(['0.weight', '0.bias']);
});

test('parameters are counted once, and without frozen ones where only trained ones are asked for', () => {
  const shared = nn.linear(8, 8);
  const model = nn.sequential(nn.linear(4, 8), shared, nn.relu(), shared, nn.linear(8, 2));
  expect(nn.parameterCount(model)).toBe(4 * 8 + 8 + (8 * 8 + 8) + 8 * 2 + 2);
  expect(nn.parameterCount(nn.freeze(model, '1.*'), { trainable: true })).toBe(4 * 8 + 8 + 8 * 2 + 2);
});

test('one weight serves two layers, and its gradients add up', () => {
  const encoder = nn.linear(4, 4, { bias: false });
  const decoder = nn.linear(4, 4, { bias: false, weight: nn.parameterOf(encoder, 'weight') });
  const model = nn.module({ encoder, decoder, head: nn.linear(4, 2) }, (m, value) =>
    m.head(m.decoder(m.encoder(value))),
  );
  expect(names(model)).toEqual(['encoder.weight', 'head.weight', 'head.bias']);
  expect(nn.parameterCount(model)).toBe(16 + 10);
  expect(trained(model)).toEqual(names(model));
});

/** What a program's outputs are for the rows of `x`, at the initial parameters of seed 0. */
function evaluated(outputs: Expr[], owner: Program, rows: readonly number[]): (readonly number[])[] {
  const values = initialValues(owner, 0);
  const slots = new Map<Slot, readonly number[]>(
    owner.parameters.map((slot, i) => [slot, [...values.values()][i] ?? []]),
  );
  slots.set(x.slot as Slot, rows);
  return interpret(float64Algebra, outputs, { slots, sizes: { N: rows.length / 4 } }).map(({ data }) => data);
}

test('an adapted layer starts as the layer itself and trains the adapter alone', () => {
  const base = nn.linear(4, 2);
  const model = nn.lora(base, { rank: 1, alpha: 4 });
  const both = [base(x), model(x)] as const;
  const [plain, adapted] = evaluated([...both], program(model), [1, 2, 3, 4, -1, 0, 2, 5]);
  expect(adapted).toEqual(plain);
  expect(trained(model)).toEqual(['lora_A.weight', 'lora_B.weight']);
});

test('a residual block adds what goes in to what comes out', () => {
  const inner = nn.linear(4, 4, { weightInit: nn.init.eye(), biasInit: nn.init.ones() });
  const model = nn.sequential(nn.residual(inner), nn.linear(4, 2));
  const [sum] = evaluated([nn.residual(inner)(x)], program(model), [1, 2, 3, 4]);
  expect(sum).toEqual([3, 5, 7, 9]);
});

test('a bilinear layer is x^T W y + b for every output', () => {
  const model = nn.bilinear(4, 4, 2);
  const output = model(x, x);
  const owner = training({ model, loss: loss.mse(output, y), optimizer: optim.sgd({ lr: 0.1 }) });
  const [weight = [], bias = []] = [...initialValues(owner, 0).values()];
  const row = [1, -2, 3, 0.5];
  const expected = [0, 1].map((o) => {
    let total = bias[o] ?? NaN;
    row.forEach((a, i) => row.forEach((b, j) => (total += a * b * (weight[o * 16 + i * 4 + j] ?? NaN))));
    return total;
  });
  const [found = []] = evaluated([output], owner, row);
  found.forEach((value, o) => expect(value).toBeCloseTo(expected[o] ?? NaN, 12));
});

const refusals: readonly (readonly [string, () => unknown, string, RegExp])[] = [
  [
    'a wrong feature count',
    () => nn.linear(3, 2)(x as never),
    'E-SHAPE-LAYER',
    /linear\(3, 2\): the last axis has size 4, not 3\n {2}x {2}\[N, 4\] float64/,
  ],
  [
    'sizes that are none',
    () => nn.linear(4, 0),
    'E-SHAPE-SIZE',
    /linear\(4, 0\): sizes are positive integers/,
  ],
  [
    'an unknown pattern',
    () => nn.freeze(deep(), '1.*'),
    'E-NAME-UNKNOWN',
    /nn\.freeze: '1\.\*' matches no parameter/,
  ],
  ['a mistyped name', () => nn.freeze(deep(), '0.wieght'), 'E-NAME-UNKNOWN', /Did you mean 0\.weight\?/],
  [
    'a mistyped parameter',
    () => nn.parameterOf(deep(), '2.bais'),
    'E-NAME-UNKNOWN',
    /sequential has no parameter 2\.bais\n {2}Did you mean 2\.bias\?/,
  ],
  [
    'a shared weight of another shape',
    () => nn.linear(8, 4, { weight: nn.parameterOf(nn.linear(8, 3, { name: 'head' }), 'weight') }),
    'E-SHAPE-LAYER',
    /linear\(8, 4\): head\.weight has shape \[3, 8\], not \[4, 8\]/,
  ],
  [
    'a parameter in two precisions',
    () => {
      const layer = nn.linear(4, 2, { name: 'head' });
      return [layer(x), layer(input('z', ['N', 4]))];
    },
    'E-DTYPE',
    /parameter head\.weight is float64 and meets float32/,
  ],
  [
    'a residual block that changes the shape',
    () => nn.residual(nn.linear(4, 3) as never)(x),
    'E-SHAPE-SAME',
    /residual: the layers make \[N, 3\] of \[N, 4\]/,
  ],
  [
    'a member that is no layer',
    () => nn.module({ size: 3 as never }, (_, v) => v),
    'E-PROGRAM',
    /nn\.module: member size is no layer/,
  ],
  [
    'a member without a name',
    () => nn.module({ 'a.b': nn.relu() }, (_, v) => v),
    'E-NAME-UNKNOWN',
    /'a\.b' is no name of a member/,
  ],
  [
    'a rank that does not fit',
    () => nn.lora(nn.linear(4, 2), { rank: 3 }),
    'E-ATTRIBUTE',
    /lora: rank 3 of a layer from 4 to 2 features/,
  ],
  [
    'a bilinear layer of unlike rows',
    () => nn.bilinear(4, 4, 2)(x, input('z', [3, 4], 'float64') as never),
    'E-SHAPE-SAME',
    /leading sizes of \[N, 4\] and \[3, 4\] differ/,
  ],
];

test.each(refusals)('%s is refused by name', (_, declare, code, text) => {
  expect(declare).toThrowError(
    expect.objectContaining({ code, message: expect.stringMatching(text) as unknown }),
  );
});
