/** What layers accept and make, by type. Only type-checked: every line that must not compile says why. */
import { input, loss, nn, optim, relu, training } from 'adjoint';
import type { Dim, Expr } from 'adjoint';

const x = input('x', ['N', 10]);

const model = nn.sequential(nn.linear(10, 20), nn.relu(), nn.linear(20, 1));
export const y: Expr<['N', 1]> = model(x);
// @ts-expect-error layer 2 takes 30 features and is given 20
nn.sequential(nn.linear(10, 20), nn.relu(), nn.linear(30, 1));
// @ts-expect-error the last size of [N, 10] is not 12
nn.sequential(nn.linear(12, 20), nn.relu())(x);
nn.sequential(nn.sequential(nn.linear(10, 20), nn.relu()), nn.linear(20, 1));
// @ts-expect-error layer 1 takes 30 features and is given 20
nn.sequential(nn.sequential(nn.linear(10, 20), nn.relu()), nn.linear(30, 1));
// @ts-expect-error a bilinear layer takes two tensors
nn.sequential(nn.bilinear(10, 20, 30));
// @ts-expect-error a layer is a module, not any function
nn.sequential(relu);

export const same: Expr<readonly ['N', 10]> = nn.residual(nn.linear(10, 20), nn.linear(20, 10))(x);
// @ts-expect-error layer 1 takes 10 features and is given 12
nn.sequential(nn.linear(10, 12), nn.residual(nn.linear(10, 10)));
// @ts-expect-error a residual block makes [N, 12] of [N, 10], and must keep the shape
nn.residual(nn.linear(10, 20), nn.linear(20, 12))(x);

export const adapted: Expr<['N', 4]> = nn.lora(nn.linear(10, 4), { rank: 2 })(x);
export const flat: Expr<['N', 3]> = nn.sequential(nn.flatten(), nn.linear(784, 3))(input('i', ['N', 28, 28]));
export const both: Expr<['N', 5]> = nn.bilinear(10, 3, 5)(x, input('z', ['N', 3]));
// @ts-expect-error the second tensor has 4 features, not 3
nn.bilinear(10, 3, 5)(x, input('z', ['N', 4]));

const layers = { fc1: nn.linear(10, 20), fc2: nn.linear(20, 2) };
const typed = nn.module(layers, (m, v: Expr<['N', 10], 'float32'>) => m.fc2(relu(m.fc1(v))));
export const two: Expr<['N', 2]> = typed(x);
// @ts-expect-error the module takes ten features
typed(input('z', ['N', 11]));
// @ts-expect-error the last size of [N, 2] is not 3
nn.sequential(typed, nn.linear(3, 1))(x);
export const untyped: Expr<readonly Dim[]> = nn.module(layers, (m, v) => m.fc2(nn.relu()(m.fc1(v))))(x);
const wrong = { fc1: nn.linear(10, 20), fc2: nn.linear(21, 2) };
// @ts-expect-error the last size of [N, 20] is not 21
nn.module(wrong, (m, v: Expr<['N', 10], 'float32'>) => m.fc2(m.fc1(v)));

const scaled = nn.module(
  { fc: nn.linear(10, 4), scale: nn.parameter([4]), blocks: [nn.linear(4, 4), nn.linear(4, 4)] },
  (m, v: Expr<['N', 10], 'float32'>, w: Expr<['N', 4], 'float32'>) =>
    m.blocks.reduce((value, block) => block(value), m.fc(v).mul(m.scale).add(w)),
);
export const four: Expr<['N', 4]> = scaled(x, input('w', ['N', 4]));
// @ts-expect-error it takes two tensors
scaled(x);
// @ts-expect-error a member is a layer, a list of layers or a parameter
nn.module({ size: 3 }, (_m, v) => v);

/** A user's own generic block keeps the names of sizes. */
export function block<N extends Dim>(v: Expr<[N, 10], 'float32'>): Expr<[N, 1], 'float32'> {
  return nn.linear(20, 1)(nn.linear(10, 20)(v));
}
export const program = training({
  loss: loss.mse(block(input('x', ['N', 10]).reshape(['N', 10])), input('y', ['N', 1])),
  optimizer: optim.sgd({ lr: 0.1 }),
});
