import { broadcastTo, input, reshape } from 'adjoint';
import { node, verify } from 'adjoint/verify';

const x0 = input('x1', [2, 1], 'float32');
const v1 = broadcastTo(x0, [2, 2]);
const v2 = reshape(v1, [4]);
const v3 = node('slice', [v2], { starts: [4], steps: [1], shape: [0] });
verify.replay({
  outputs: [v3],
  data: {
    x1: [0, 0],
  },
});
