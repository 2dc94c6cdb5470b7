/**
 * The emitted JavaScript of three programs, checked in to be read: `vitest run test/module/golden.test.ts -u` writes
 * it anew. Prettier leaves it as it is.
 */
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { emit } from 'adjoint/compiler';
import type { Program } from 'adjoint';
import diabetes from '../../examples/diabetes.ts';
import iris from '../../examples/iris.ts';
import mnist from '../../examples/mnist.ts';

const programs: Readonly<Record<string, Program>> = { tutorial: diabetes, iris, mlp: mnist };
const config = fileURLToPath(new URL('../../.prettierrc.json', import.meta.url));

describe.each(Object.entries(programs))('the emitted module of the %s program', (name, program) => {
  const { code, types } = emit(program, { target: 'js' });

  it('is the one that is checked in', async () => {
    await expect(code).toMatchFileSnapshot(`../golden/emitted/${name}/step.mjs`);
    await expect(types).toMatchFileSnapshot(`../golden/emitted/${name}/step.d.mts`);
  });

  it('is left unchanged by Prettier', async () => {
    const options = await resolveConfig(config, { config });
    expect(await format(code, { ...options, parser: 'babel' })).toBe(code);
    expect(await format(types, { ...options, parser: 'typescript' })).toBe(types);
  });
});
