/** Loops with counters, and what reductions start from and combine by. */
import type { Axis, Combine, Var } from '../../../src/kernel/language.ts';
import { combinePrim, neutral } from '../../../src/kernel/run.ts';
import { Code, code } from '../code.ts';
import type { Reduce } from '../loops/order.ts';
import { slug } from '../names.ts';
import type { Written } from './expression.ts';
import { plain } from './expression.ts';
import { jsPrims } from './prims.ts';
import type { ScalarContext } from './scalars.ts';
import { sizeCode } from './scalars.ts';

/** A name for a variable, which is known by it from here on. */
export function declare(of: Var, { names, vars }: ScalarContext, wish: string = slug(of.name)): Code {
  const name = Code.name(names.fresh(wish));
  vars.set(of, name);
  return name;
}

export function counterName(axis: Axis, { names }: ScalarContext): Code {
  return Code.name(names.fresh(slug(axis.name.replace(/[0-9]+$/, '') || 'i')));
}

export function writeLoop(axis: Axis, context: ScalarContext, body: () => void): void {
  context.names.block(() => {
    const counter = counterName(axis, context);
    context.axes.set(axis, plain(counter));
    const size = sizeCode(axis.size);
    context.lines.block(code`for (let ${counter} = 0; ${counter} < ${size}; ${counter}++)`, body);
  });
}

/** Loops over `axes`, the first outermost. */
export function writeLoops(axes: readonly Axis[], context: ScalarContext, body: () => void): void {
  const [axis, ...rest] = axes;
  if (axis) writeLoop(axis, context, () => writeLoops(rest, context, body));
  else body();
}

/** What results are called, so that they are not taken for the tensors that they go to. */
const results: Readonly<Record<Combine, string>> = {
  sum: 'total',
  prod: 'product',
  max: 'largest',
  min: 'smallest',
};

/** A name for the result of a reduction. */
export const declareResult = (of: Reduce, context: ScalarContext): Code =>
  declare(of.var, context, results[of.combine]);

/** What a reduction makes of its result so far and the next value. */
export function combined({ combine, var: of }: Reduce, left: Code, right: Written): Code {
  return jsPrims[combinePrim[combine]].write(of.dtype, plain(left), right).code;
}

export function neutralOf({ combine, var: of }: Reduce): Code {
  return code`${neutral(combine, of.dtype)}`;
}
