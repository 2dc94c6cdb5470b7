/** Emits a lowered program as plain JavaScript. */
import { must } from '../../../src/errors.ts';
import { storage } from '../../../src/kernel/language.ts';
import type { Buffer, LoopKernel } from '../../../src/kernel/language.ts';
import type { Lowered } from '../../lowered.ts';
import type { Call, Entry, KernelCall } from '../../schedule/call.ts';
import { entryKernels } from '../../schedule/call.ts';
import { Code, Lines, code } from '../code.ts';
import { placeOf } from '../layout.ts';
import { Names } from '../names.ts';
import { writeMath } from './math.ts';
import { helperNames, helperSource } from './prims.ts';
import type { Helper } from './prims.ts';
import { Used, sizeCode, symbolName } from './scalars.ts';
import type { ScalarContext } from './scalars.ts';
import { writeKernel } from './statements.ts';

const arrayType = {
  float32: 'Float32Array',
  float64: 'Float64Array',
  int32: 'Int32Array',
  bool: 'Int32Array',
} as const;

/** The source of `start(memory, bases, units)` and of what it calls. */
export function jsSource(lowered: Lowered, symbols: readonly string[]): string {
  const names = new Names(helperNames);
  const used = new Used();
  const buffers = declareBuffers(lowered, names);
  const params = symbols.map(symbolName);
  const functions = new Map<KernelCall, Code>();
  const body = new Lines();
  for (const entry of lowered.entries) {
    const sizes = entry.name === 'initial' ? [] : params;
    for (const call of entryKernels(entry)) {
      const name = functionName(call.kernel, buffers, names);
      functions.set(call, name);
      body.add(code``);
      body.add(kernelComment(call.kernel, buffers));
      writeKernel(name, call.kernel, sizes, kernelContext(body, names, used, buffers));
    }
  }
  const lines = new Lines();
  lines.add(code`// The kernels over one arena. bases and units place its regions.`);
  lines.block(code`function start({ buffer }, bases, units)`, () => {
    for (const [buffer, name] of buffers) lines.add(viewLine(lowered, buffer, name));
    lines.append(body).add(code``);
    for (const entry of lowered.entries) writeEntry(entry, functions, params, lowered, buffers, lines);
    const offered = lowered.entries.map(({ name }) => Code.name(name));
    lines.add(code`return { ${Code.join(offered, ', ')} };`);
  });
  return [lines.toString(), ...supports(used)].join('\n');
}

/** A kernel that is called as one of its outputs says that it computes it. */
function functionName({ name, outputs }: LoopKernel, buffers: ReadonlyMap<Buffer, Code>, names: Names): Code {
  const output = outputs.find((buffer) => buffer.name === name);
  const own = output && must(buffers.get(storage(output)), name).text;
  return Code.name(names.fresh(own ? `compute_${own}` : name));
}

function kernelContext(
  lines: Lines,
  names: Names,
  used: Used,
  buffers: ReadonlyMap<Buffer, Code>,
): ScalarContext {
  return {
    lines,
    names: names.child(),
    used,
    buffers,
    axes: new Map(),
    vars: new Map(),
    indices: new Set(),
  };
}

/** Helper functions and math kernels, each only where it is used. */
function supports(used: Used): string[] {
  const math = writeMath(used);
  const order = Object.keys(helperSource) as Helper[];
  const helpers = order
    .filter((helper) => used.helpers.has(helper))
    .map((helper) => `${helperSource[helper]}\n`);
  return [...helpers, ...(math.isEmpty ? [] : [math.toString()])];
}

/** Every buffer that some kernel touches, by its storage, with a name. */
function declareBuffers(lowered: Lowered, names: Names): Map<Buffer, Code> {
  const found = new Map<Buffer, Code>();
  for (const { inputs, outputs } of lowered.entries.flatMap(entryKernels)) {
    for (const buffer of [...inputs, ...outputs].map(storage)) {
      if (!found.has(buffer)) found.set(buffer, Code.name(names.fresh(buffer.name)));
    }
  }
  const [loss] = lowered.metrics;
  if (loss && !found.has(loss)) found.set(loss, Code.name(names.fresh(loss.name)));
  return found;
}

function viewLine(lowered: Lowered, buffer: Buffer, name: Code): Code {
  const { region, offset, dtype } = placeOf(buffer, lowered);
  const at =
    region === 0 ? code`bases[0] + ${offset}` : code`bases[${region}] + ${offset} * units[${region}]`;
  return code`const ${name} = new ${Code.name(arrayType[dtype])}(buffer, ${at});`;
}

function kernelComment(kernel: LoopKernel, buffers: ReadonlyMap<Buffer, Code>): Code {
  const list = (of: readonly Buffer[]): Code =>
    Code.join(
      [...new Set(of.map(storage))].map((buffer) => must(buffers.get(buffer), buffer.name)),
      ', ',
    );
  const from = kernel.inputs.length > 0 ? code` from ${list(kernel.inputs)}` : code``;
  const text = code`// ${list(kernel.outputs)}${from}`;
  return text.text.length <= 100 ? text : code`// ${list(kernel.outputs.slice(0, 1))}`;
}

function writeEntry(
  entry: Entry,
  functions: ReadonlyMap<KernelCall, Code>,
  params: readonly Code[],
  { metrics }: Lowered,
  buffers: ReadonlyMap<Buffer, Code>,
  lines: Lines,
): void {
  const takes = entry.name === 'initial' ? [] : params;
  const write = (calls: readonly Call[]): void => writeCalls(calls, functions, takes, lines);
  lines.block(code`function ${Code.name(entry.name)}(${Code.join(takes, ', ')})`, () => {
    write(entry.before);
    const [loss] = metrics;
    if (entry.name === 'step' && loss) {
      const view = must(buffers.get(loss), 'loss');
      lines.add(code`// Nothing has been written yet: a loss that is not finite leaves all state as it was.`);
      lines.add(code`if (!Number.isFinite(${view}[0])) return false;`);
    }
    write(entry.after);
    if (entry.name === 'step') lines.add(code`return true;`);
  });
  lines.add(code``);
}

/** Calls in order; a loop passes its counter on as the last argument. */
function writeCalls(
  calls: readonly Call[],
  functions: ReadonlyMap<KernelCall, Code>,
  args: readonly Code[],
  lines: Lines,
  depth = 0,
): void {
  for (const call of calls) {
    if (call.kind === 'kernel') {
      lines.add(code`${must(functions.get(call), 'function')}(${Code.join(args, ', ')});`);
      continue;
    }
    writeCalls(call.prologue, functions, args, lines, depth);
    const t = Code.name(depth === 0 ? 't' : `t${depth}`);
    const size = sizeCode(call.axis.size);
    const head = call.reverse
      ? code`for (let ${t} = ${size} - 1; ${t} >= 0; ${t}--)`
      : code`for (let ${t} = 0; ${t} < ${size}; ${t}++)`;
    lines.block(head, () => writeCalls(call.body, functions, [...args, t], lines, depth + 1));
  }
}
