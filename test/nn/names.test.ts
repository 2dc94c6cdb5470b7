import { expect, test } from 'vitest';
import { input, loss, nn, optim, training } from 'adjoint';
import type { Expr } from 'adjoint';

const block = (): nn.Layer<never> =>
  nn.module({ fc1: nn.linear(4, 8), fc2: nn.linear(8, 4) }, (m, x) =>
    m.fc2(m.fc1(x)),
  ) as unknown as nn.Layer<never>;

const models: readonly (readonly [string, () => nn.Module, readonly string[]])[] = [
  ['a layer', () => nn.linear(4, 1), ['weight', 'bias']],
  ['a named layer', () => nn.linear(4, 1, { name: 'head' }), ['head.weight', 'head.bias']],
  ['a layer without bias', () => nn.linear(4, 1, { bias: false }), ['weight']],
  [
    'a sequence',
    () => nn.sequential(nn.linear(4, 8), nn.relu(), nn.prelu(), nn.linear(8, 1)),
    ['0.weight', '0.bias', '2.weight', '3.weight', '3.bias'],
  ],
  [
    'a sequence in a sequence',
    () => nn.sequential(nn.sequential(nn.linear(4, 8)), nn.residual(nn.linear(8, 8), nn.gelu())),
    ['0.0.weight', '0.0.bias', '1.0.weight', '1.0.bias'],
  ],
  [
    "a user's own module",
    () =>
      nn.module(
        { scale: nn.parameter([4]), blocks: [block(), block()], head: nn.linear(4, 1) },
        (m, x: Expr<['N', 4], 'float32'>) =>
          m.head(m.blocks.reduce((value, each) => each(value as never) as never, x.mul(m.scale))),
      ),
    [
      'scale',
      'blocks.0.fc1.weight',
      'blocks.0.fc1.bias',
      'blocks.0.fc2.weight',
      'blocks.0.fc2.bias',
      'blocks.1.fc1.weight',
      'blocks.1.fc1.bias',
      'blocks.1.fc2.weight',
      'blocks.1.fc2.bias',
      'head.weight',
      'head.bias',
    ],
  ],
  [
    'an adapted layer',
    () => nn.sequential(nn.lora(nn.linear(4, 8), { rank: 2 }), nn.linear(8, 1)),
    ['0.base_layer.weight', '0.base_layer.bias', '0.lora_A.weight', '0.lora_B.weight', '1.weight', '1.bias'],
  ],
];

const x = input('x', ['N', 4]);
const y = input('y', ['N', 1]);
type Apply = (value: typeof x) => Expr<['N', 1], 'float32'>;

test.each(models)('%s names its parameters as a state dict does', (_, make, names) => {
  const model = make();
  expect(nn.moduleParameters(model).map(({ name }) => name)).toEqual(names);
});

test.each(models)('a program over %s has its parameters, in that order', (_, make, names) => {
  const model = make();
  const output = (model as unknown as Apply)(x).reshape(['N', -1]).sum({ axis: 1, keepdims: true });
  const program = training({
    model,
    loss: loss.mse(output as unknown as typeof y, y),
    optimizer: optim.sgd({ lr: 0.1 }),
  });
  const { parameters } = program;
  expect(parameters.map((slot) => nn.moduleParameters(model).find((own) => own.slot === slot)?.name)).toEqual(
    names,
  );
});

test('a layer keeps the name of its first place', () => {
  const shared = nn.linear(4, 4);
  const first = nn.sequential(shared, nn.relu(), shared);
  const second = nn.module({ shared }, (m, value) => m.shared(value));
  expect([first, second].map((model) => nn.moduleParameters(model).map(({ name }) => name))).toEqual([
    ['0.weight', '0.bias'],
    ['0.weight', '0.bias'],
  ]);
});

test('two layers without a common parent need names', () => {
  const declare = (first: string, second: string): unknown =>
    training({
      loss: loss.mse(nn.linear(8, 1, { name: second })(nn.linear(4, 8, { name: first })(x)), y),
      optimizer: optim.sgd({ lr: 0.1 }),
    });
  expect(() => declare('', '')).toThrowError(expect.objectContaining({ code: 'E-NAME-TWICE' }));
  expect(() => declare('body', 'head')).not.toThrow();
});
