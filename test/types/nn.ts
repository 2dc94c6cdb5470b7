import { input, nn } from 'adjoint';
import type { Expr } from 'adjoint';

const x = input('x', ['N', 10]);
const model = nn.sequential(nn.linear(10, 20), nn.relu(), nn.linear(20, 1));
export const y: Expr<['N', 1]> = model(x);
// @ts-expect-error layer 2 takes 30 features and is given 20
nn.sequential(nn.linear(10, 20), nn.relu(), nn.linear(30, 1));
// @ts-expect-error the last size of [N, 10] is not 12
nn.sequential(nn.linear(12, 20), nn.relu())(x);
// @ts-expect-error
nn.sequential(nn.sequential(nn.linear(10, 20), nn.relu()), nn.linear(30, 1));
nn.sequential(nn.sequential(nn.linear(10, 20), nn.relu()), nn.linear(20, 1));
nn.residual(nn.linear(10, 20), nn.linear(20, 10))(x);
// @ts-expect-error
nn.residual(nn.linear(10, 20), nn.linear(20, 12))(x);
// @ts-expect-error
nn.sequential(nn.bilinear(10, 20, 30));
