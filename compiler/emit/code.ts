/**
 * Text of emitted code is a type: `Code` is built only from a tagged template whose literal parts are source, and
 * whose values are code, checked names, numbers, or JSON. A plain string cannot be put in. This file alone joins
 * strings to source.
 */
import { wrapped } from './wrap.ts';

/** A piece of JavaScript source. */
export class Code {
  readonly text: string;
  private constructor(text: string) {
    this.text = text;
  }

  static literal(parts: TemplateStringsArray, values: readonly Part[]): Code {
    let text = parts[0] ?? '';
    values.forEach((value, i) => (text += show(value) + (parts[i + 1] ?? '')));
    return new Code(text);
  }

  /** An identifier made by the compiler. */
  static name(name: string): Code {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      throw new Error(`internal: ${JSON.stringify(name)} is no identifier`);
    return new Code(name);
  }

  /** A value as JSON in ASCII; what could end a string, a comment or a template is escaped. */
  static json(value: unknown, indent = 0): Code {
    const text = JSON.stringify(value, null, indent) ?? 'null';
    return new Code(text.replace(/[^\u0020-\u007e\n]|[<>*/`$]/g, escapeUnit));
  }

  static join(parts: readonly Code[], separator: string): Code {
    return new Code(parts.map(({ text }) => text).join(separator));
  }
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

export type Part = Code | number;

function show(part: Part): string {
  return typeof part === 'number' ? showNumber(part) : part.text;
}

/** The shortest decimal that reads back to the same float64; -0, NaN and infinities spelled. */
export function showNumber(value: number): string {
  if (typeof value !== 'number') throw new Error('internal: not a number');
  if (Object.is(value, -0)) return '-0';
  if (Number.isFinite(value)) return String(value).replace('e+', 'e');
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? 'Infinity' : '-Infinity';
}

/** Source text with values put in. */
export function code(parts: TemplateStringsArray, ...values: readonly Part[]): Code {
  return Code.literal(parts, values);
}

/** Lines of source at a depth of indentation. */
export class Lines {
  readonly #lines: { readonly depth: number; readonly text: string }[] = [];
  #depth = 0;

  get isEmpty(): boolean {
    return this.#lines.length === 0;
  }

  add(line: Code): this {
    return this.#push(line.text);
  }

  #push(text: string): this {
    this.#lines.push({ depth: text === '' ? 0 : this.#depth, text });
    return this;
  }

  /** `head {`, the body one step deeper, and `}` with `tail` behind. */
  block(head: Code, body: () => void, tail: Code = code``): this {
    this.add(code`${head} {`);
    this.#indent(body);
    return this.add(code`}${tail}`);
  }

  #indent(body: () => void): void {
    this.#depth++;
    body();
    this.#depth--;
  }

  /** `if (test) { ... } else { ... }`. */
  branches(test: Code, then: () => void, otherwise: () => void): this {
    this.add(code`if (${test}) {`);
    this.#indent(then);
    this.add(code`} else {`);
    this.#indent(otherwise);
    return this.add(code`}`);
  }

  /** Lines made elsewhere, at the present depth. */
  append(other: Lines): this {
    for (const { depth, text } of other.#lines) this.#lines.push({ depth: depth + this.#depth, text });
    return this;
  }

  /** Fixed source of the compiler's own, at the present depth. */
  source(text: string): this {
    for (const line of text.split('\n')) this.#push(line);
    return this;
  }

  toString(): string {
    const shown = this.#lines.flatMap(({ depth, text }) =>
      text === '' ? [''] : wrapped(text, depth).map((line) => '  '.repeat(depth) + line),
    );
    return `${shown.join('\n')}\n`;
  }
}
