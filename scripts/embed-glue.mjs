// Writes compiler/emit/glue-source.ts from the JavaScript of compiler/emit/glue.ts, which `npm run build` makes.
import { readFile, writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';

const target = new URL('../compiler/emit/glue-source.ts', import.meta.url).pathname;

/** The text of glue-source.ts for the built glue. */
export async function glueSourceFile() {
  const parts = ['glue-batch', 'glue-arena', 'glue-resident', 'glue-trainer', 'glue-step', 'glue'].map(
    (name) => new URL(`../dist/compiler/emit/${name}.js`, import.meta.url),
  );
  const texts = await Promise.all(parts.map((part) => readFile(part, 'utf8')));
  const built = texts
    .map((text) =>
      text.replace(/^\/\*\*\n? ?\*? (The part of|The step itself|How emitted|Loops over)[\s\S]*?\*\/\n/, ''),
    )
    .join('\n');
  const body = built
    .replace(/^import .*\n/gm, '')
    .replace(/^export \{\};\n/m, '')
    .replace(/^export /gm, '')
    .replace(/^(function|class) /gm, '\n$1 ')
    .replace(/(\*\/)\n+\n(function|class)/g, '$1\n$2');
  const config = await resolveConfig(target);
  const spaced = body.replace(/^(\/\*\*)/gm, '\n$1').replace(/\n{3,}/g, '\n\n');
  const source = await format(spaced, { ...config, parser: 'babel' });
  const text = `/** The glue of emitted modules as JavaScript; made by scripts/embed-glue.mjs from glue.ts. */
export const glueSource: string = ${JSON.stringify(source.trim() + '\n')};
`;
  return format(text, { ...config, parser: 'typescript' });
}

if (process.argv[1] === new URL(import.meta.url).pathname) await writeFile(target, await glueSourceFile());
