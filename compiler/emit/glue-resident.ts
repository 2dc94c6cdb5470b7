/**
 * How emitted modules train on data that live in their own memory: rows are copied to the batch's place inside one
 * buffer, step after step, without a call in between. Embedded, as `glue.ts` is.
 */
import type { Batch, InputInfo, Manifest, TensorArray } from '../../runtime/contract.ts';
import { checkRange, fault, numbersOf } from './glue-batch.ts';
import type { Entries } from './glue-types.ts';

/** One input of the data set: rows of `width` elements, and the place of a batch of them. */
interface Column {
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
  const earlier = known.get(size);
  const given = 'shape' in data ? data.shape[axis] : earlier;
  if (given === undefined) {
    const headline = `the length of ${JSON.stringify(input.name)} leaves ${size} open`;
    throw fault('E-BATCH-SHAPE', headline, 'Pass { data, shape } for it.');
  }
  if (earlier !== undefined && earlier !== given) {
    const headline = `${JSON.stringify(input.name)} has ${size} = ${given}`;
    throw fault('E-BATCH-SHAPE', headline, `It is ${earlier} in an input before.`);
  }
  known.set(size, given);
  return given;
}

/** Reads a data set: every input of the step, with equally many rows. */
export function readDataSet(manifest: Manifest, data: Batch, capacity: ReadonlyMap<string, number>): DataSet {
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
    const count = numbers.length / width;
    const expected = isRows ? rows : 1;
    if (!Number.isInteger(count) || count < 1 || (expected >= 0 && expected !== count)) {
      const headline = `${JSON.stringify(input.name)} has ${numbers.length} numbers`;
      throw fault('E-BATCH-LENGTH', headline, `Its shape is [${input.shape.join(', ')}]; rows must agree.`);
    }
    if (isRows) rows = count;
    checkRange(input, numbers);
    bytes += aligned(numbers.length * bytesOf(input));
    return { input, index: manifest.inputs.indexOf(input), data: numbers, width };
  });
  for (const [symbol, size] of sizes) checkSize(symbol, size, capacity.get(symbol) ?? 0);
  bytes += orderBytes(capacity.get(leading) ?? 0);
  return { symbol: leading, rows, columns, sizes, bytes };
}

function checkSize(symbol: string, size: number, capacity: number): void {
  if (size <= capacity) return;
  const headline = `${symbol} is ${size} in the data, capacity ${capacity}`;
  throw fault('E-BATCH-CAPACITY', headline, `Create the step with capacity: { ${symbol}: ${size} }.`);
}

/** The row numbers of one batch. */
const orderBytes = (rows: number): number => aligned(4 * rows);

/** Data in the module's memory, and their way into the batch. */
export class Resident {
  readonly rows: number;
  /** Inputs that are cut into rows, and those that every batch reads whole. */
  readonly #cut: Column[] = [];
  readonly #whole: Column[] = [];
  readonly #bytes: Uint8Array;
  readonly #gather: Entries['gather'];
  /** The row numbers of the present batch. */
  readonly #chosen: Int32Array;

  /** Copies `set` to `start`; `views` are the places of batches, by input, and `room` is the capacity for rows. */
  constructor(
    set: DataSet,
    buffer: ArrayBuffer,
    start: number,
    views: readonly TensorArray[],
    room: number,
    gather: Entries['gather'],
  ) {
    this.rows = set.rows;
    this.#bytes = new Uint8Array(buffer);
    this.#gather = gather;
    this.#chosen = new Int32Array(buffer, start, room);
    let at = start + orderBytes(room);
    for (const { input, index, data, width } of set.columns) {
      const batch = views[index] as TensorArray;
      const kind = batch.constructor as new (
        buffer: ArrayBuffer,
        start: number,
        length: number,
      ) => TensorArray;
      const rows = new kind(buffer, at, data.length);
      rows.set(data);
      (input.shape[0] === set.symbol ? this.#cut : this.#whole).push({ rows, batch, width });
      at += aligned(data.length * bytesOf(input));
    }
  }

  /** Puts in place what every batch reads whole: calls in between may have overwritten it. */
  begin(): void {
    for (const { rows, batch } of this.#whole) batch.set(rows);
  }

  /** Makes the `count` rows from `from` on the batch: in their own order, or those that `order` names there. */
  select(order: ArrayLike<number> | null, from: number, count: number): void {
    const inOrder = order === null || this.#choose(order, from, count);
    const first = order === null ? from : (this.#chosen[0] as number);
    for (const column of this.#cut) {
      if (inOrder) this.#copy(column, first, count);
      else this.#pick(column, count);
    }
  }

  /** Reads the rows of a batch; true where they follow each other, as in the data's own order. */
  #choose(order: ArrayLike<number>, from: number, count: number): boolean {
    const { rows } = this;
    const chosen = this.#chosen;
    const first = order[from] as number;
    let follow = true;
    for (let i = 0; i < count; i++) {
      const row = order[from + i] as number;
      if (!(row >= 0 && row < rows && Number.isInteger(row))) throw this.#badRow(from + i, row);
      chosen[i] = row;
      if (row !== first + i) follow = false;
    }
    return follow;
  }

  #copy({ rows, batch, width }: Column, first: number, count: number): void {
    const bytes = width * rows.BYTES_PER_ELEMENT;
    const start = rows.byteOffset + first * bytes;
    this.#bytes.copyWithin(batch.byteOffset, start, start + count * bytes);
  }

  #pick({ rows, batch, width }: Column, count: number): void {
    const bytes = width * rows.BYTES_PER_ELEMENT;
    if (this.#gather)
      return this.#gather(this.#chosen.byteOffset, count, rows.byteOffset, batch.byteOffset, bytes);
    for (let i = 0; i < count; i++) {
      const row = (this.#chosen[i] as number) * width;
      if (width > 32) batch.set(rows.subarray(row, row + width), i * width);
      else for (let j = 0; j < width; j++) batch[i * width + j] = rows[row + j] as number;
    }
  }

  #badRow(at: number, row: number): Error {
    return fault('E-ORDER', `order[${at}] is ${String(row)}`, `Rows are counted from 0 to ${this.rows - 1}.`);
  }
}
