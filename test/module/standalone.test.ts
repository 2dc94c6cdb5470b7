/** What every emitted module promises: it stands alone, evaluates no string, and leaves no garbage. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'acorn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import mnist from '../../examples/mnist.ts';
import diabetes from '../../examples/diabetes.ts';
import { targetNames } from 'adjoint/compiler';
import type { EmittedFolder } from './emit-to-folder.ts';
import { emitToFolder } from './emit-to-folder.ts';

const run = promisify(execFile);

/** Runs `script` beside an emitted module, with Node's own options in front. */
async function runBeside(
  emitted: EmittedFolder,
  script: string,
  options: readonly string[] = [],
): Promise<string> {
  const file = path.join(emitted.folder, 'run.mjs');
  await writeFile(file, script);
  const { stdout } = await run(process.execPath, [...options, file]);
  return stdout.trim();
}

describe.each(targetNames)('the %s module of the MLP', (target) => {
  let emitted: EmittedFolder;
  beforeAll(async () => {
    emitted = await emitToFolder(mnist, target);
  });
  afterAll(() => emitted.remove());

  it('has no import, and exports create, createAsync and manifest alone', () => {
    const { body } = parse(emitted.code, { ecmaVersion: 2022, sourceType: 'module' });
    const kinds = body.map(({ type }) => type).filter((type) => /Import|Export/.test(type));
    expect(kinds).toEqual(['ExportNamedDeclaration']);
    expect(emitted.code.trim().endsWith('export { create, createAsync, manifest };')).toBe(true);
  });

  it('speaks of neither eval nor Function nor a dynamic import', () => {
    expect(emitted.code).not.toMatch(/\beval\b|\bFunction\b|\bimport\b|\brequire\b|\bfetch\b/);
  });

  it('runs where code generation from strings is forbidden', async () => {
    const script = `import { create } from './step.mjs';
const step = create({ capacity: { N: 2 } });
const pixels = Array.from({ length: 2 * 784 }, (_, i) => (i % 7) / 7);
console.log(Number.isFinite(step.step({ pixels, digit: [1, 2] }).loss));`;
    expect(await runBeside(emitted, script, ['--disallow-code-generation-from-strings'])).toBe('true');
  });

  it('reaches the same bits in two runs from one seed, and others from another', async () => {
    const script = `import { create } from './step.mjs';
const pixels = Array.from({ length: 3 * 784 }, (_, i) => ((i * 37) % 101) / 101);
const train = (seed) => {
  const step = create({ capacity: { N: 3 }, seed });
  for (let i = 0; i < 5; i++) step.step({ pixels, digit: [1, 2, 3] });
  return step.parameters.map(({ data }) => Array.from(data).join()).join();
};
console.log(train(1) === train(1), train(1) === train(2));`;
    expect(await runBeside(emitted, script)).toBe('true false');
  });
});

describe.each(targetNames)('the %s step of the tutorial', (target) => {
  let emitted: EmittedFolder;
  beforeAll(async () => {
    emitted = await emitToFolder(diabetes, target);
  });
  afterAll(() => emitted.remove());

  it('makes no garbage in 100,000 steps, and returns the same object each time', async () => {
    const script = `import { PerformanceObserver } from 'node:perf_hooks';
import { create } from './step.mjs';
const step = create({ capacity: { N: 16 } });
const batch = { x: Float32Array.from({ length: 160 }, (_, i) => Math.sin(i)), y: new Float32Array(16).fill(1) };
const first = step.step(batch);
for (let i = 0; i < 20_000; i++) step.step(batch);
globalThis.gc();
await new Promise((resolve) => setTimeout(resolve, 50));
let collections = 0;
const observer = new PerformanceObserver((list) => (collections += list.getEntries().length));
observer.observe({ entryTypes: ['gc'] });
let same = true;
for (let i = 0; i < 100_000; i++) same = step.step(batch) === first && same;
await new Promise((resolve) => setTimeout(resolve, 50));
console.log(collections, same);`;
    expect(await runBeside(emitted, script, ['--expose-gc'])).toBe('0 true');
  });
});
