/** What the order of a reduction allows. */
import { isFloat } from '../../../src/dtype.ts';
import type { Statement } from '../../../src/kernel/language.ts';

export type Reduce = Extract<Statement, { kind: 'reduce' }>;

/** Extremes and wrapping integers give the same bits in any order. */
export const isFree = ({ combine, var: of }: Reduce): boolean =>
  combine === 'max' || combine === 'min' || !isFloat(of.dtype);

/** Whether a statement is a reduction that keeps 16 partial results. */
export function needsLanes(statement: Statement): boolean {
  return statement.kind === 'reduce' && statement.order === 'lanes' && !isFree(statement);
}

/** Whether a statement, or one inside it, fulfills `test`. */
export function some(body: readonly Statement[], test: (statement: Statement) => boolean): boolean {
  return body.some((statement) => test(statement) || ('body' in statement && some(statement.body, test)));
}
