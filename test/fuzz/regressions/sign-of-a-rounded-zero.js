import { div, input, round } from 'adjoint';
import { verify } from 'adjoint/verify';

const x0 = input('x0', [1, 2, 1], 'float64');
const v1 = round(x0);
const v2 = div(x0, v1);
verify.replay({
  outputs: [v2],
  data: {
    x0: [0, -0.5],
  },
});
