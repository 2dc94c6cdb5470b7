import { argSort, div, input, sum } from 'adjoint';
import { node, verify } from 'adjoint/verify';

const x0 = input('x0', [2, 2, 2], 'float64');
const v1 = sum(x0, { axis: [1] });
const x2 = input('x1', [2, 2], 'float64');
const v3 = argSort(x2, { axis: 0, descending: true });
const v4 = node('gather', [x2, v3], { axis: 0, checked: false });
const v5 = div(v1, v4);
verify.replay({
  outputs: [v5],
  data: {
    x0: [0, 0, 0, 0, 0, 0, 0, 0],
    x1: [0, -2, -0, 0],
  },
});
