/** The types beside an emitted module: literal shapes, and what a caller may pass. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import diabetes from '../../examples/diabetes.ts';
import type { EmittedFolder } from './emit-to-folder.ts';
import { emitToFolder } from './emit-to-folder.ts';

const run = promisify(execFile);
const tsc = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));
const options = [
  '--strict',
  '--noEmit',
  '--target',
  'es2022',
  '--module',
  'nodenext',
  '--skipLibCheck',
  'false',
];

describe('the types of an emitted module', () => {
  let emitted: EmittedFolder;
  beforeAll(async () => {
    emitted = await emitToFolder(diabetes, 'js');
  });
  afterAll(() => emitted.remove());

  async function errorsOf(lines: readonly string[]): Promise<string[]> {
    const source = ["import { create } from './step.mjs';", ...lines, 'export {};'].join('\n');
    await writeFile(path.join(emitted.folder, 'caller.mts'), source);
    const failure: unknown = await run(process.execPath, [tsc, ...options, 'caller.mts'], {
      cwd: emitted.folder,
    }).then(
      () => null,
      (error: unknown) => error,
    );
    if (failure === null) return [];
    return (failure as { readonly stdout: string }).stdout
      .split('\n')
      .filter((line) => line.includes('error TS'));
  }

  it('takes a batch, and knows shapes, rates and outputs', async () => {
    const lines = [
      'const step = create({ capacity: { N: 2 }, seed: 1 });',
      'const loss: number = step.step({ x: [1], y: new Float32Array(1) }, { lr: 0.1 }).loss;',
      'const data: Float32Array = step.predict({ x: [1] }).prediction.data;',
      "for (const p of step.parameters) if (p.name === 'weight') { const [rows, columns]: readonly [1, 10] = p.shape; void [rows, columns]; }",
      'const losses: Float64Array = step.repeat(2, null);',
      'void [loss, data, losses];',
    ];
    expect(await errorsOf(lines)).toEqual([]);
  });

  it('refuses a missing entry, an unknown rate and a missing capacity', async () => {
    const lines = [
      'const step = create({ capacity: { N: 2 } });',
      'step.step({ x: [1] });',
      'step.step({ x: [1], y: [1] }, { rate: 1 });',
      'create({ capacity: {} });',
    ];
    expect(await errorsOf(lines)).toHaveLength(3);
  });
});
