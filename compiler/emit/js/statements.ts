/** Writes statements of the kernel language as JavaScript loops. */
import { isFloat } from '../../../src/dtype.ts';
import { must } from '../../../src/errors.ts';
import { storage } from '../../../src/kernel/language.ts';
import type { Axis, LoopKernel, Scalar, Statement, Var } from '../../../src/kernel/language.ts';
import { combinePrim, neutral } from '../../../src/kernel/run.ts';
import { Code, code } from '../code.ts';
import { slug } from '../names.ts';
import type { Written } from './expression.ts';
import { plain } from './expression.ts';
import type { Jam } from './jam.ts';
import { jamOf, sharedLoads, together } from './jam.ts';
import { jsPrims } from './prims.ts';
import type { ScalarContext } from './scalars.ts';
import { indexCode, operandOf, scalarCode, sizeCode } from './scalars.ts';

type Of<K extends Statement['kind']> = Extract<Statement, { kind: K }>;

/** Writes one kernel as a function called `name` of the sizes and of the counters of the loops around it. */
export function writeKernel(
  name: Code,
  kernel: LoopKernel,
  symbols: readonly Code[],
  context: ScalarContext,
): void {
  const counters = kernel.outer.map((axis): Code => {
    const counter = Code.name(context.names.fresh('t'));
    context.axes.set(axis, counter);
    return counter;
  });
  const params = Code.join([...symbols, ...counters], ', ');
  context.lines.block(code`function ${name}(${params})`, () => writeAll(kernel.body, context));
}

function writeAll(body: readonly Statement[], context: ScalarContext): void {
  for (const statement of body) writeStatement(statement, context);
}

function writeStatement(statement: Statement, context: ScalarContext): void {
  const { lines } = context;
  switch (statement.kind) {
    case 'let': {
      const value = isIndex(statement)
        ? indexCode(statement.value, context)
        : scalarCode(statement.value, context);
      lines.add(code`const ${declare(statement.var, context)} = ${value};`);
      return;
    }
    case 'store':
      writeStore(statement, code`=`, context);
      return;
    case 'accumulate':
      writeStore(statement, code`+=`, context);
      return;
    case 'loop': {
      const jam = jamOf(statement);
      if (jam) writeJam(jam, statement.body, context);
      else writeLoop(statement.axis, context, () => writeAll(statement.body, context));
      return;
    }
    case 'ordered':
      writeLoop(statement.axis, context, () => writeAll(statement.body, context));
      return;
    case 'carry':
      writeCarry(statement, context);
      return;
    case 'reduce':
      writeReduce(statement, context);
  }
}

function isIndex({ value }: Of<'let'>): boolean {
  return (
    value.kind === 'prim' &&
    value.dtype === 'int32' &&
    (value.prim === 'add' || value.prim === 'mul') &&
    pureIndex(value)
  );
}

/** Whether an int32 is made of counters and sizes alone, so that it cannot wrap. */
function pureIndex(value: Of<'let'>['value']): boolean {
  if (value.kind === 'prim')
    return (value.prim === 'add' || value.prim === 'mul') && value.args.every(pureIndex);
  return value.kind === 'axis' || value.kind === 'size' || value.kind === 'const';
}

function declare(of: Var, { names, vars }: ScalarContext): Code {
  const name = Code.name(names.fresh(slug(of.name)));
  vars.set(of, name);
  return name;
}

/** Stores round: a Float32Array rounds what it is given, which is a rounded value already. */
function writeStore(statement: Of<'store'> | Of<'accumulate'>, sign: Code, context: ScalarContext): void {
  const buffer = must(context.buffers.get(storage(statement.buffer)), `buffer ${statement.buffer.name}`);
  const value = scalarCode(statement.value, context);
  context.lines.add(code`${buffer}[${indexCode(statement.index, context)}] ${sign} ${value};`);
}

function writeLoop(axis: Axis, context: ScalarContext, body: () => void): void {
  const counter = counterName(axis, context);
  context.axes.set(axis, counter);
  const size = sizeCode(axis.size);
  context.lines.block(code`for (let ${counter} = 0; ${counter} < ${size}; ${counter}++)`, body);
}

function counterName(axis: Axis, { names }: ScalarContext): Code {
  return Code.name(names.fresh(slug(axis.name.replace(/[0-9]+$/, '') || 'i')));
}

/** Groups of iterations first, then the rest one by one. */
function writeJam(jam: Jam, body: readonly Statement[], context: ScalarContext): void {
  const { lines, axes } = context;
  const counter = counterName(jam.axis, context);
  const size = sizeCode(jam.axis.size);
  lines.add(code`let ${counter} = 0;`);
  lines.block(code`for (; ${counter} + ${together - 1} < ${size}; ${counter} += ${together})`, () => {
    writeGroup(jam, counter, context);
  });
  const isExact = typeof jam.axis.size === 'number' && jam.axis.size % together === 0;
  if (isExact) return;
  axes.set(jam.axis, counter);
  lines.block(code`for (; ${counter} < ${size}; ${counter}++)`, () => writeAll(body, context));
}

