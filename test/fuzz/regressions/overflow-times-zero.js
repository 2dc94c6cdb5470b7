import { add, broadcastTo, input, matmul, permute, prod, reshape, scan, tanh } from 'adjoint';
import { verify } from 'adjoint/verify';

const x0 = input('x4', [1, 3], 'float32');
const x1 = input('x3', [158], 'float32');
const v2 = prod(x1, { axis: [0] });
const v3 = broadcastTo(v2, [1, 1, 2]);
const v4 = reshape(v3, [1, 2]);
const x5 = input('x2', [2, 3], 'float32');
const v6 = matmul(v4, x5);
const v7 = reshape(v6, [1, 1, 3]);
const v8 = scan(
  ({ c0 }, { i0 }, { k0 }) => {
    const v12 = broadcastTo(k0, [3, 3]);
    const v13 = permute(v12, [1, 0]);
    const v14 = matmul(c0, v13);
    const v15 = add(i0, v14);
    const v16 = tanh(v15);
    return { carry: { c0: v16 }, outputs: { o0: v16, o1: c0, o2: v14, o3: v15 } };
  },
  { carry: { c0: x0 }, inputs: { i0: v7 }, constants: { k0: v2 } },
);
const v17 = v8.carry.c0;
verify.replay({
  outputs: [v17],
  data: {
    x2: [0.5, 0.5, 0.5, 0.5, 0.5, 0.5],
    x4: [0, 0, 0],
    x3: Array.from({ length: 158 }, () => -1.9302581548690796),
  },
});
