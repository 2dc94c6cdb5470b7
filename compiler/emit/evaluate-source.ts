/** The one place where source text is evaluated: compiling for the `js` target in memory. */
import { AdjointError } from '../../src/errors.ts';
import type { Engine } from './glue.ts';

/** The engine that `source`, which declares `start`, makes. Throws E-COMPILE-POLICY where evaluation is forbidden. */
export function evaluateEngine(source: string): Engine {
  let start: Engine['start'];
  try {
    start = new Function(`${source}\nreturn start;`)() as Engine['start'];
  } catch (error) {
    if (!(error instanceof EvalError)) throw error;
    throw new AdjointError('E-COMPILE-POLICY', 'this page or process forbids code from strings');
  }
  return { allocate: (bytes) => ({ buffer: new ArrayBuffer(bytes) }), start };
}
