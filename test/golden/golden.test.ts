/**
 * Five programs as they are declared, rewritten, cut into kernels, placed in memory and emitted, checked in to be read:
 * `npx vitest run test/golden -u` writes them anew.
 */
import { readFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { describe, expect, test } from 'vitest';
import { printGraph } from 'adjoint';
import type { Graph, Program } from 'adjoint';
import { emit, report } from 'adjoint/compiler';
import type { KernelReport } from 'adjoint/compiler';
import { must } from '../../src/errors.ts';
import { memoryText } from '../../compiler/report/text.ts';
import { optimize } from '../../compiler/pipeline.ts';
import cnn from '../../examples/cnn.ts';
import diabetes from '../../examples/diabetes.ts';
import gru from '../../examples/gru.ts';
import iris from '../../examples/iris.ts';
import mnist from '../../examples/mnist.ts';

const programs: Readonly<Record<string, Program>> = { diabetes, iris, mnist, cnn, gru };

/** The graph of the step after a pass. */
function stepAfter(program: Program, wanted: string): Graph {
  let found: Graph | null = null;
  optimize(program, (pass, { step }) => {
    if (pass === wanted) found = step;
  });
  return must(found as Graph | null, `step after ${wanted}`);
}

const counted = (kernel: KernelReport): string => (kernel.calls === 1 ? '' : `, ${kernel.calls} times`);

/** What was declared where, a line for each place. */
function places({ from }: KernelReport): string[] {
  const byPlace = new Map<string, Set<string>>();
  for (const { name, operator, site } of from) {
    const place = site ?? 'no known place';
    byPlace.set(place, (byPlace.get(place) ?? new Set()).add(name ?? operator));
  }
  return [...byPlace].map(([place, names]) => `  from ${[...names].join(', ')} at ${place}`);
}

/** One paragraph a kernel: what it computes of what, where it was declared, and its work. */
function kernelText(kernel: KernelReport): string {
  return [
    `${kernel.entry}: ${kernel.name}${counted(kernel)}`,
    `  computes ${kernel.operators.join(', ')}`,
    `  reads ${kernel.reads.join(', ') || 'nothing'}`,
    `  writes ${kernel.writes.join(', ')}`,
    `  flops ${String(kernel.flops)}, bytes ${String(kernel.bytes)}`,
    ...places(kernel),
  ].join('\n');
}

describe.each(Object.entries(programs))('%s', (name, program) => {
  const file = (of: string): string => new URL(`${name}/${of}`, import.meta.url).pathname;

  test('the declared step is the golden one', async () => {
    await expect(printGraph(stepAfter(program, 'declare'))).toMatchFileSnapshot(file('declared.txt'));
  });

  test('the rewritten step is the golden one', async () => {
    await expect(printGraph(must(optimize(program).step, 'step'))).toMatchFileSnapshot(file('step.txt'));
  });

  test('the kernels are the golden ones', async () => {
    const { kernels } = await report(program, { target: 'js' });
    await expect(`${kernels.map(kernelText).join('\n\n')}\n`).toMatchFileSnapshot(file('kernels.txt'));
  });

  test('the memory is the golden one', async () => {
    const made = await report(program, { capacity: { N: 64 } });
    await expect(`At N = 64. ${memoryText(made)}\n`).toMatchFileSnapshot(file('memory.txt'));
  });

  test('the emitted module and its types are the golden ones', async () => {
    const { code, types } = emit(program, { target: 'js' });
    await expect(code).toMatchFileSnapshot(file('step.mjs'));
    await expect(types).toMatchFileSnapshot(file('step.d.mts'));
  });

  test.each([
    ['step.mjs', 'babel'],
    ['step.d.mts', 'typescript'],
  ])('Prettier leaves %s unchanged', async (name, parser) => {
    const golden = await readFile(file(name), 'utf8');
    const config = await resolveConfig(file(name));
    expect(await format(golden, { ...config, parser })).toBe(golden);
  });
});
