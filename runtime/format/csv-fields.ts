/** Finding the fields of a CSV text: where each starts, and its text from there. */
import { runtimeError } from '../errors.ts';
import { printable } from '../text.ts';

export interface Source {
  readonly text: string;
  /** What errors call it. */
  readonly name: string;
  readonly delimiter: string;
}

/** Where fields start, line by line, `width` of them on each. */
export interface Fields {
  readonly starts: Uint32Array;
  readonly width: number;
}

const quote = 0x22;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** The starts of all fields. Every line has as many as the first one. */
export function fieldStarts(source: Source): Fields {
  const { text, delimiter } = source;
  const end = contentEnd(text);
  const starts = new Starts();
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  if (at >= end) throw runtimeError('E-CSV-EMPTY', { file: printable(source.name) });
  let width = 0;
  while (at < end) {
    const line = at;
    const before = starts.length;
    for (;;) {
      starts.push(at);
      at = fieldEnd(source, at);
      if (at >= text.length || text[at] !== delimiter) break;
      at++;
    }
    const found = starts.length - before;
    if (width === 0) width = found;
    if (found !== width) throw ragged(source, line, found, width);
    at += text.startsWith('\r\n', at) ? 2 : 1;
  }
  return { starts: starts.whole(), width };
}

function ragged(source: Source, at: number, found: number, expected: number): Error {
  const { file, line } = position(source, at);
  return runtimeError('E-CSV-RAGGED', { file, line, found, expected });
}

/** Where the last line that is not blank ends. */
function contentEnd(text: string): number {
  let end = text.length;
  while (end > 0 && isBreak(text.charCodeAt(end - 1))) end--;
  return end;
}

const isBreak = (code: number): boolean => code === lineFeed || code === carriageReturn;

/** The delimiter, line break or end of text behind the field that starts at `start`. */
function fieldEnd(source: Source, start: number): number {
  const { text, delimiter } = source;
  if (text.charCodeAt(start) === quote) return quotedEnd(source, start);
  const stop = delimiter.charCodeAt(0);
  let at = start;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === stop || isBreak(code)) break;
    if (code === quote) throw badQuote(source, at, 'a quote inside a field without quotes');
  }
  return at;
}

function quotedEnd(source: Source, start: number): number {
  const { text, delimiter } = source;
  let close = text.indexOf('"', start + 1);
  while (close >= 0 && text.charCodeAt(close + 1) === quote) close = text.indexOf('"', close + 2);
  if (close < 0) throw badQuote(source, start, 'a quoted field that does not end');
  const after = close + 1;
  const ends = after >= text.length || text[after] === delimiter || isBreak(text.charCodeAt(after));
  if (!ends) throw badQuote(source, after, 'text after the closing quote');
  return after;
}

function badQuote(source: Source, at: number, problem: string): Error {
  return runtimeError('E-CSV-QUOTE', { ...position(source, at), problem });
}

/** The text of the field that starts at `start`, without its quotes. */
export function fieldText(source: Source, start: number): string {
  const { text } = source;
  const end = fieldEnd(source, start);
  if (text.charCodeAt(start) !== quote) return text.slice(start, end);
  return text.slice(start + 1, end - 1).replaceAll('""', '"');
}

/** A place as editors count it: line and column from 1. */
export function position(
  { text, name }: Source,
  at: number,
): { readonly file: string; readonly line: number; readonly column: number } {
  let line = 1;
  let lineStart = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  for (let i = lineStart; i < at; i++) {
    const code = text.charCodeAt(i);
    if (!isBreak(code) || (code === carriageReturn && text.charCodeAt(i + 1) === lineFeed)) continue;
    line++;
    lineStart = i + 1;
  }
  return { file: printable(name), line, column: at - lineStart + 1 };
}

/** A list of offsets that grows by doubling. */
class Starts {
  length = 0;
  private offsets = new Uint32Array(1024);

  push(offset: number): void {
    if (this.length === this.offsets.length) {
      const larger = new Uint32Array(this.length * 2);
      larger.set(this.offsets);
      this.offsets = larger;
    }
    this.offsets[this.length++] = offset;
  }

  whole(): Uint32Array {
    return this.offsets.subarray(0, this.length);
  }
}
