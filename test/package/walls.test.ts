/** The walls between the folders: an import in the wrong direction, or a wrong type in an example, breaks the build. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));
const copied = ['src', 'runtime', 'compiler', 'examples', 'package.json', 'tsconfig.base.json'];

const breaches: readonly [string, string, string, RegExp][] = [
  [
    'a runtime file that imports the compiler',
    'runtime',
    "import '../compiler/compile.ts';",
    /TS6307|TS6059/,
  ],
  ['a runtime file that knows Node', 'runtime', "import 'node:fs';", /TS2882|TS2307/],
  ['a language file that imports the compiler', 'src', "import '../compiler/compile.ts';", /TS6307|TS6059/],
  [
    'an example with a wrong feature count',
    'examples',
    "import { input, nn } from 'adjoint';\nexport const wrong = nn.linear(10, 1)(input('x', ['N', 9]));",
    /TS2345|TS2769/,
  ],
];

describe('the build', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'adjoint-walls-'));
    for (const name of copied) await cp(path.join(root, name), path.join(folder, name), { recursive: true });
    await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
    await run(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-b', 'examples'], {
      cwd: folder,
    });
  }, 120_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(breaches)('refuses %s', async (_, project, source, code) => {
    const file = path.join(folder, project, 'breach.ts');
    await writeFile(file, `${source}\nexport const breach = true;\n`);
    const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
    const failure = await run(process.execPath, [tsc, '-b', project], { cwd: folder }).catch(
      (error: unknown) => error,
    );
    await rm(file);
    expect(failure).toMatchObject({ stdout: expect.stringMatching(code) as string });
  });
});
