import { exp, input, log1p } from 'adjoint';
import { verify } from 'adjoint/verify';

const x0 = input('x0', [3], 'float32');
const v1 = exp(x0);
const v2 = log1p(v1);
verify.replay({
  outputs: [v2],
  data: {
    x0: [-100, 0.5, 100],
  },
});
