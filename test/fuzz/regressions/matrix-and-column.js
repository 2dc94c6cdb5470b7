import { input, matmul, reshape } from 'adjoint';
import { verify } from 'adjoint/verify';

const x0 = input('x0', [3, 2, 2], 'float32');
const v1 = reshape(x0, [6, 2]);
const x2 = input('x2', [2, 1], 'float32');
const v3 = matmul(v1, x2);
verify.replay({
  outputs: [v3],
  data: {
    x0: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
    x2: [1, -1],
  },
});
