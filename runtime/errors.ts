/** The errors of the runtime: one catalogue of codes, one class. */
import { escaped } from './text.ts';

/** What each code says. `{name}` marks what is filled in; `hint` is the way out. */
export const catalogue = {
  'E-MODULE': {
    says: 'fit: the first argument is not a module of format 1 (its format is {found})',
    hint: 'Pass what compile(program) returns, or an emitted module: import * as module from "./step.mjs".',
  },
  'E-OPTION-UNKNOWN': { says: '{call}: there is no option {option}', hint: '{suggestion}' },
  'E-OPTION-VALUE': { says: '{call}: {option} is {found}', hint: '{option} must be {expected}.' },

  'E-DATA-MISSING': {
    says: '{call}: the program reads {entry}, and the data have no such entry',
    hint: 'Add {entry}: {expected}.',
  },
  'E-DATA-UNKNOWN': { says: '{call}: the program has no input named {entry}', hint: '{suggestion}' },
  'E-DATA-TYPE': {
    says: '{entry}: {place} is {found}, not a number',
    hint: 'Give a typed array, an array of numbers, nested arrays, or an object with data and shape.',
  },
  'E-DATA-RAGGED': {
    says: '{entry}: the nested arrays are ragged at {place}',
    hint: 'Expected {expected}, found {found}. All rows must have one length.',
  },
  'E-DATA-LENGTH': {
    says: '{entry}: {length} values do not fill the shape {shape}',
    hint: 'The number of values must be {expected}.',
  },
  'E-DATA-SHAPE': {
    says: '{entry}: the shape {found} does not fit {shape}',
    hint: 'Where the values are in row-major order and only the shape differs, pass the flat array alone.',
  },
  'E-DATA-OPEN': {
    says: '{entry}: {length} values leave {symbols} open',
    hint: 'Give nested arrays, or an object with data and shape.',
  },
  'E-DATA-ROWS': {
    says: '{entry}: {symbol} is {found} here and {expected} in {other}',
    hint: 'Entries that share a size must agree on it.',
  },
  'E-DATA-EMPTY': { says: '{entry}: there are no rows', hint: 'Training and evaluation need at least one.' },
  'E-DATA-FINITE': {
    says: '{entry}: row {row}, value {column} is {found}',
    hint: 'Values of a {dtype} input must be finite. Drop or fill such rows first.',
  },
  'E-DATA-INTEGER': {
    says: '{entry}: row {row}, value {column} is {found}',
    hint: 'Values of a {dtype} input must be {expected}.',
  },
  'E-DATA-RANGE': {
    says: '{entry}: row {row}, value {column} is {found}',
    hint: 'Labels of this input are the integers {low} to {high}.',
  },
  'E-DATA-CAPACITY': {
    says: '{entry}: {symbol} is {found}, more than the capacity {capacity} of this step',
    hint: 'Create the step with a capacity of {found} for {symbol}.',
  },
  'E-DATA-SINGLE': {
    says: 'fit: {batch} has {size} = 1, and batch statistics need more than one value per channel',
    hint: 'Choose another batchSize, or dropLast: true where it is the last batch that is so small.',
  },
  'E-DATA-WHOLE': {
    says: '{call}: batchSize is given, but the data cannot be cut into batches',
    hint: "Inputs that are cut share one leading symbol, as in input('x', ['N', 10]), and have it nowhere else.",
  },
  'E-DATA-COLUMNS': {
    says: 'standardize: there are {found}',
    hint: 'There must be {expected}.',
  },
  'E-ORDER': {
    says: 'shuffle: the order of epoch {epoch} has {found}',
    hint: 'It must hold {rows} row numbers from 0 to {last}.',
  },

  'E-PARAMETER-UNKNOWN': { says: 'there is no parameter named {name}', hint: '{suggestion}' },
  'E-PARAMETER-LENGTH': {
    says: 'parameter {name} has {found} values',
    hint: 'Its shape {shape} needs {expected}.',
  },
  'E-HYPER-UNKNOWN': { says: 'there is no hyper-parameter named {name}', hint: '{suggestion}' },
  'E-HYPER-VALUE': { says: 'hyper-parameter {name} is {found}', hint: 'It must be a number.' },
  'E-DIVERGED': {
    says: 'the loss is {loss} at epoch {epoch}, batch {batch} of {batches}',
    hint: 'Nothing of that step was kept. Try a smaller learning rate, clipped gradients or standardized data.',
  },
  'E-PREDICT-WHOLE': {
    says: 'predict: the output {output} of shape {shape} has no value per row',
    hint: 'It can be had for one batch alone: at most {capacity} rows.',
  },

  'E-CSV-EMPTY': { says: '{file}: there is no header line', hint: 'The first line names the columns.' },
  'E-CSV-HEADER': { says: '{file}:{line}:{column}: two columns are named {name}', hint: 'Rename one.' },
  'E-CSV-RAGGED': {
    says: '{file}:{line}: {found} fields, and the header has {expected}',
    hint: 'Every line must have as many fields as the header; a comma inside a field needs quotes.',
  },
  'E-CSV-QUOTE': {
    says: '{file}:{line}:{column}: {problem}',
    hint: 'A quoted field starts and ends with a quote; a quote inside it is written twice.',
  },
  'E-CSV-NUMBER': {
    says: '{file}:{line}:{column}: {found} in column {name} is not a number',
    hint: 'Drop or fill such rows, or read the column as text.',
  },
  'E-CSV-COLUMN': { says: '{file}: there is no column {name}', hint: '{suggestion}' },
  'E-FILE-DAMAGED': { says: '{file}: {problem} at byte {offset}', hint: 'Expected {expected}.' },
  'E-FILE-LIMIT': {
    says: '{file}: {what} is {found}, more than the limit {limit}',
    hint: 'If the file is to be trusted, raise the option {option}.',
  },
  'E-FILE-DTYPE': { says: '{file}: elements are {found}', hint: 'Elements that can be read are {expected}.' },
  'E-FILE-RANGE': {
    says: '{file}: element {index} is {found}',
    hint: '64-bit integers are read as int32; they must lie between -2147483648 and 2147483647.',
  },
  'E-FILE-GZIP': { says: '{file}: the gzip data are damaged: {problem}', hint: 'Fetch the file again.' },
  'E-FILE-READ': {
    says: '{file}: the file cannot be read: {problem}',
    hint: 'Check its path and permissions.',
  },
  'E-FILE-WRITE': {
    says: '{file}: the file cannot be written: {problem}',
    hint: 'What was there before is untouched.',
  },
  'E-FILE-NAME': { says: 'two tensors of a file are named {name}', hint: 'Names must differ.' },

  'E-CHECKPOINT-DAMAGED': {
    says: '{file}: the checkpoint is damaged: {problem}',
    hint: 'It was left alone. Delete it to start over.',
  },
  'E-CHECKPOINT-PROGRAM': {
    says: '{file}: the checkpoint belongs to another program',
    hint: 'Its fingerprint is {found}, this program has {expected}. Use another folder, or the old program.',
  },
  'E-CHECKPOINT-RUN': {
    says: '{file}: the checkpoint was written with {option} {found}, and this run has {expected}',
    hint: 'Resume with the same {option}, or start in another folder.',
  },
  'E-CHECKPOINT-LOCKED': {
    says: '{file}: another process ({owner}) writes checkpoints there',
    hint: 'Wait for it, or use another folder. If that process is gone for sure, delete the file.',
  },
  'E-CHECKPOINT-STORE': {
    says: '{file}: checkpoints cannot be kept there: {problem}',
    hint: 'The last one that was written is untouched.',
  },
} as const;

