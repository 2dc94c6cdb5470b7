/** Writes statements of the kernel language: over scalars, or over vectors inside a vector loop. */
import type { Statement } from '../../../../src/kernel/language.ts';
import { matchConvolution } from '../convolution/match.ts';
import { writeConvolution } from '../convolution/write.ts';
import { matchProduct } from '../matmul/match.ts';
import { writeProduct } from '../matmul/write.ts';
import type { Context } from './context.ts';
import { compute, define, hold } from './definitions.ts';
import { loopOver, unrollOver } from './loops.ts';
import { callsFunctions } from './reach.ts';
import { writeReduce } from './reduce.ts';
import { writeStore } from './stores.ts';
import { isVectorLoop, writeVectorLoop } from './vector-loops.ts';

type Of<K extends Statement['kind']> = Extract<Statement, { kind: K }>;

export function writeAll(context: Context, body: readonly Statement[]): void {
  for (const statement of body) {
    context.shared = new Map();
    writeStatement(context, statement);
  }
}

function writeStatement(context: Context, statement: Statement): void {
  switch (statement.kind) {
    case 'let':
      return define(context, statement.var, statement.value);
    case 'store':
    case 'accumulate':
      return writeStore(context, statement);
    case 'loop': {
      if (context.vector) return writeInside(context, statement);
      const product = matchProduct(context, statement);
      if (product) return writeProduct(context, product);
      const convolution = matchConvolution(statement);
      if (convolution && writeConvolution(context, convolution)) return;
      if (isVectorLoop(context, statement)) return writeVectorLoop(context, statement);
      return loopOver(context, statement.axis, () => writeAll(context, statement.body));
    }
    case 'ordered':
      return loopOver(context, statement.axis, () => writeAll(context, statement.body));
    case 'carry':
      return writeCarry(context, statement);
    case 'reduce':
      return writeReduce(context, statement);
  }
}

/** A loop inside a row, while vectors run across rows. */
function writeInside(context: Context, { axis, body }: Of<'loop'>): void {
  const write = (): void => writeAll(context, body);
  if (callsFunctions(body)) loopOver(context, axis, write);
  else unrollOver(context, [axis], write);
}

function writeCarry(context: Context, { axis, vars, body }: Of<'carry'>): void {
  const { f } = context;
  const asVectors = context.vector !== null;
  const carried = vars.map(({ var: of, init, next }) => {
    const locals = compute(context, of, init, asVectors);
    hold(context, of, locals, context.frames.length + 1);
    return { of, next, locals };
  });
  loopOver(context, axis, () => {
    writeAll(context, body);
    context.shared = new Map();
    const values = carried.map(({ of, next }) => compute(context, of, next, asVectors));
    carried.forEach(({ locals }, i) => {
      locals.forEach((local, part) => f.localGet(values[i]?.[part] ?? local).localSet(local));
    });
  });
  for (const { of, locals } of carried) hold(context, of, locals);
}
