import { input, max } from 'adjoint';
import { verify } from 'adjoint/verify';

const x0 = input('x0', [0, 3], 'int32');
const v1 = max(x0, { axis: [0] });
verify.replay({
  outputs: [v1],
  data: {
    x0: [],
  },
});
