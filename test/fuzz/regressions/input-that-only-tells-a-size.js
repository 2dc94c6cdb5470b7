import { gradient, input, mul, sum } from 'adjoint';
import { verify } from 'adjoint/verify';

const x0 = input('x2', ['N', 1], 'float32');
const v1 = sum(x0, { axis: [0, 1] });
const v2 = gradient(v1, x0);
const v3 = mul(v2, v2);
verify.replay({
  outputs: [v3],
  data: {
    x2: [0],
  },
  sizes: { N: 1 },
});
