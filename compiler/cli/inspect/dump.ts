/** Every stage of a compilation as files. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { print } from '../../../src/print.ts';
import { emitBuilt } from '../../compile.ts';
import { entryRoots } from '../../report/declarations.ts';
import { entryNames } from '../../report/passes.ts';
import type { Inspection } from '../../report/report.ts';
import { reportText } from '../../report/text.ts';
import { dotOf } from './dot.ts';
import { entryLines } from './graphs.ts';

/** The files by name: the graph after each pass, the last one in DOT, the report, and the module. */
export function dumpFiles(inspection: Inspection): Map<string, string> {
  const { stages, report, built } = inspection;
  const files = new Map<string, string>();
  stages.forEach(({ name, program, firings }, i) => {
    const entries = entryNames(program).map((entry) => `${entry}\n${print(...entryRoots(program, entry))}`);
    const rules = firings.map(({ rule, node, by }) => `${rule}: ${by.op.name} for ${node.op.name}`);
    const text = [...(rules.length > 0 ? [`rules\n${rules.join('\n')}\n`] : []), ...entries].join('\n');
    files.set(`${String(i).padStart(2, '0')}-${name.replace(/\W+/g, '-')}.txt`, text);
  });
  const last = stages.at(-1);
  if (last)
    for (const entry of entryLines(inspection, last.program)) files.set(`${entry.entry}.dot`, dotOf(entry));
  const { code, types } = emitBuilt(built);
  files.set('report.txt', reportText(report));
  files.set('report.json', `${JSON.stringify(report, null, 2)}\n`);
  files.set('step.mjs', code);
  files.set('step.d.mts', types);
  return files;
}

export async function writeDump(inspection: Inspection, folder: string): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true });
  const files = dumpFiles(inspection);
  for (const [name, text] of files) await writeFile(path.join(folder, name), text);
  return [...files.keys()];
}
