/** A standalone module: header, tables, the target's code, and the glue. It imports nothing. */
import type { Manifest } from '../../runtime/contract.ts';
import { slug } from './names.ts';
import { Code } from './code.ts';
import { glueSource } from './glue-source.ts';
import type { Layout } from './glue.ts';
import type { Plain } from './literal.ts';
import { constLiteral } from './literal.ts';

/** What a target contributes: source that declares `engine`. */
export interface TargetSource {
  readonly source: string;
  /** How the code works, for the header: full sentences, one a line. */
  readonly about: readonly string[];
}

function header(
  { name, compiler, inputs, parameters, numerics, target }: Manifest,
  about: readonly string[],
): string {
  const shape = (of: readonly (number | string)[]): string => `[${of.join(', ')}]`;
  const list = (of: readonly { readonly shape: readonly (number | string)[] }[]): string =>
    of.map((tensor) => shape(tensor.shape)).join(' ');
  const lines = [
    `Training step of ${slug(name)}, emitted by adjoint ${compiler} for target ${target}, ${numerics} numerics.`,
    `Inputs ${list(inputs)}; parameters ${list(parameters) || 'none'}. Names are in the manifest.`,
    'create({ capacity, parameters, seed }) makes a step; step(batch) trains, evaluate and predict only read.',
    'createAsync does the same for threads that may not compile so much at once, as a page in a browser.',
    ...about,
  ];
  return lines.map((line) => `// ${line}`).join('\n');
}

/** The text of an emitted module. */
export function moduleSource(manifest: Manifest, layout: Layout, target: TargetSource): string {
  return [
    header(manifest, target.about),
    '',
    constLiteral(Code.name('manifest'), manifest as unknown as Plain),
    '',
    constLiteral(Code.name('layout'), layout as unknown as Plain),
    '',
    target.source,
    glueSource,
    'function create(options) {',
    '  return createStep(manifest, layout, engine, options);',
    '}',
    '',
    'function createAsync(options) {',
    '  return createStepAsync(manifest, layout, engine, options);',
    '}',
    '',
    'export { create, createAsync, manifest };',
    '',
  ].join('\n');
}
