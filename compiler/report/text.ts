/** A report as text. */
import type { KernelReport } from './kernels.ts';
import type { PassReport } from './passes.ts';
import { sum } from './polynomial.ts';
import type { Report } from './report.ts';
import type { Column } from './show.ts';
import { groupDigits, indent, listSome, showAmount, showBytes, showTable, showTime } from './show.ts';

const left = (title: string): Column => ({ title, align: 'left' });
const right = (title: string): Column => ({ title, align: 'right' });

function capacityText({ capacity }: Report): string {
  const sizes = Object.entries(capacity).map(([symbol, size]) => `${symbol} = ${size}`);
  return sizes.length > 0 ? `, numbers at ${sizes.join(', ')}` : '';
}

function simdText({ relaxedSimd }: Report): string {
  if (relaxedSimd === null) return '';
  return relaxedSimd ? ' with relaxed SIMD' : ' without relaxed SIMD, which this engine lacks';
}

function headText(report: Report): string {
  const { name, target, numerics, module, milliseconds, parameters, hyper } = report;
  return [
    `${name}: ${target}, ${numerics} numerics${simdText(report)}${capacityText(report)}`,
    `  ${groupDigits(parameters.elements)} parameters in ${parameters.tensors} tensors`,
    ...(hyper.length > 0
      ? [`  ${hyper.join(', ')}: inputs of the step, changed without compiling again`]
      : []),
    `  module ${showBytes(module.bytes)}, ${showBytes(module.gzipBytes)} after gzip`,
    `  compiled in ${showTime(milliseconds.total)} ms: passes ${showTime(milliseconds.passes)}, ` +
      `kernels and memory ${showTime(milliseconds.lower)}, code ${showTime(milliseconds.emit)}`,
  ].join('\n');
}

function passesText(passes: readonly PassReport[]): string {
  const entries = Object.keys(passes[0]?.nodes ?? {});
  const rows = passes.map(({ name, milliseconds, nodes, rules }, i) => [
    name,
    i === 0 ? '' : showTime(milliseconds),
    ...entries.map((entry) => String(nodes[entry] ?? 0)),
    listSome(
      rules.map(({ rule, count }) => (count > 1 ? `${rule} x ${count}` : rule)),
      4,
    ),
  ]);
  const columns = [left('after'), right('ms'), ...entries.map(right), left('rules')];
  return `Nodes\n${indent(showTable(columns, rows))}`;
}

/** `relu, add (block.ts:15)`: declarations by place, names first; what it sets where the places are unknown. */
function fromText({ from, sets }: KernelReport): string {
  const bySite = new Map<string, Set<string>>();
  const ordered = [...from].sort((a, b) => Number(a.name === null) - Number(b.name === null));
  for (const { name, operator, site } of ordered)
    if (site !== null) bySite.set(site, (bySite.get(site) ?? new Set()).add(name ?? operator));
  const groups = [...bySite].map(([site, names]) => {
    const shown = [...names].slice(0, 3).join(', ');
    return `${shown}${names.size > 3 ? ', ...' : ''} (${site})`;
  });
  const setting = sets.length > 0 ? [`sets ${listSome(sets, 2)}`] : [];
  return [...groups.slice(0, 2), ...setting].join('; ');
}

function kernelsText(entry: string, kernels: readonly KernelReport[], { capacity }: Report): string {
  const flops = sum(kernels.map((kernel) => kernel.flops));
  const bytes = sum(kernels.map((kernel) => kernel.bytes));
  const all = flops.at(capacity);
  const rows = kernels.map((kernel, i) => {
    const own = kernel.flops.at(capacity);
    const calls = kernel.calls === 1 ? '' : ` x ${kernel.calls}`;
    return [
      `${i + 1}`,
      kernel.name + calls,
      String(kernel.flops),
      showAmount(own),
      all > 0 ? `${((100 * own) / all).toFixed(0)} %` : '',
      showBytes(kernel.bytes.at(capacity)),
      listSome(kernel.operators, 4),
      fromText(kernel),
    ];
  });
  const columns = [
    right(''),
    left('kernel'),
    right('flops'),
    right(''),
    right('share'),
    right('moves'),
    left('computes'),
    left('from'),
  ];
  const count = `${kernels.length} kernel${kernels.length === 1 ? '' : 's'}`;
  const total = `${showAmount(all)} floating-point operations, ${showBytes(bytes.at(capacity))} moved`;
  return `${entry}: ${count}, ${total}\n  flops = ${String(flops)}\n${indent(showTable(columns, rows))}`;
}

/** What the arena holds, and how much more than it has to. */
export function memoryText({ memory, capacity }: Report): string {
  const parts = memory.parts
    .map(({ name, bytes }) => [name, showBytes(bytes.at(capacity)), String(bytes)])
    .filter(([, , formula]) => formula !== '0');
  const needed = sum(memory.parts.map(({ bytes }) => bytes));
  const rows = [
    ...parts,
    ['all of these', showBytes(memory.neededBytes), String(needed)],
    ['arena', showBytes(memory.arenaBytes), String(memory.arena)],
    ['if nothing shared', showBytes(memory.unplannedBytes), String(memory.unplanned)],
  ];
  const ratio = memory.neededBytes > 0 ? (memory.arenaBytes / memory.neededBytes).toFixed(2) : '';
  const title = `Memory (one arena, allocated once: its size is the peak${ratio && `, ${ratio} times what is needed`})`;
  return `${title}\n${indent(showTable([left(''), right('bytes'), left('formula')], rows))}`;
}

/** A report for reading in a terminal. */
export function reportText(report: Report): string {
  const entries = [...new Set(report.kernels.map(({ entry }) => entry))];
  const ordered = [...entries.filter((entry) => entry !== 'initial'), 'initial'];
  const kernels = ordered.flatMap((entry) => {
    const own = report.kernels.filter((kernel) => kernel.entry === entry);
    return own.length > 0 ? [kernelsText(entry, own, report)] : [];
  });
  return [headText(report), passesText(report.passes), ...kernels, memoryText(report), ''].join('\n\n');
}
