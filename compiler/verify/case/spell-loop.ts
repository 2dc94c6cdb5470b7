/** How a loop is written in TypeScript: as a call of `scan`, whose body is written like everything else. */
import type { Expr } from '../../../src/expr.ts';
import type { ScanAttrs } from '../../../src/ops/scan.ts';
import { rootsOf, scanBody } from '../../../src/ops/scan.ts';
import { postorder } from '../../../src/walk.ts';
import { valueText } from './spell.ts';

/** What writes nodes and knows their names. */
export interface NodeWriter {
  nameOf(node: Expr): string;
  /** Says what a node is called that is declared elsewhere. */
  call(node: Expr, name: string): void;
  declare(node: Expr): string;
}

const record = (entries: readonly (readonly [name: string, value: string])[]): string =>
  entries.length > 0
    ? `{ ${entries.map(([name, value]) => (name === value ? name : `${name}: ${value}`)).join(', ')} }`
    : '{}';

/** The call of `scan` that makes the loop; every output of its body is one that the user asks for. */
export function loopText(loop: Expr, writer: NodeWriter): string {
  const body = scanBody(loop);
  const { length, reverse } = loop.attrs as ScanAttrs;
  const groups = [
    { option: 'carry', prefix: 'c', leaves: body.carries },
    { option: 'inputs', prefix: 'i', leaves: body.inputs },
    { option: 'constants', prefix: 'k', leaves: body.constants },
  ];
  const operands = loop.args.map((arg) => writer.nameOf(arg))[Symbol.iterator]();
  const options = groups.map(({ option, prefix, leaves }) => {
    const given = leaves.map((_, i) => [`${prefix}${i}`, operands.next().value ?? ''] as const);
    return [option, record(given)] as const;
  });
  const parameters = groups.map(({ prefix, leaves }) => {
    leaves.forEach((leaf, i) => writer.call(leaf, `${prefix}${i}`));
    return record(leaves.map((_, i) => [`${prefix}${i}`, `${prefix}${i}`]));
  });
  const own = new Set<Expr>(groups.flatMap(({ leaves }) => leaves));
  const lines = postorder(rootsOf(body)).flatMap((node) =>
    own.has(node) ? [] : writer.declare(node).split('\n'),
  );
  const carry = record(body.next.map((node, i) => [`c${i}`, writer.nameOf(node)]));
  const outputs = record(body.outputs.map((node, i) => [`o${i}`, writer.nameOf(node)]));
  const more = [
    ...(body.inputs.length === 0 ? [['length', valueText(length)] as const] : []),
    ...(reverse ? [['reverse', 'true'] as const] : []),
  ];
  return [
    'scan(',
    `  (${parameters.join(', ')}) => {`,
    ...lines.map((line) => `    ${line}`),
    `    return { carry: ${carry}, outputs: ${outputs} };`,
    '  },',
    `  ${record([...options, ...more])},`,
    ')',
  ].join('\n');
}

/** How a result of a loop called `loop` is read. */
export function resultText(node: Expr, loop: string): string {
  const [scan] = node.args;
  const carries = scan ? scanBody(scan).carries.length : 0;
  const result = Number(node.attrs['result']);
  return result < carries ? `${loop}.carry.c${result}` : `${loop}.outputs.o${result - carries}`;
}
