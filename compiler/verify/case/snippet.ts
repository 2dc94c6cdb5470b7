/** Writes a case as a TypeScript program that rebuilds it and checks it again. */
import { must } from '../../../src/errors.ts';
import type { Expr } from '../../../src/expr.ts';
import { slotName } from '../../../src/slot.ts';
import { postorder } from '../../../src/walk.ts';
import type { CaseFields } from './case.ts';
import { numberText, recordText, spell, stringText, valueText } from './spell.ts';

const numbers = (data: readonly number[]): string => `[${data.map(numberText).join(', ')}]`;

/** The declaration of a leaf that reads a slot, and the builder it takes. */
function leafText(node: Expr): readonly [builder: string, call: string] | null {
  const { slot } = node;
  if (!slot || node.args.length > 0) return null;
  const shape = valueText(slot.shape);
  if (slot.kind === 'data')
    return ['tensor', `tensor(${numbers(slot.data)}, ${shape}, ${stringText(slot.dtype)})`];
  const name = stringText(slotName(slot));
  if (slot.kind === 'input') {
    const range = slot.range ? `, ${recordText({ range: slot.range })}` : '';
    return ['input', `input(${name}, ${shape}, ${stringText(slot.dtype)}${range})`];
  }
  if (slot.kind === 'hyper') return ['hyper', `hyper(${name}, ${numberText(slot.value)})`];
  if (slot.kind === 'random') return ['uniform', `uniform(${shape}, ${stringText(slot.dtype)})`];
  return ['state', `state(${name}, ${shape}, ${recordText({ dtype: slot.dtype })})`];
}

function importLine(names: ReadonlySet<string>, from: string): string[] {
  return names.size > 0 ? [`import { ${[...names].sort().join(', ')} } from '${from}';`] : [];
}

/** The program, one line for each node. */
export function writeSnippet(of: CaseFields): string {
  const names = new Map<Expr, string>();
  const nameOf = (node: Expr): string => must(names.get(node), 'name of a node');
  const language = new Set<string>();
  const verifier = new Set<string>(['verify']);
  const roots = [...of.outputs, ...of.updates.flatMap(({ state, next }) => [state, next])];
  const lines = postorder(roots).map((node) => {
    const leaf = leafText(node);
    const prefix = leaf && node.slot?.kind !== 'data' ? (node.slot?.kind === 'state' ? 's' : 'x') : 'v';
    const name = `${prefix}${names.size}`;
    const { builder, call } = leaf ? { builder: leaf[0], call: leaf[1] } : spell(node, node.args.map(nameOf));
    names.set(node, name);
    (builder === 'node' ? verifier : language).add(builder);
    return `const ${name} = ${call};`;
  });
  const data = [...of.data].map(([slot, values]) => `    ${keyText(slotName(slot))}: ${numbers(values)},`);
  const updates = of.updates.map(({ state, next }) => `[${nameOf(state)}, ${nameOf(next)}]`);
  return [
    ...importLine(language, 'adjoint'),
    ...importLine(verifier, 'adjoint/verify'),
    '',
    ...lines,
    'verify.replay({',
    ...(of.outputs.length > 0 ? [`  outputs: [${of.outputs.map(nameOf).join(', ')}],`] : []),
    ...(updates.length > 0 ? [`  updates: [${updates.join(', ')}],`] : []),
    ...(data.length > 0 ? ['  data: {', ...data, '  },'] : []),
    ...(Object.keys(of.sizes).length > 0 ? [`  sizes: ${recordText(of.sizes)},`] : []),
    '});',
    '',
  ].join('\n');
}

const keyText = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? name : stringText(name));
