/** The embedded text of the glue is that of the built glue. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);

it('glue-source.ts is what scripts/embed-glue.mjs makes of the built glue', async () => {
  const script = pathToFileURL(fileURLToPath(new URL('scripts/embed-glue.mjs', root))).href;
  const { glueSourceFile } = (await import(script)) as { readonly glueSourceFile: () => Promise<string> };
  const embedded = await readFile(new URL('compiler/emit/glue-source.ts', root), 'utf8');
  expect(embedded).toBe(await glueSourceFile());
});
