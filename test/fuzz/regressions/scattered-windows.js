import { input, overlapAdd } from 'adjoint';
import { verify } from 'adjoint/verify';

const x0 = input('x0', [4, 1], 'float64');
const v1 = overlapAdd(x0, [{ axis: 0, kernel: 1, stride: 3 }], [10]);
verify.replay({
  outputs: [v1],
  data: {
    x0: [0, 0, 3, 0],
  },
});
