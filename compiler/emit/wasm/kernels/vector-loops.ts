/** Loops whose iterations run four or more at a time. */
import type { Statement } from '../../../../src/kernel/language.ts';
import type { Context, VectorAxis } from './context.ts';
import { within } from './context.ts';
import type { Local } from '../locals.ts';
import { holdsLanes } from './free-order.ts';
import type { Bound } from './loops.ts';
import { boundOf, inFrame, iterationsOf, lastStart, pushBound, repeatUntil } from './loops.ts';
import { needsLanes, some } from '../../loops/order.ts';
import { callsFunctions, readsBeyond } from './reach.ts';
import { hasShortRows } from './row-loops.ts';

type Loop = Extract<Statement, { kind: 'loop' }>;

const lanes = 4;
/** A sequential sum waits for each addition: several of them side by side hide that. */
const manyGroups = 4;
/** Iterations, with those of the loops around them, that are worth the code of vectors even where they run once. */
const manyIterations = 4096;

/**
 * Loops of at least four iterations: innermost ones, where sums of 16 partials stay scalar, and those around rows that
 * are short.
 */
export function isVectorLoop(context: Context, statement: Loop): boolean {
  const { vector, module, frames } = context;
  const { axis, body } = statement;
  if (vector || iterationsOf([axis]) < lanes) return false;
  const all = iterationsOf([axis, ...frames.map((frame) => frame.axis)]);
  if (module.runsOnce && all < manyIterations) return false;
  if (holdsLanes(context, statement)) return false;
  return !some(body, (statement) => statement.kind === 'loop' || needsLanes(statement)) || hasShortRows(body);
}

/** Writes the statements for as many groups of lanes, from the counter on; `valid` where fewer lanes are left. */
type Step = (groups: number, valid?: number | Local | undefined) => void;

export function writeVectorLoop(context: Context, statement: Loop): void {
  const { f, writers } = context;
  const { axis, body } = statement;
  const reduces = !hasShortRows(body) && some(body, ({ kind }) => kind === 'reduce' || kind === 'carry');
  inFrame(context, axis, (counter) => {
    const end = boundOf(context, axis);
    const step: Step = (groups, valid) => {
      const vector: VectorAxis = { axis, groups, varying: new Map(), ...(valid ? { valid } : {}) };
      within(context, { vector }, () => writers.statements(context, body));
    };
    f.i32Const(0).localSet(counter);
    const most = reduces && !callsFunctions(body) ? manyGroups : 1;
    const exact = readsBeyond(body, axis);
    if (typeof end === 'number' && !exact) return writeKnown(context, counter, end, most, step);
    writeGroups(context, counter, end, most, step);
    if (typeof end === 'number' && end % lanes === 0) return;
    if (exact) repeatUntil(context, counter, end, 1, false, () => writers.statements(context, body));
    else writeRest(context, counter, end, step);
  });
}

/** A number of iterations that is known: what is left after the widest steps is one step of as many lanes. */
function writeKnown(context: Context, counter: Local, end: number, most: number, step: Step): void {
  const rest = end % (lanes * most);
  if (end > rest) repeatUntil(context, counter, end - rest, lanes * most, true, () => step(most));
  if (rest > 0) step(Math.ceil(rest / lanes), rest % lanes === 0 ? undefined : rest);
}

/** All groups of four lanes, `most` of them at a time as long as there are as many. */
function writeGroups(context: Context, counter: Local, end: Bound, most: number, step: Step): void {
  for (const groups of most > 1 ? [most, 1] : [1]) {
    const width = lanes * groups;
    if (typeof end === 'number' && end < width) continue;
    repeatUntil(context, counter, lastStart(context, end, width), width, false, () => step(groups));
  }
}

/** The last one to three lanes. */
function writeRest(context: Context, counter: Local, end: Bound, step: Step): void {
  const { f } = context;
  const rest = f.local('i32');
  pushBound(context, end);
  f.localGet(counter).op('i32.sub').localTee(rest);
  f.if(() => step(1, rest));
}