/** One group: each of its iterations sees variables and a counter of its own. */
function writeGroup(jam: Jam, counter: Code, context: ScalarContext): void {
  const { lines, names } = context;
  const { before, reduce, after } = jam;
  const members = Array.from({ length: together }, (_, i): ScalarContext => {
    const axes = new Map(context.axes);
    const own = i === 0 ? counter : Code.name(names.fresh(counter.text));
    if (i > 0) lines.add(code`const ${own} = ${counter} + ${i};`);
    axes.set(jam.axis, own);
    return { ...context, axes, vars: new Map(context.vars) };
  });
  for (const member of members) writeAll(before, member);
  const totals = members.map((member) => declare(reduce.var, member));
  for (const total of totals) lines.add(code`let ${total} = ${start(reduce)};`);
  const shared = sharedLoads(jam);
  nestGroup(reduce.axes, context, members, () => {
    const named = new Map(shared.map((load) => [load, nameOf(load, context)]));
    members.forEach((member, i) => {
      const inner = { ...member, named };
      writeAll(reduce.body, inner);
      const total = must(totals[i], 'total');
      lines.add(code`${total} = ${combined(reduce, total, operandOf(reduce.value, inner))};`);
    });
  });
  for (const member of members) writeAll(after, member);
}

function nameOf(load: Scalar, context: ScalarContext): Code {
  const name = Code.name(context.names.fresh('v'));
  context.lines.add(code`const ${name} = ${scalarCode(load, context)};`);
  return name;
}

/** Loops over `axes` whose counters all members share. */
function nestGroup(
  axes: readonly Axis[],
  context: ScalarContext,
  members: readonly ScalarContext[],
  body: () => void,
): void {
  nest(axes, context, () => {
    for (const axis of axes) {
      for (const member of members) member.axes.set(axis, must(context.axes.get(axis), 'counter'));
    }
    body();
  });
}

function writeCarry({ axis, vars, body }: Of<'carry'>, context: ScalarContext): void {
  for (const { var: of, init } of vars) {
    const value = scalarCode(init, context);
    context.lines.add(code`let ${declare(of, context)} = ${value};`);
  }
  writeLoop(axis, context, () => {
    writeAll(body, context);
    const next = vars.map(({ next: value }) => scalarCode(value, context));
    if (vars.length === 1) {
      const [only] = vars;
      if (only)
        context.lines.add(code`${must(context.vars.get(only.var), 'variable')} = ${must(next[0], 'next')};`);
      return;
    }
    const temporaries = next.map((value) => {
      const name = Code.name(context.names.fresh('next'));
      context.lines.add(code`const ${name} = ${value};`);
      return name;
    });
    vars.forEach(({ var: of }, i) => {
      context.lines.add(code`${must(context.vars.get(of), 'variable')} = ${must(temporaries[i], 'next')};`);
    });
  });
}

/** Extremes and wrapping integers do not depend on the order. */
function needsLanes({ combine, order, var: of }: Of<'reduce'>): boolean {
  const exact = combine === 'max' || combine === 'min' || !isFloat(of.dtype);
  return order === 'lanes' && !exact;
}

function writeReduce(statement: Of<'reduce'>, context: ScalarContext): void {
  if (needsLanes(statement)) writeLanes(statement, context);
  else writeSequential(statement, context);
}

function combined(statement: Of<'reduce'>, left: Code, right: Written): Code {
  return jsPrims[combinePrim[statement.combine]].write(statement.var.dtype, plain(left), right).code;
}

function start({ combine, var: of }: Of<'reduce'>): Code {
  return code`${neutral(combine, of.dtype)}`;
}

function nest(axes: readonly Axis[], context: ScalarContext, body: () => void): void {
  const [axis, ...rest] = axes;
  if (axis) writeLoop(axis, context, () => nest(rest, context, body));
  else body();
}

function writeSequential(statement: Of<'reduce'>, context: ScalarContext): void {
  const total = declare(statement.var, context);
  context.lines.add(code`let ${total} = ${start(statement)};`);
  nest(statement.axes, context, () => {
    writeAll(statement.body, context);
    const value = operandOf(statement.value, context);
    context.lines.add(code`${total} = ${combined(statement, total, value)};`);
  });
}

/** 16 partial results in a scratch array, joined by a halving tree. */
function writeLanes(statement: Of<'reduce'>, context: ScalarContext): void {
  const { lines, names, used } = context;
  const { axes } = statement;
  used.helper('lanes');
  const total = declare(statement.var, context);
  lines.add(code`lanes.fill(${start(statement)});`);
  const [first] = axes;
  const single = axes.length === 1 && first;
  const lane = Code.name(names.fresh('lane'));
  if (!single) lines.add(code`let ${lane} = 0;`);
  nest(axes, context, () => {
    writeAll(statement.body, context);
    const value = operandOf(statement.value, context);
    if (single) lines.add(code`const ${lane} = ${must(context.axes.get(single), 'axis')} & 15;`);
    lines.add(code`lanes[${lane}] = ${combined(statement, code`lanes[${lane}]`, value)};`);
    if (!single) lines.add(code`${lane} = (${lane} + 1) & 15;`);
  });
  const helper = statement.combine === 'sum' ? 'joinSum' : 'joinProduct';
  const joined = statement.var.dtype === 'float32' ? (`${helper}32` as const) : (`${helper}64` as const);
  used.helper(joined);
  lines.add(code`const ${total} = ${Code.name(joined)}();`);
}
