import { broadcastTo, input, reshape, state } from 'adjoint';
import { node, verify } from 'adjoint/verify';

const s0 = state('r0', [], { dtype: 'float64' });
const v1 = broadcastTo(s0, [0, 3]);
const x2 = input('x0', [8, 1], 'int32');
const v3 = node('gather', [v1, x2], { axis: 0, checked: true });
const v4 = reshape(v3, [2, 4, 3]);
const v5 = node('gradient', [v4, s0, v4]);
verify.replay({
  outputs: [v5],
  data: {
    r0: [0],
    x0: [0, 0, 0, 0, 0, 0, 0, 0],
  },
});
