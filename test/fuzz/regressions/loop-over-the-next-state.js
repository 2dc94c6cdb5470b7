import { add, mul, scan, sinh, state, input } from 'adjoint';
import { verify } from 'adjoint/verify';

const total = state('total', [2], { dtype: 'float64' });
const factor = state('factor', [2], { dtype: 'float64' });
const rows = input('rows', [3, 2], 'float64');
const next = sinh(factor);
const { carry } = scan(({ sum }, { row }, { by }) => ({ carry: { sum: add(sum, mul(row, by)) } }), {
  carry: { sum: total },
  inputs: { row: rows },
  constants: { by: next },
});
verify.replay({
  updates: [
    [total, carry.sum],
    [factor, next],
  ],
  data: { total: [0, 1], factor: [1, 2], rows: [1, 2, 3, 4, 5, 6] },
});
