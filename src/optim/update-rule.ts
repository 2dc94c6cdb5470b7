/** The update rule of an optimizer, as formulas. */
import { hyper as declareHyper, parameter as declareParameter, state } from '../declare.ts';
import type { Expr } from '../expr.ts';
import type { Equation, FormulaOptions } from '../formula.ts';
import { formulas } from '../formula.ts';
import type { Shape } from '../shape-types.ts';
import type { Float, Kept, Leaf, Optimizer, OptimizerContext, Scalar } from './optimizer.ts';

export interface UpdateRuleOptions {
  /** Default `'text'`. */
  readonly style?: NonNullable<FormulaOptions['style']>;
  /** The shape of the parameter; default `['m', 'n']`. */
  readonly shape?: Shape;
}

/**
 * What an optimizer does with a parameter `p` and its gradient `g` in step `t`: a line for each tensor that it keeps,
 * then one for `p`. A prime marks the value after the step.
 */
export function updateRule(optimizer: Optimizer, options: UpdateRuleOptions = {}): string {
  const { style = 'text', shape = ['m', 'n'] } = options;
  const names = new Map<Expr, string>();
  const lines: Equation[] = [];
  const hypers = new Map<string, Scalar>();
  const keep = (name: string, own: Shape): Kept => ({
    value: state(name, own, { dtype: 'float64' }) as Float,
    set: (next) => {
      lines.push({ name: `${name}'`, expr: next });
      names.set(next, `${name}'`);
    },
  });
  const hyper = (name: string, value: number): Scalar => {
    const known = hypers.get(name) ?? declareHyper(name, value);
    hypers.set(name, known);
    return known;
  };
  const p: Float = declareParameter('p', shape, { dtype: 'float64' });
  const leaf: Leaf = {
    name: 'p',
    parameter: p,
    keep: (name, { shape: own = shape } = {}) => keep(name, own),
    evaluateAt: () => undefined,
  };
  const context: OptimizerContext = {
    leaves: [leaf],
    count: declareHyper('t', 1),
    weight: declareHyper('weight', 1),
    hyper,
    keep: (name) => keep(name, []) as Kept<Expr> as Kept<Scalar>,
    gradientsAt: (at) =>
      at.map((value) => {
        lines.push({ name: 'peak', expr: value });
        return state('g(peak)', value.shape, { dtype: 'float64' });
      }),
  };
  const [next = p] = optimizer.update([declareParameter('g', shape, { dtype: 'float64' })], context);
  return formulas([...lines, { name: "p'", expr: next }], { style, names });
}
