/** Writes scalar expressions as JavaScript: short ones in one line, longer ones one operation a line. */
import { must } from '../../../src/errors.ts';
import { storage } from '../../../src/kernel/language.ts';
import type { Axis, Buffer, Scalar, Var } from '../../../src/kernel/language.ts';
import type { CorePrim, FunctionPrim, Prim } from '../../../src/kernel/prims.ts';
import { factors } from '../../../src/size.ts';
import type { Size } from '../../../src/size.ts';
import { Code, Lines, code } from '../code.ts';
import type { Names } from '../names.ts';
import type { Written } from './expression.ts';
import { binary, call, conditional, plain } from './expression.ts';
import type { Helper } from './prims.ts';
import { helperNeeds, jsPrims } from './prims.ts';

/** What a module's scalars have used so far. */
export class Used {
  readonly helpers: Set<Helper> = new Set();
  readonly math: Set<FunctionPrim> = new Set();

  helper(helper: Helper): void {
    for (const needed of helperNeeds[helper] ?? []) this.helpers.add(needed);
    this.helpers.add(helper);
  }
}

export interface ScalarContext {
  readonly lines: Lines;
  readonly names: Names;
  readonly used: Used;
  readonly buffers: ReadonlyMap<Buffer, Code>;
  /** Counters, and sums of a counter and a number. */
  readonly axes: Map<Axis, Written>;
  readonly vars: Map<Var, Code>;
  /** Variables that are sums and products of counters and sizes. */
  readonly indices: Set<Var>;
  /** Parts that have a name already. */
  readonly named?: ReadonlyMap<Scalar, Code>;
  /** Indices that are partly computed already, or differ in neighboring iterations. */
  readonly indexOf?: (index: Scalar) => Written | null;
}

/** An operand longer than this gets a line of its own. */
const longest = 44;

const isCore = (prim: Prim): prim is CorePrim => Object.hasOwn(jsPrims, prim);

/** Symbols are identifiers; a prefix keeps them apart from the compiler's names. */
export function symbolName(symbol: string): Code {
  return Code.name(`size_${symbol}`);
}

function sizeWritten(size: Size): Written {
  const { coefficient, symbols } = factors(size);
  const factorsOf = [
    ...(coefficient === 1 && symbols.length > 0 ? [] : [plain(code`${coefficient}`)]),
    ...symbols.map((symbol) => plain(symbolName(symbol))),
  ];
  return factorsOf.reduce((left, right) => binary('*', left, right));
}

/** A size as an expression of the symbols: `4 * size_N`. */
export function sizeCode(size: Size): Code {
  return sizeWritten(size).code;
}

/** The value of `scalar` as an expression. */
export function scalarCode(scalar: Scalar, context: ScalarContext): Code {
  return write(scalar, context).code;
}

/** The value of `scalar` as an operand; one that is long, or a choice, is named first. */
export function operandOf(scalar: Scalar, context: ScalarContext): Written {
  const written = write(scalar, context);
  if (written.sign !== '?' && written.code.text.length <= longest) return written;
  const { lines, names } = context;
  const name = Code.name(names.fresh('v'));
  lines.add(code`const ${name} = ${written.code};`);
  return plain(name);
}

function write(scalar: Scalar, context: ScalarContext): Written {
  const known = context.named?.get(scalar);
  if (known) return plain(known);
  switch (scalar.kind) {
    case 'const':
      return plain(code`${scalar.value}`);
    case 'axis':
      return must(context.axes.get(scalar.axis), `axis ${scalar.axis.name}`);
    case 'size':
      return sizeWritten(scalar.size);
    case 'var':
      return plain(must(context.vars.get(scalar.var), `variable ${scalar.var.name}`));
    case 'load': {
      const buffer = must(context.buffers.get(storage(scalar.buffer)), `buffer ${scalar.buffer.name}`);
      return plain(code`${buffer}[${indexCode(scalar.index, context)}]`);
    }
    case 'prim':
      return writePrim(scalar, context);
    case 'cond':
      return writeCond(scalar, context);
  }
}

function writePrim(scalar: Extract<Scalar, { kind: 'prim' }>, context: ScalarContext): Written {
  const { prim } = scalar;
  const { dtype } = must(prim === 'select' ? scalar.args[1] : scalar.args[0], 'operand');
  const args = scalar.args.map((arg) => operandOf(arg, context));
  if (isCore(prim)) {
    const row = jsPrims[prim];
    const helper = row.helper?.(dtype);
    if (helper) context.used.helper(helper);
    return row.write(dtype, ...args);
  }
  context.used.math.add(prim);
  const result = call(mathName(prim), ...args);
  return scalar.dtype === 'float32' ? call('Math.fround', result) : result;
}

/** The name of a math kernel in an emitted module. */
export function mathName(prim: FunctionPrim): string {
  return `${prim}_f64`;
}

/** Only the branch taken is evaluated, so what it needs line by line stays inside it. */
function writeCond(scalar: Extract<Scalar, { kind: 'cond' }>, context: ScalarContext): Written {
  const test = operandOf(scalar.test, context);
  const branch = (value: Scalar): { readonly lines: Lines; readonly value: Written } => {
    const lines = new Lines();
    return { lines, value: operandOf(value, { ...context, lines }) };
  };
  const [then, otherwise] = [branch(scalar.then), branch(scalar.else)];
  if (then.lines.isEmpty && otherwise.lines.isEmpty) return conditional(test, then.value, otherwise.value);
  const result = Code.name(context.names.fresh('v'));
  const put = (side: typeof then) => (): void => {
    context.lines.append(side.lines).add(code`${result} = ${side.value.code};`);
  };
  context.lines.add(code`let ${result};`);
  context.lines.branches(test.code, put(then), put(otherwise));
  return plain(result);
}

/** An index, written as arithmetic on counters: no rounding or wrapping can occur. */
export function indexCode(index: Scalar, context: ScalarContext): Code {
  return (context.indexOf?.(index) ?? indexTerm(index, context)).code;
}

function indexTerm(index: Scalar, context: ScalarContext): Written {
  const [x, y] = index.kind === 'prim' ? index.args : [];
  if (index.kind !== 'prim' || !x || !y || (index.prim !== 'add' && index.prim !== 'mul')) {
    return operandOf(index, context);
  }
  return binary(index.prim === 'add' ? '+' : '*', indexTerm(x, context), indexTerm(y, context));
}
