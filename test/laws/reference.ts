/** The reference of operators as text, from the literals and from the comments of the builders. */
import { readFileSync } from 'node:fs';
import type { Op } from '../../src/ops/define.ts';
import { operators } from '../../src/ops/registry.ts';

const source = (path: string): string =>
  readFileSync(new URL(`../../src/ops/${path}`, import.meta.url), 'utf8');

interface Builder {
  readonly name: string;
  readonly doc: string;
}

interface Chapter {
  readonly title: string;
  readonly builders: readonly Builder[];
}

/** A comment as one paragraph. */
const paragraph = (comment: string): string =>
  comment
    .replaceAll(/^\s*\* ?/gm, '')
    .replaceAll(/\s+/g, ' ')
    .trim();

/** The comment in front of the declaration of `name`; empty where there is none. */
function commentOf(text: string, name: string): string {
  const declaration = new RegExp(`\\*/\\nexport (?:const|function) ${name}\\b`).exec(text);
  if (!declaration) return '';
  const start = text.lastIndexOf('/**', declaration.index);
  return paragraph(text.slice(start + 3, declaration.index));
}

/** The first sentence of a file's comment, or its first clause where it is long. */
function titleOf(text: string): string {
  const [, comment = ''] = /^\/\*\*([\s\S]*?)\*\//.exec(text) ?? [];
  const [sentence = ''] = paragraph(comment).split(/(?<=\.)\s/);
  const [clause = ''] = sentence.length > 100 ? sentence.split(':') : [sentence];
  return clause.replace(/\.$/, '');
}

/** Every public builder, by the file that declares it. */
export function chapters(): Chapter[] {
  const exports = source('index.ts').matchAll(/export \{([^}]*)\} from '\.\/([^']+)'/g);
  return [...exports].map(([, names = '', file = '']) => {
    const text = source(file);
    const listed = names.split(',').map((name) => name.trim());
    const builders = listed.filter((name) => name).map((name) => ({ name, doc: commentOf(text, name) }));
    return { title: titleOf(text), builders: builders.toSorted((a, b) => (a.name < b.name ? -1 : 1)) };
  });
}

const derivative = ({ vjp }: Op): string =>
  vjp === null ? 'no derivative' : vjp === 'zero' ? 'derivative 0' : 'differentiable';

const operatorLine = (op: Op): string =>
  `- \`${op.name}\` (${op.lowering.kind}, ${derivative(op)}): ${op.doc}`;

/** The whole reference. */
export function referenceText(): string {
  const families = [...new Set(operators.map(({ family }) => family))];
  const lines = [
    '# Operators',
    '',
    'Written by `npx vitest run test/laws/reference.test.ts -u` from the operators and the comments of their builders.',
    '',
    '## Builders',
    '',
    'Functions of expressions, as `import { ... } from "adjoint"` gives them. Most are compositions of the operators below.',
    ...chapters().flatMap(({ title, builders }) => [
      '',
      `### ${title}`,
      '',
      ...builders.map(({ name, doc }) => `- \`${name}\`: ${doc}`),
    ]),
    '',
    '## Operators',
    '',
    'What graphs consist of once they are declared: each is one literal, with its lowering and its derivative.',
    ...families.flatMap((family) => [
      '',
      `### ${family}`,
      '',
      ...operators.filter((op) => op.family === family).map(operatorLine),
    ]),
    '',
  ];
  return lines.join('\n');
}
