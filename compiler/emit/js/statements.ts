/** Writes statements of the kernel language as JavaScript loops. */
import { must } from '../../../src/errors.ts';
import { storage } from '../../../src/kernel/language.ts';
import type { LoopKernel, Statement } from '../../../src/kernel/language.ts';
import { Code, code } from '../code.ts';
import { needsLanes } from '../loops/order.ts';
import { plain } from './expression.ts';
import { combined, declare, declareResult, neutralOf, writeLoop, writeLoops } from './loops.ts';
import { isIndex, nestOf, sumOf } from './nest.ts';
import type { ScalarContext } from './scalars.ts';
import { indexCode, operandOf, scalarCode } from './scalars.ts';
import { writeNest } from './write-nest.ts';

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
    context.axes.set(axis, plain(counter));
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
      const value = isCounted(statement)
        ? indexCode(statement.value, context)
        : scalarCode(statement.value, context);
      lines.add(code`const ${declare(statement.var, context)} = ${value};`);
      if (isIndex(statement.value, context.indices)) context.indices.add(statement.var);
      return;
    }
    case 'store':
      writeStore(statement, code`=`, context);
      return;
    case 'accumulate':
      writeStore(statement, code`+=`, context);
      return;
    case 'loop': {
      const nest = nestOf(statement, context.indices);
      if (nest) writeNest(nest, context, writeStatement);
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
      if (needsLanes(statement)) writeLanes(statement, context);
      else writeNest(sumOf(statement, context.indices), context, writeStatement);
  }
}

function isCounted({ value }: Of<'let'>): boolean {
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

/** Stores round: a Float32Array rounds what it is given, which is a rounded value already. */
function writeStore(statement: Of<'store'> | Of<'accumulate'>, sign: Code, context: ScalarContext): void {
  const buffer = must(context.buffers.get(storage(statement.buffer)), `buffer ${statement.buffer.name}`);
  const value = scalarCode(statement.value, context);
  context.lines.add(code`${buffer}[${indexCode(statement.index, context)}] ${sign} ${value};`);
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

/** 16 partial results in a scratch array, joined by a halving tree. */
function writeLanes(statement: Of<'reduce'>, context: ScalarContext): void {
  const { lines, names, used } = context;
  const { axes } = statement;
  used.helper('lanes');
  const total = declareResult(statement, context);
  lines.add(code`lanes.fill(${neutralOf(statement)});`);
  const [first] = axes;
  const single = axes.length === 1 && first;
  const lane = Code.name(names.fresh('lane'));
  if (!single) lines.add(code`let ${lane} = 0;`);
  writeLoops(axes, context, () => {
    writeAll(statement.body, context);
    const value = operandOf(statement.value, context);
    if (single) lines.add(code`const ${lane} = ${must(context.axes.get(single), 'axis').code} & 15;`);
    lines.add(code`lanes[${lane}] = ${combined(statement, code`lanes[${lane}]`, value)};`);
    if (!single) lines.add(code`${lane} = (${lane} + 1) & 15;`);
  });
  const helper = statement.combine === 'sum' ? 'joinSum' : 'joinProduct';
  const joined = statement.var.dtype === 'float32' ? (`${helper}32` as const) : (`${helper}64` as const);
  used.helper(joined);
  lines.add(code`const ${total} = ${Code.name(joined)}();`);
}
