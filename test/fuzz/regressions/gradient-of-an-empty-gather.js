import { gather, input, reshape } from 'adjoint';
import { node, verify } from 'adjoint/verify';

const x0 = input('x0', [0, 1, 1], 'float32');
const x1 = input('x3', [1, 1, 1], 'int32');
const v2 = gather(x0, x1, { axis: 0, checked: true });
const v3 = reshape(v2, [1, 1]);
const x4 = input('x2', [1, 1], 'float32');
const v5 = node('gradient', [v3, x0, x4]);
verify.replay({
  outputs: [v5],
  data: {
    x3: [0],
    x0: [],
    x2: [0],
  },
});
