/** Writes nests of loops around a sum: iterations in groups, indices added up where they are known. */
import { must } from '../../../src/errors.ts';
import type { Axis, Scalar, Statement } from '../../../src/kernel/language.ts';
import { Code, code } from '../code.ts';
import type { Written } from './expression.ts';
import { plain } from './expression.ts';
import type { Group } from './group.ts';
import { groupOf, sharedParts } from './group.ts';
import { combined, counterName, declareResult, neutralOf, writeLoop } from './loops.ts';
import type { Nest } from './nest.ts';
import { isLet, withOwnIndices } from './nest.ts';
import { Pointers, indexIn, shifted } from './pointers.ts';
import type { ScalarContext } from './scalars.ts';
import { operandOf, scalarCode, sizeCode } from './scalars.ts';

/** An iteration of a group: it sees variables and a counter of its own. */
interface Member {
  readonly iteration: number;
  readonly context: ScalarContext;
}

interface Writing {
  readonly nest: Nest;
  readonly group: Group | null;
  /** Writes any statement. */
  readonly write: (statement: Statement, context: ScalarContext) => void;
}

export function writeNest(nest: Nest, context: ScalarContext, write: Writing['write']): void {
  const group = groupOf(nest);
  const own = group ? withOwnIndices(nest, group.own) : nest;
  writeInside({ nest: own, group, write }, 0, [{ iteration: 0, context }]);
}

/** What lies inside of `depth` loops. */
function writeInside(writing: Writing, depth: number, members: readonly Member[]): void {
  const { nest, group } = writing;
  for (const statement of must(nest.before[depth], 'depth')) writeFor(statement, writing, members);
  const axis = nest.axes[depth];
  if (!axis) writeSums(writing, members);
  else if (group?.depth === depth) writeGroups(writing, group, must(members[0], 'member').context);
  else openLoop(axis, members, () => writeInside(writing, depth + 1, members));
}

/** A statement for each member, or once for all where it is the same for them. */
function writeFor(statement: Statement, { group, write }: Writing, members: readonly Member[]): void {
  if (!isLet(statement) || (group && group.own.has(statement.var))) {
    for (const { context } of members) write(statement, context);
    return;
  }
  const { context } = must(members[0], 'member');
  write(statement, context);
  const name = must(context.vars.get(statement.var), 'variable');
  for (const member of members) member.context.vars.set(statement.var, name);
}

/** A loop whose counter all members share. */
function openLoop(axis: Axis, members: readonly Member[], body: () => void): void {
  const { context } = must(members[0], 'member');
  writeLoop(axis, context, () => {
    const counter = must(context.axes.get(axis), 'counter');
    for (const member of members) member.context.axes.set(axis, counter);
    body();
  });
}

/** Groups of iterations first, then the rest one by one. */
function writeGroups(writing: Writing, group: Group, context: ScalarContext): void {
  const { lines } = context;
  const { axis, size, isExact, isWhole, depth } = group;
  const counter = isWhole ? null : counterName(axis, context);
  const body = (count: number) => (): void =>
    context.names.block(() => writeInside(writing, depth + 1, membersOf(group, counter, count, context)));
  if (!counter) {
    body(size)();
    return;
  }
  const end = sizeCode(axis.size);
  if (isExact) {
    lines.block(code`for (let ${counter} = 0; ${counter} < ${end}; ${counter} += ${size})`, body(size));
    return;
  }
  lines.add(code`let ${counter} = 0;`);
  lines.block(code`for (; ${counter} + ${size - 1} < ${end}; ${counter} += ${size})`, body(size));
  lines.block(code`for (; ${counter} < ${end}; ${counter}++)`, body(1));
}

/** Members that see what the first of them sees, but for what is their own. */
function membersOf(group: Group, counter: Code | null, count: number, context: ScalarContext): Member[] {
  const contexts = Array.from({ length: count }, (_, iteration): ScalarContext => {
    const axes = new Map(context.axes).set(group.axis, shifted(counter && plain(counter), iteration));
    return { ...context, axes, vars: new Map(context.vars) };
  });
  const first = must(contexts[0], 'member');
  return contexts.map((own, iteration) => {
    const indexOf = (index: Scalar): Written | null => indexIn(index, group, iteration, first);
    return { iteration, context: { ...own, indexOf } };
  });
}

function writeSums(writing: Writing, members: readonly Member[]): void {
  const { nest, group, write } = writing;
  const { reduce, after } = nest;
  const totals = members.map(({ context }) => {
    const total = declareResult(reduce, context);
    context.lines.add(code`let ${total} = ${neutralOf(reduce)};`);
    return total;
  });
  const pointers = new Pointers(nest, group);
  openLoops(reduce.axes, pointers, members, () => addTerms(writing, pointers, members, totals));
  for (const { context } of members) for (const statement of after) write(statement, context);
}

function openLoops(
  axes: readonly Axis[],
  pointers: Pointers,
  members: readonly Member[],
  body: () => void,
): void {
  const { context } = must(members[0], 'member');
  const open = (depth: number): void => {
    pointers.open(depth, context);
    const axis = axes[depth];
    if (axis) openLoop(axis, members, () => open(depth + 1));
    else body();
  };
  open(0);
}

/** One step of the sums: what all members take is loaded first. */
function addTerms(
  writing: Writing,
  pointers: Pointers,
  members: readonly Member[],
  totals: readonly Code[],
): void {
  const { nest, group } = writing;
  const { reduce } = nest;
  const placed = members.map(({ iteration, context }): Member => ({
    iteration,
    context: {
      ...context,
      indexOf: (index) => pointers.indexOf(index, iteration) ?? context.indexOf?.(index) ?? null,
    },
  }));
  const { context } = must(placed[0], 'member');
  const lets = reduce.body.filter(isLet);
  const isOwn = (statement: (typeof lets)[number]): boolean => group !== null && group.own.has(statement.var);
  for (const statement of lets) if (!isOwn(statement)) writeFor(statement, writing, placed);
  const shared = group && members.length > 1 ? sharedParts(nest, group) : [];
  const named = new Map(shared.map((part) => [part, nameOf(part, context)]));
  placed.forEach((member, i) => {
    const inner = { ...member.context, named };
    for (const statement of lets) if (isOwn(statement)) writing.write(statement, inner);
    const total = must(totals[i], 'total');
    context.lines.add(code`${total} = ${combined(reduce, total, operandOf(reduce.value, inner))};`);
  });
}

function nameOf(part: Scalar, context: ScalarContext): Code {
  const name = Code.name(context.names.fresh(part.dtype === 'bool' ? 'test' : 'v'));
  context.lines.add(code`const ${name} = ${scalarCode(part, context)};`);
  return name;
}