export type ErrorCode = keyof typeof catalogue;

type Placeholders<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;

/** What the message of a code needs to know. */
export type ErrorValues<Code extends ErrorCode> = Readonly<
  Record<Placeholders<(typeof catalogue)[Code]['says'] | (typeof catalogue)[Code]['hint']>, string | number>
>;

/**
 * An error with a stable `code`. Its message reads: code and headline; the details, a line each; the way out.
 * Text from files and users appears in it escaped and cut.
 */
export class AdjointRuntimeError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'AdjointRuntimeError';
    this.code = code;
  }
}

/** The whole text of an error: `code`, what it says with `values` filled in, `details`, and its hint. */
export function errorText<Code extends ErrorCode>(
  code: Code,
  values: ErrorValues<Code>,
  details: readonly string[] = [],
): string {
  const { says, hint } = catalogue[code];
  const known = new Map<string, string | number>(Object.entries(values));
  const lines = [`${code}  ${fill(says, known)}`, ...details.map((line) => `  ${escaped(line, 400)}`)];
  const advice = fill(hint, known).trim();
  return (advice === '' ? lines : [...lines, `  ${advice}`]).join('\n');
}

/** An error of the catalogue, to be thrown. */
export function runtimeError<Code extends ErrorCode>(
  code: Code,
  values: ErrorValues<Code>,
  options: { readonly details?: readonly string[]; readonly cause?: unknown } = {},
): AdjointRuntimeError {
  return new AdjointRuntimeError(code, errorText(code, values, options.details), options.cause);
}

function fill(template: string, values: ReadonlyMap<string, string | number>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => escaped(String(values.get(name) ?? ''), 400));
}
