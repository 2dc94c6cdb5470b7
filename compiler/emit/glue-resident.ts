/**
 * How emitted modules train on data that live in their own memory: rows are copied to the batch's place inside one
 * buffer, step after step, without a call in between. Embedded, as `glue.ts` is.
 */
import type { Batch, InputInfo, Manifest, TensorArray } from '../../runtime/contract.ts';
import { checkRange, fault, numbersOf } from './glue-batch.ts';

/** One input of the data set: rows of `width` elements. */
interface Column {
  readonly input: InputInfo;
  readonly rows: TensorArray;
  readonly batch: TensorArray;
  readonly width: number;
}

/** An input of the data set before it has memory. */
export interface Stored {
  readonly input: InputInfo;
  readonly index: number;
  readonly data: ArrayLike<number>;
  readonly width: number;
}

/** The data set as it was passed: which size counts its rows, and how much memory it takes. */
export interface DataSet {
  readonly symbol: string;
  readonly rows: number;
  readonly columns: readonly Stored[];
  /** Sizes besides the rows, by symbol. */
  readonly sizes: ReadonlyMap<string, number>;
  readonly bytes: number;
}

const bytesOf = (input: InputInfo): number => (input.dtype === 'float64' ? 8 : 4);
const aligned = (bytes: number): number => Math.ceil(bytes / 16) * 16;

/** The size of an axis, by its text. */
function sizeOfAxis(input: InputInfo, axis: number, data: Batch[string], known: Map<string, number>): number {
  const size = input.shape[axis] as number | string;
  if (typeof size === 'number') return size;
  const given = 'shape' in data ? data.shape[axis] : known.get(size);
  if (given === undefined) {
    const headline = `the length of ${JSON.stringify(input.name)} leaves ${size} open`;
    throw fault('E-BATCH-SHAPE', headline, 'Pass { data, shape } for it.');
  }
  known.set(size, given);
  return given;
}

/** Reads a data set: every input of the step, with equally many rows. */
export function readDataSet(manifest: Manifest, data: Batch): DataSet {
  const inputs = manifest.inputs.filter(({ entries }) => entries.includes('step'));
  const leading = inputs.find(({ shape }) => typeof shape[0] === 'string')?.shape[0];
  if (typeof leading !== 'string') {
    throw fault(
      'E-DATA',
      'no input has a named first size',
      'Declare one as ["N", ...] to train on resident data.',
    );
  }
  const sizes = new Map<string, number>();
  let rows = -1;
  let bytes = 0;
  const columns = inputs.map((input): Stored => {
    const entry = Object.hasOwn(data, input.name) ? data[input.name] : undefined;
    if (!entry)
      throw fault('E-BATCH-MISSING', `the data have no ${JSON.stringify(input.name)}`, 'Pass its numbers.');
    const numbers = numbersOf(entry);
    const isRows = input.shape[0] === leading;
    let width = 1;
    for (let axis = isRows ? 1 : 0; axis < input.shape.length; axis++)
      width *= sizeOfAxis(input, axis, entry, sizes);
    const count = isRows ? numbers.length / width : 1;
    if (!Number.isInteger(count) || count < 1 || (isRows && rows >= 0 && rows !== count)) {
      const headline = `${JSON.stringify(input.name)} has ${numbers.length} numbers`;
      throw fault('E-BATCH-LENGTH', headline, `Its shape is [${input.shape.join(', ')}]; rows must agree.`);
    }
    if (isRows) rows = count;
    checkRange(input, numbers);
    bytes += aligned(numbers.length * bytesOf(input));
    return { input, index: manifest.inputs.indexOf(input), data: numbers, width };
  });
  return { symbol: leading, rows, columns, sizes, bytes };
}

/** Data in the module's memory, and their way into the batch. */
export class Resident {
  readonly rows: number;
  readonly #columns: readonly Column[];
  readonly #bytes: Uint8Array;

  /** Copies `set` to `start`; `views` are the places of batches, by input. */
  constructor(set: DataSet, buffer: ArrayBuffer, start: number, views: readonly TensorArray[]) {
    this.rows = set.rows;
    this.#bytes = new Uint8Array(buffer);
    const columns: Column[] = [];
    let at = start;
    for (const { input, index, data, width } of set.columns) {
      const batch = views[index] as TensorArray;
      if (input.shape[0] !== set.symbol) {
        batch.set(data);
        continue;
      }
      const kind = batch.constructor as new (
        buffer: ArrayBuffer,
        start: number,
        length: number,
      ) => TensorArray;
      const rows = new kind(buffer, at, data.length);
      rows.set(data);
      columns.push({ input, rows, batch, width });
      at += aligned(data.length * bytesOf(input));
    }
    this.#columns = columns;
  }

  /** Makes the `count` rows from `from` on the batch: in their own order, or those that `order` names there. */
  select(order: ArrayLike<number> | null, from: number, count: number): void {
    for (const { rows, batch, width } of this.#columns) {
      const row = width * rows.BYTES_PER_ELEMENT;
      if (!order) {
        const start = rows.byteOffset + from * row;
        this.#bytes.copyWithin(batch.byteOffset, start, start + count * row);
        continue;
      }
      for (let i = 0; i < count; i++) {
        const chosen = this.#checked(order, from + i);
        if (width <= 32)
          for (let j = 0; j < width; j++) batch[i * width + j] = rows[chosen * width + j] as number;
        else
          this.#bytes.copyWithin(
            batch.byteOffset + i * row,
            rows.byteOffset + chosen * row,
            rows.byteOffset + (chosen + 1) * row,
          );
      }
    }
  }

  #checked(order: ArrayLike<number>, at: number): number {
    const row = order[at] as number;
    if (Number.isInteger(row) && row >= 0 && row < this.rows) return row;
    throw fault('E-ORDER', `order[${at}] is ${String(row)}`, `Rows are counted from 0 to ${this.rows - 1}.`);
  }
}
