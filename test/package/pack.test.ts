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
    const entries = Object.keys(exports).map((entry) => path.posix.join('adjoint', entry));
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

  it('says what arbitraries need where fast-check is not installed', async () => {
    const script = `import { arb } from 'adjoint/verify';
try { arb.shape(); } catch (error) { console.log(error.message); }`;
    await writeFile(path.join(folder, 'arbitraries.mjs'), script);
    const { stdout } = await run(process.execPath, ['arbitraries.mjs'], { cwd: folder });
    expect(stdout.split('\n')[0]).toBe(
      'E-VERIFY-FAST-CHECK  arbitraries need fast-check, which is not installed',
    );
    expect(stdout).toContain('npm install --save-dev fast-check');
  });

  it('declares the checks of a program as tests of node:test, as the documentation does', async () => {
    const page = await readFile(path.join(root, 'docs/verification.md'), 'utf8');
    const blocks = [...page.matchAll(/```ts\n(.*?)```/gs)].map(([, program = '']) => program);
    const suite = blocks.find((program) => program.includes(`'node:test'`)) ?? '';
    await writeFile(path.join(folder, 'suite.test.mjs'), suite);
    const { stdout } = await run(process.execPath, ['--test', 'suite.test.mjs'], { cwd: folder });
    expect(stdout).toMatch(/pass 5\n/);
  });

  it('verifies a program on the command line, and says what is wrong with one', async () => {
    const bin = path.join(folder, 'node_modules/.bin/adjoint');
    const { stdout } = await run(bin, ['verify', 'program.ts', '--runs', '3'], { cwd: folder });
    expect(stdout).toMatch(/^program, seed 42\n( {2}ok {4}.*\n)+$/);
    const source = await readFile(path.join(folder, 'program.ts'), 'utf8');
    await writeFile(path.join(folder, 'diverges.ts'), source.replace('lr: 0.1', 'lr: 1e30'));
    await writeFile(path.join(folder, 'unreadable.ts'), 'const x: = 3');
    await writeFile(path.join(folder, 'nothing.ts'), 'export default 3;');
    const refusals = [
      { file: 'diverges.ts', code: 1, said: 'is Infinity after call' },
      { file: 'unreadable.ts', code: 2, said: 'unreadable.ts cannot be read.' },
      { file: 'nothing.ts', code: 2, said: 'nothing.ts exports no program.' },
      { file: 'nowhere.ts', code: 2, said: 'There is no file nowhere.ts' },
    ];
    for (const { file, code, said } of refusals) {
      const failed = await run(bin, ['verify', file, '--runs', '3'], { cwd: folder }).catch(
        (error: unknown) => error as { code: number; stdout: string; stderr: string },
      );
      expect(failed).toMatchObject({ code });
      expect(`${failed.stdout}${failed.stderr}`).toContain(said);
    }
  });
});
