/** One self-contained page: declared graph, step graph, kernels and code side by side, linked by kernel. */
import { emit } from '../../compile.ts';
import type { Program } from '../../../src/program.ts';
import type { Inspection } from '../../report/report.ts';
import { groupDigits, showAmount, showBytes, showTime } from '../../report/show.ts';
import { reportText } from '../../report/text.ts';
import { entryLines } from './graphs.ts';
import type { EntryLines, NodeLine } from './graphs.ts';
import { escapeText, hueOf } from './markup.ts';
import { pageScript } from './page-script.ts';
import { pageStyle } from './page-style.ts';

function lineHtml({ text, site, kernels }: NodeLine): string {
  const [first] = kernels;
  const color = first === undefined ? '' : ` style="--hue:${hueOf(first)}"`;
  const place = site === null ? '' : `<i>${escapeText(site)}</i>`;
  return `<div class="line" data-kernels="${kernels.join(' ')}"${color}><code>${escapeText(text)}</code>${place}</div>`;
}

function graphHtml(entries: readonly EntryLines[]): string {
  return entries
    .map(
      ({ entry, lines }) =>
        `<h3>${entry} <small>${lines.length} nodes</small></h3>${lines.map(lineHtml).join('')}`,
    )
    .join('');
}

function kernelsHtml({ report, kernels }: Inspection): string {
  let entry = '';
  const numbered = kernels.map((kernel, i) => [kernel.report, i] as const);
  const isFirst = ([{ entry: name }]: (typeof numbered)[number]): boolean => name !== 'initial';
  return [...numbered.filter(isFirst), ...numbered.filter((each) => !isFirst(each))]
    .map(([kernel, i]) => {
      const heading = kernel.entry === entry ? '' : `<h3>${kernel.entry}</h3>`;
      entry = kernel.entry;
      const flops = showAmount(kernel.flops.at(report.capacity));
      const bytes = showBytes(kernel.bytes.at(report.capacity));
      const calls = kernel.calls === 1 ? '' : ` x ${kernel.calls}`;
      return (
        `${heading}<button class="line kernel" data-kernels="${i}" style="--hue:${hueOf(i)}">` +
        `<b>${escapeText(kernel.name)}${calls}</b><span>${flops} FLOPs, ${bytes}</span>` +
        `<em>${escapeText(kernel.operators.join(', '))}</em>` +
        (kernel.sets.length > 0 ? `<em>sets ${escapeText(kernel.sets.join(', '))}</em>` : '') +
        '</button>'
      );
    })
    .join('');
}

/** The functions of the kernels, in the order of the kernels, and what stands between them. */
function codeHtml(code: string, kernels: number): string {
  const start = code.indexOf('\nfunction start(');
  const heads = [...code.slice(start).matchAll(/^ {2}(?:\/\/ [^\n]*\n {2})?function \w+\([^\n]*\{$/gm)];
  const parts: string[] = [`<pre>${escapeText(code.slice(0, start).trim())}</pre>`];
  let at = start;
  heads.slice(0, kernels).forEach(({ index }, i) => {
    const from = start + index;
    const end = code.indexOf('\n  }\n', from) + 5;
    parts.push(
      `<pre>${escapeText(code.slice(at, from))}</pre>`,
      `<pre class="line" data-kernels="${i}" style="--hue:${hueOf(i)}">${escapeText(code.slice(from, end))}</pre>`,
    );
    at = end;
  });
  return [...parts, `<pre>${escapeText(code.slice(at))}</pre>`].join('');
}

function summaryHtml({ report }: Inspection): string {
  const sizes = Object.entries(report.capacity).map(([symbol, size]) => `${symbol} = ${size}`);
  const facts = [
    `${groupDigits(report.parameters.elements)} parameters`,
    `${report.kernels.filter(({ entry }) => entry === 'step').length} kernels a step`,
    `arena ${showBytes(report.memory.arenaBytes)}${sizes.length > 0 ? ` at ${sizes.join(', ')}` : ''}`,
    `module ${showBytes(report.module.bytes)}, ${showBytes(report.module.gzipBytes)} after gzip`,
    `${report.target}, ${report.numerics}${report.relaxedSimd ? ', relaxed SIMD' : ''}`,
    `compiled in ${showTime(report.milliseconds.total)} ms`,
  ];
  return facts.map((fact) => `<span>${escapeText(fact)}</span>`).join('');
}

/** The page; the code in it is that of the `js` target, which reads best. */
export function pageOf(inspection: Inspection, program: Program): string {
  const { report, stages, built } = inspection;
  const last = stages.at(-1)?.program ?? built.lowered.program;
  const { code } = emit(program, { target: 'js' });
  const columns = [
    ['Declared', graphHtml(entryLines(inspection, stages[0]?.program ?? last))],
    ['Compiled', graphHtml(entryLines(inspection, last))],
    ['Kernels', kernelsHtml(inspection)],
    ['JavaScript', codeHtml(code, inspection.kernels.length)],
  ] as const;
  const sections = columns.map(([title, body]) => `<section><h2>${title}</h2><div>${body}</div></section>`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeText(report.name)}: what the compiler made of it</title>
<style>${pageStyle}</style>
<header><h1>${escapeText(report.name)}</h1>${summaryHtml(inspection)}</header>
<main>${sections.join('\n')}</main>
<details><summary>Report</summary><pre>${escapeText(reportText(report))}</pre></details>
<script>${pageScript}</script>
</html>
`;
}
