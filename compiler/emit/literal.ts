/** Plain data as a JavaScript literal, laid out as Prettier lays it out, with every string in ASCII. */
import type { Code } from './code.ts';
import { code, showNumber } from './code.ts';

export type Plain =
  number | string | boolean | null | readonly Plain[] | { readonly [key: string]: Plain | undefined };

const width = 110;

/** A string literal in single quotes; quotes, backslashes and everything outside plain ASCII are escaped. */
export function stringLiteral(text: string): string {
  const escaped = text.replace(
    /[^\u0020-\u007e]|[<>*/`$'"\\]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `'${escaped}'`;
}

const isIdentifier = (key: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(key);
const isObject = (value: Plain): value is { readonly [key: string]: Plain } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const entriesOf = (value: { readonly [key: string]: Plain | undefined }): [string, Plain][] =>
  Object.entries(value).flatMap(([key, of]): [string, Plain][] => (of === undefined ? [] : [[key, of]]));

function keyText(key: string): string {
  return isIdentifier(key) ? key : stringLiteral(key);
}

/** Prettier always breaks an array of several objects, or of several arrays, that have several entries each. */
function alwaysBreaks(value: readonly Plain[]): boolean {
  const objects = value.every((item) => isObject(item) && entriesOf(item).length > 1);
  const arrays = value.every((item) => Array.isArray(item) && item.length > 1);
  return value.length > 1 && (objects || arrays);
}

function inline(value: Plain): string | null {
  if (typeof value === 'number') return showNumber(value);
  if (typeof value === 'string') return stringLiteral(value);
  if (typeof value === 'boolean' || value === null) return String(value);
  const parts: (string | null)[] = isObject(value)
    ? entriesOf(value).map(([key, of]) => join(`${keyText(key)}: `, inline(of)))
    : alwaysBreaks(value as readonly Plain[])
      ? [null]
      : (value as readonly Plain[]).map(inline);
  if (parts.includes(null)) return null;
  if (!isObject(value)) return `[${parts.join(', ')}]`;
  return parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`;
}

const join = (head: string, rest: string | null): string | null => (rest === null ? null : head + rest);

/** Many numbers are kept as one string: shorter, and no formatter breaks it into lines. */
function numbersText(value: readonly Plain[]): string | null {
  if (value.length < 20 || !value.every((item) => typeof item === 'number')) return null;
  return `${stringLiteral(value.map((item) => showNumber(item as number)).join(' '))}.split(' ').map(Number)`;
}

function write(value: Plain, depth: number, room: number): string {
  const numbers = Array.isArray(value) ? numbersText(value) : null;
  if (numbers) return numbers;
  const short = inline(value);
  if (short !== null && short.length <= room) return short;
  const pad = '  '.repeat(depth + 1);
  const items = isObject(value)
    ? entriesOf(value).map(([key, of]) => {
        const head = `${keyText(key)}: `;
        return head + write(of, depth + 1, width - pad.length - head.length - 1);
      })
    : (value as readonly Plain[]).map((of) => write(of, depth + 1, width - pad.length - 1));
  const [open, close] = isObject(value) ? ['{', '}'] : ['[', ']'];
  return `${open}\n${items.map((item) => `${pad}${item},\n`).join('')}${'  '.repeat(depth)}${close}`;
}

/** `const name = value;`, on as many lines as it needs. */
export function constLiteral(name: Code, value: Plain): string {
  const head = code`const ${name} = `.text;
  return `${head}${write(value, 0, width - head.length - 1)};`;
}
