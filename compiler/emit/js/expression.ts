/** JavaScript expressions with as many parentheses as Prettier puts, no more and no fewer. */
import { Code, code } from '../code.ts';

/** An expression and how tightly its outermost operator binds. */
export interface Written {
  readonly code: Code;
  readonly sign: string | null;
}

const levels: readonly (readonly string[])[] = [
  ['?'],
  ['|'],
  ['^'],
  ['&'],
  ['===', '!=='],
  ['<', '<='],
  ['<<', '>>>'],
  ['+', '-'],
  ['*', '/', '%'],
];
const level = (sign: string): number => levels.findIndex((signs) => signs.includes(sign));
const bitwise: ReadonlySet<string> = new Set(['|', '^', '&', '<<', '>>>']);

/** A name, a number, a call or an element: binds tighter than any operator. */
export const plain = (text: Code): Written => ({ code: text, sign: null });

/** Whether equal levels stay flat: sums do, and chains of one sign that is not a remainder or an equality. */
function flattens(outer: string, inner: string): boolean {
  if (level(outer) === level('+')) return true;
  return (
    outer === inner && (outer === '*' || outer === '/' || outer === '&' || outer === '|' || outer === '^')
  );
}

function needsParentheses(outer: string, inner: Written, right: boolean): boolean {
  if (inner.sign === null) return false;
  const [own, other] = [level(outer), level(inner.sign)];
  if (other < own || (other === own && right)) return true;
  if (other === own) return !flattens(outer, inner.sign);
  return bitwise.has(outer) || (inner.sign === '%' && (outer === '+' || outer === '-'));
}

const side = (outer: string, inner: Written, right: boolean): Code =>
  needsParentheses(outer, inner, right) ? code`(${inner.code})` : inner.code;

const signs: Readonly<Record<string, Code>> = {
  '|': code`|`,
  '^': code`^`,
  '&': code`&`,
  '===': code`===`,
  '!==': code`!==`,
  '<': code`<`,
  '<=': code`<=`,
  '<<': code`<<`,
  '>>>': code`>>>`,
  '+': code`+`,
  '-': code`-`,
  '*': code`*`,
  '/': code`/`,
  '%': code`%`,
};

export function binary(sign: string, left: Written, right: Written): Written {
  const operator = signs[sign];
  if (!operator) throw new Error(`internal: no operator ${sign}`);
  return { code: code`${side(sign, left, false)} ${operator} ${side(sign, right, true)}`, sign };
}

export function conditional(test: Written, then: Written, otherwise: Written): Written {
  return {
    code: code`${side('?', test, true)} ? ${side('?', then, true)} : ${side('?', otherwise, true)}`,
    sign: '?',
  };
}

const operand = (x: Written): Code =>
  x.sign === null && !x.code.text.startsWith('-') ? x.code : code`(${x.code})`;

/** `-x`, which stands like an atom beside other operators. */
export const negated = (x: Written): Written => plain(code`-${operand(x)}`);
export const unaryNot = (x: Written): Written => plain(code`!${operand(x)}`);

export function call(name: string, ...args: Written[]): Written {
  const parts = name.split('.').map((part) => Code.name(part));
  return plain(
    code`${Code.join(parts, '.')}(${Code.join(
      args.map((arg) => arg.code),
      ', ',
    )})`,
  );
}
