/** The packed tarball: installed elsewhere, every entry imports, and its types resolve for a consumer. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));
const tsc = path.join(root, 'node_modules/typescript/bin/tsc');

const consumer = `import { input, loss, nn, optim, training } from 'adjoint';
import { compile } from 'adjoint/compiler';
import { fit } from 'adjoint/runtime';
const x = input('x', ['N', 3]);
const y = input('y', ['N', 1]);
const program = training({ loss: loss.mse(nn.linear(3, 1)(x), y), optimizer: optim.sgd({ lr: 0.1 }) });
const history = await fit(compile(program), { data: { x: [1, 2, 3], y: [1] }, epochs: 2, log: () => {} });
const last: number = history.step.parameters.length;
export { last };
`;

describe('the packed package', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'adjoint-pack-'));
    const { stdout } = await run(
      'npm',
      ['pack', '--json', '--ignore-scripts', '--pack-destination', folder],
      { cwd: root },
    );
    const tarball = (JSON.parse(stdout) as { filename: string }[])[0]?.filename ?? '';
    await writeFile(path.join(folder, 'package.json'), '{ "type": "module", "private": true }');
    const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', '--omit=peer'];
    await run('npm', ['install', ...flags, `./${tarball}`], { cwd: folder });
  }, 120_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('imports each entry', async () => {
    const { exports } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {
      exports: Record<string, unknown>;
    };
    const entries = Object.keys(exports)
      .map((entry) => path.posix.join('adjoint', entry))
      .filter((entry) => entry !== 'adjoint/verify');
    const script = entries.map((entry) => `await import('${entry}');`).join('\n');
    await writeFile(path.join(folder, 'entries.mjs'), `${script}\nconsole.log('imported');`);
    const { stdout } = await run(process.execPath, ['entries.mjs'], { cwd: folder });
    expect(stdout.trim()).toBe('imported');
  });

  it('type-checks and runs a consumer', async () => {
    await writeFile(path.join(folder, 'consumer.ts'), consumer);
    const options =
      '--strict --target es2022 --module nodenext --outDir built --types "" --lib es2023,dom'.split(' ');
    await run(process.execPath, [tsc, ...options.filter((option) => option !== '""'), 'consumer.ts'], {
      cwd: folder,
    });
    const { stdout } = await run(
      process.execPath,
      ['-e', "import('./built/consumer.js').then((m) => console.log(m.last))"],
      {
        cwd: folder,
      },
    );
    expect(stdout.trim()).toBe('2');
  });

  it('emits a TypeScript program from the command line, and says what is wrong with a call', async () => {
    await writeFile(
      path.join(folder, 'program.ts'),
      `${consumer.split('\n').slice(0, 6).join('\n')}\nexport default program;\n`,
    );
    const bin = path.join(folder, 'node_modules/.bin/adjoint');
    const { stdout } = await run(bin, ['emit', 'program.ts', '-o', 'out', '--target', 'js'], { cwd: folder });
    expect(stdout).toMatch(/out\/step\.mjs {2}\d+ bytes\nout\/step\.d\.mts {2}\d+ bytes/);
    await expect(run(bin, ['emit', 'nowhere.ts'], { cwd: folder })).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is no file nowhere.ts') as string,
    });
  });
});
