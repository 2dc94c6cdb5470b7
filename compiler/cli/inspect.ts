/** `adjoint inspect`: shows what the compiler makes of a program. */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Program } from '../../src/program.ts';
import type { Budget } from '../report/budget.ts';
import type { Inspection } from '../report/report.ts';
import { inspect } from '../report/report.ts';
import { reportText } from '../report/text.ts';
import { compileFlags, compileOptions } from './compile-options.ts';
import { writeDump } from './inspect/dump.ts';
import { explain } from './inspect/explain.ts';
import { entryLines } from './inspect/graphs.ts';
import { pageOf } from './inspect/page.ts';
import { loadProgram } from './load.ts';
import type { Command } from './usage.ts';
import { UsageError } from './usage.ts';

const help = `adjoint inspect program.ts [--target js|wasm] [--numerics strict|fast] [--capacity N=64]
                           [--explain NAME] [--html FILE] [--svg FILE] [--dump DIR] [--budget LIMIT=NUMBER]

Prints nodes and rules of each pass, kernels with their work and the lines that they come from, memory and size.

  -t, --target name    js or wasm
      --numerics how   strict or fast
  -c, --capacity N=64  a named size at which formulas are given as numbers; again for each name
  -e, --explain name   which rules touched the node of this name, and which kernels compute it
      --html file      one page: declared graph, compiled graph, kernels and code, linked
      --svg file       a picture of the step's graph
      --dump dir       every stage as text, graphs as DOT, the report as JSON, the module
  -b, --budget limit   flops=N, arenaBytes=N, gzipBytes=N or parameters=N; fails where it is overrun`;

const options = {
  ...compileFlags,
  capacity: { type: 'string', short: 'c', multiple: true },
  explain: { type: 'string', short: 'e' },
  html: { type: 'string' },
  svg: { type: 'string' },
  dump: { type: 'string' },
  budget: { type: 'string', short: 'b', multiple: true },
} as const;

function parse(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [file, ...rest] = positionals;
    if (file === undefined || rest.length > 0) throw new UsageError(`Name one program file.\n\n${help}`);
    return { file, values };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${help}`);
  }
}

/** `['N=64']` as `{ N: 64 }`. */
function numbers(option: string, given: readonly string[] = []): Record<string, number> {
  const entries = given.map((text): [string, number] => {
    const [, name, digits] = /^(\w+)=(\d+)$/.exec(text) ?? [];
    if (name === undefined || digits === undefined)
      throw new UsageError(`--${option} ${text}: write it as name=number, for example N=64.`);
    return [name, Number(digits)];
  });
  return Object.fromEntries(entries);
}

const limits: readonly string[] = ['flops', 'arenaBytes', 'gzipBytes', 'parameters'];

function budgetOf(given: readonly string[] | undefined, capacity: Record<string, number>): Budget | null {
  const budget = numbers('budget', given);
  const unknown = Object.keys(budget).find((name) => !limits.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`--budget: there is no limit ${unknown}. Limits: ${limits.join(', ')}.`);
  return given ? { ...budget, capacity } : null;
}

async function drawSvg(inspection: Inspection): Promise<string> {
  // The layout library is loaded only where a picture is asked for.
  const { svgOf } = await import('./inspect/svg.ts');
  const program = inspection.stages.at(-1)?.program ?? inspection.built.lowered.program;
  const [first] = entryLines(inspection, program);
  if (!first) throw new UsageError('The program computes nothing.');
  return svgOf(first);
}

type Values = ReturnType<typeof parse>['values'];

async function write(inspection: Inspection, program: Program, { html, svg, dump }: Values): Promise<void> {
  if (html !== undefined) await writeFile(html, pageOf(inspection, program));
  if (svg !== undefined) await writeFile(svg, await drawSvg(inspection));
  const files = dump === undefined ? [] : await writeDump(inspection, dump);
  for (const file of [html, svg]) if (file !== undefined) console.log(`wrote ${file}`);
  if (dump !== undefined) console.log(`wrote ${files.length} files to ${dump}`);
}

async function run(args: readonly string[]): Promise<number> {
  const { file, values } = parse(args);
  const capacity = numbers('capacity', values.capacity);
  const budget = budgetOf(values.budget, capacity);
  const program = await loadProgram(file);
  const inspection = await inspect(program, {
    capacity,
    ...compileOptions(values),
    ...(budget ? { budget } : {}),
  });
  console.log(
    values.explain === undefined ? reportText(inspection.report) : explain(inspection, values.explain),
  );
  await write(inspection, program, values);
  return 0;
}

export const inspectCommand: Command = { summary: 'show what the compiler makes of a program', help, run };
