/** Data checked against the inputs of a program, and laid out by rows. */
import { bindSizes } from './bind-sizes.ts';
import { checkValues } from './check-values.ts';
import type { InputInfo, Manifest } from './contract.ts';
import { runtimeError } from './errors.ts';
import type { Sizes } from './sizes.ts';
import { factors, productOf } from './sizes.ts';
import type { Data, NumberArray } from './tensors.ts';
import { toDense } from './tensors.ts';
import { printable, shapeText, suggestion } from './text.ts';

/** The values of one input. `width` values belong to a row; undefined where every batch reads all of them. */
export interface Column {
  readonly input: InputInfo;
  readonly data: NumberArray;
  readonly width: number | undefined;
}

/** Checked data: what batches are cut from. */
export interface Dataset {
  /** 1 where the data cannot be cut. */
  readonly rows: number;
  /** The symbol that counts rows; undefined where the data cannot be cut. */
  readonly symbol: string | undefined;
  readonly sizes: Sizes;
  readonly columns: readonly Column[];
}

export type Entry = 'step' | 'evaluate' | 'predict';

/** Reads what `entry` needs and checks names, shapes and values. `call` names the caller in errors. */
export function readDataset(manifest: Manifest, entry: Entry, data: Data, call: string): Dataset {
  const inputs = manifest.inputs.filter((input) => input.entries.includes(entry));
  checkNames(manifest, inputs, data, call);
  const given = inputs.map((input) => ({ input, dense: toDense(input.name, data[input.name]) }));
  const sizes = bindSizes(given);
  const symbol = rowSymbol(inputs);
  const rows = symbol === undefined ? 1 : (sizes.get(symbol) ?? 0);
  const columns = given.map(({ input, dense }): Column => {
    const cut = symbol !== undefined && productOf(input.shape).symbols.includes(symbol);
    return { input, data: dense.data, width: cut ? dense.data.length / rows : undefined };
  });
  if (rows === 0) throw runtimeError('E-DATA-EMPTY', { entry: printable(columns[0]?.input.name ?? call) });
  for (const column of columns) checkValues(column.input, column.data, column.width ?? column.data.length);
  return { rows, symbol, sizes, columns };
}

function checkNames(manifest: Manifest, needed: readonly InputInfo[], data: Data, call: string): void {
  const names = manifest.inputs.map((input) => input.name);
  for (const name of Object.keys(data)) {
    if (names.includes(name)) continue;
    throw runtimeError('E-DATA-UNKNOWN', {
      call,
      entry: printable(name),
      suggestion: suggestion(name, names),
    });
  }
  for (const input of needed) {
    if (Object.hasOwn(data, input.name)) continue;
    throw runtimeError('E-DATA-MISSING', {
      call,
      entry: printable(input.name),
      expected: `${input.dtype} ${shapeText(input.shape)}`,
    });
  }
}

/**
 * The symbol along which data for `inputs` can be cut: it leads the shapes that mention it, once, and occurs
 * nowhere else in them. Undefined where there is none, or where inputs lead with different symbols.
 */
export function rowSymbol(inputs: readonly InputInfo[]): string | undefined {
  const leading = inputs.map((input) => factors(input.shape[0] ?? 1).symbols);
  const alone = leading.filter((symbols) => symbols.length === 1);
  const [symbol, ...others] = new Set((alone.length > 0 ? alone : leading).flat());
  if (symbol === undefined || others.length > 0) return undefined;
  const isRow = (other: string): boolean => other === symbol;
  const cuts = inputs.every((input, i) => {
    const mentions = productOf(input.shape).symbols.filter(isRow).length;
    return mentions === 0 || (mentions === 1 && leading[i]?.some(isRow));
  });
  return cuts ? symbol : undefined;
}
