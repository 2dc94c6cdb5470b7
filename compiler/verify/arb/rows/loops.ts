/** Growth by loops over a leading axis. */
import type { Expr } from '../../../../src/expr.ts';
import * as ops from '../../../../src/ops/index.ts';
import { chance } from '../../draw.ts';
import type { Float, Growth, Row } from '../growth.ts';

/** A stack of rows to loop over, its length known or named, never 0. */
function rows(g: Growth): Float {
  const length = 'N' in g.sizes && chance(g.draw, 50) ? 'N' : g.draw.int(1, 4);
  return g.floatOf([length, ...g.knownShape(g.draw.int(0, 2))]);
}

function looped(g: Growth): { readonly carry: Expr; readonly outputs: Expr } {
  const x = rows(g);
  const first = g.floatOf(x.shape.slice(1));
  const scale = g.floatOf(x.shape.slice(1));
  const { carry, outputs } = ops.scan(
    ({ h }, { row }, { factor }) => {
      const next = ops.tanh(ops.add(ops.mul(h, factor), row) as Float) as Float;
      return { carry: { h: next }, outputs: { kept: ops.mul(next, row) as Float } };
    },
    { carry: { h: first }, inputs: { row: x }, constants: { factor: scale }, reverse: chance(g.draw, 40) },
  );
  return { carry: carry.h, outputs: outputs.kept };
}

export const loopRows: readonly Row[] = [
  { name: 'scan: stack', grow: (g) => looped(g).outputs },
  { name: 'scan: carry', grow: (g) => looped(g).carry },
  {
    name: 'recurrent network',
    grow: (g) => {
      const [steps, batch, width, hidden] = [g.draw.int(1, 3), g.draw.int(1, 2), 2, 3];
      const x = g.floatOf([steps, batch, width]);
      const weights = (gates: number) => ({
        weightIh: g.floatOf([gates * hidden, width]),
        weightHh: g.floatOf([gates * hidden, hidden]),
        biasIh: g.floatOf([gates * hidden]),
        biasHh: g.floatOf([gates * hidden]),
      });
      if (chance(g.draw, 50)) return ops.lstm(x, [weights(4)]).output;
      return chance(g.draw, 50) ? ops.gru(x, [weights(3)]).output : ops.rnn(x, [weights(1)]).hidden;
    },
  },
];
