/** CSV as RFC 4180 has it: a header line, quotes around fields that need them, CRLF or LF. */
import { runtimeError } from '../errors.ts';
import type { Requirement } from '../options.ts';
import { checkOption } from '../options.ts';
import { printable, quoted, suggestion } from '../text.ts';
import type { Source } from './csv-fields.ts';
import { fieldStarts, fieldText, position } from './csv-fields.ts';

export interface CsvOptions {
  /** What errors call the file; default `csv`. */
  readonly name?: string;
  /** One character, default `,`. */
  readonly delimiter?: string;
}

/** A table with named columns. Fields become numbers when a column is asked for. */
export interface Table {
  readonly header: readonly string[];
  /** Lines without the header. */
  readonly rows: number;
  /** A column as numbers. A field that is not a finite decimal number is an error that says where it stands. */
  column(name: string): Float64Array;
  /** Several columns as numbers; all without `names`. */
  columns(names?: readonly string[]): Float64Array[];
  /** A column as it is written, quotes removed. */
  text(name: string): string[];
}

const aDelimiter: Requirement = {
  expected: 'one character, no quote and no line break',
  holds: (value) => typeof value === 'string' && /^[^"\r\n]$/.test(value),
};

/**
 * Reads a table. Every line has as many fields as the header; blank lines at the end do not count. A byte order
 * mark is skipped.
 */
export function readTable(text: string, { name = 'csv', delimiter = ',' }: CsvOptions = {}): Table {
  checkOption('readTable', 'delimiter', delimiter, aDelimiter);
  const source: Source = { text, name, delimiter };
  const { starts, width } = fieldStarts(source);
  const header = Array.from({ length: width }, (_, i) => fieldText(source, starts[i] ?? 0));
  checkHeader(source, header, starts);
  const rows = starts.length / width - 1;
  const startsOf = (column: string): Uint32Array => {
    const at = header.indexOf(column);
    if (at < 0) throw missing(name, column, header);
    return Uint32Array.from({ length: rows }, (_, row) => starts[(row + 1) * width + at] ?? 0);
  };
  const column = (of: string): Float64Array =>
    Float64Array.from(startsOf(of), (start) => numberAt(source, start, of));
  return {
    header,
    rows,
    column,
    columns: (names = header) => names.map(column),
    text: (of) => Array.from(startsOf(of), (start) => fieldText(source, start)),
  };
}

function missing(file: string, name: string, header: readonly string[]): Error {
  return runtimeError('E-CSV-COLUMN', {
    file: printable(file),
    name: quoted(name),
    suggestion: suggestion(name, header),
  });
}

function checkHeader(source: Source, header: readonly string[], starts: Uint32Array): void {
  const seen = new Set<string>();
  header.forEach((name, i) => {
    if (seen.has(name)) {
      throw runtimeError('E-CSV-HEADER', { ...position(source, starts[i] ?? 0), name: quoted(name) });
    }
    seen.add(name);
  });
}

/** No finite number needs to be written longer. */
const longestNumber = 400;

function numberAt(source: Source, start: number, name: string): number {
  const text = fieldText(source, start);
  const value = text.length > longestNumber ? NaN : toNumber(text.trim());
  if (Number.isFinite(value)) return value;
  throw runtimeError('E-CSV-NUMBER', { ...position(source, start), found: quoted(text), name: quoted(name) });
}

function toNumber(text: string): number {
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : NaN;
}
