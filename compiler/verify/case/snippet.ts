/** Writes a case as a TypeScript program that rebuilds it and checks it again. */
import { must } from '../../../src/errors.ts';
import type { AttrValue, Expr } from '../../../src/expr.ts';
import { isScan } from '../../../src/ops/scan.ts';
import { slotName } from '../../../src/slot.ts';
import { postorder } from '../../../src/walk.ts';
import type { CaseFields } from './case.ts';
import { loopText, resultText } from './spell-loop.ts';
import type { NodeWriter } from './spell-loop.ts';
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

/** The call that checks a case again. */
export interface SnippetOptions {
  /** Default `replay`: every target against the meaning. */
  readonly check?: 'replay' | 'gradients' | 'equivalent';
  /** More options of the call. */
  readonly options?: Readonly<Record<string, AttrValue>>;
}

/** Nodes as declarations, and the names to import. */
class Writer implements NodeWriter {
  readonly language = new Set<string>();
  readonly verifier = new Set<string>(['verify']);
  readonly #names = new Map<Expr, string>();

  nameOf(node: Expr): string {
    return must(this.#names.get(node), 'name of a node');
  }

  call(node: Expr, name: string): void {
    this.#names.set(node, name);
  }

  declare(node: Expr): string {
    const kind = node.args.length === 0 ? node.slot?.kind : null;
    const prefix = kind === 'state' || kind === 'parameter' ? 's' : kind === 'input' ? 'x' : 'v';
    const name = `${prefix}${this.#names.size}`;
    this.call(node, name);
    return `const ${name} = ${this.#text(node)};`;
  }

  #text(node: Expr): string {
    if (isScan(node)) {
      this.language.add('scan');
      return loopText(node, this);
    }
    const operands = node.args.map((arg) => this.nameOf(arg));
    const [loop] = node.args;
    if (loop && isScan(loop)) return resultText(node, must(operands[0], 'loop'));
    const leaf = leafText(node);
    const { builder, call } = leaf ? { builder: leaf[0], call: leaf[1] } : spell(node, operands);
    (builder === 'node' ? this.verifier : this.language).add(builder);
    return call;
  }
}

/** The data and the sizes as properties of an object literal. */
function dataLines(of: CaseFields): string[] {
  const data = [...of.data].map(([slot, values]) => `    ${keyText(slotName(slot))}: ${numbers(values)},`);
  return [
    ...(data.length > 0 ? ['  data: {', ...data, '  },'] : []),
    ...(Object.keys(of.sizes).length > 0 ? [`  sizes: ${recordText(of.sizes)},`] : []),
  ];
}

/** The program, one line for each node. */
export function writeSnippet(
  of: CaseFields,
  { check = 'replay', options = {} }: SnippetOptions = {},
): string {
  const writer = new Writer();
  const roots = [...of.outputs, ...of.updates.flatMap(({ state, next }) => [state, next])];
  const declarations = postorder(roots).map((node) => writer.declare(node));
  const outputs = of.outputs.map((node) => writer.nameOf(node));
  const updates = of.updates.map(({ state, next }) => `[${writer.nameOf(state)}, ${writer.nameOf(next)}]`);
  const head =
    check === 'replay'
      ? [
          'verify.replay({',
          ...(outputs.length > 0 ? [`  outputs: [${outputs.join(', ')}],`] : []),
          ...(updates.length > 0 ? [`  updates: [${updates.join(', ')}],`] : []),
        ]
      : [`verify.${check}(${outputs.join(', ')}, {`];
  const more = Object.entries(options).map(([key, value]) => `  ${key}: ${valueText(value)},`);
  return [
    ...importLine(writer.language, 'adjoint'),
    ...importLine(writer.verifier, 'adjoint/verify'),
    '',
    ...declarations,
    ...head,
    ...dataLines(of),
    ...more,
    '});',
    '',
  ].join('\n');
}

const keyText = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? name : stringText(name));
