/**
 * How emitted modules take a batch: its sizes are found from the lengths of its entries, its values are checked and
 * copied in. Embedded, as `glue.ts` is.
 */
import type { Batch, BatchEntry, InputInfo, Manifest, TensorArray } from '../../runtime/contract.ts';

/** An error that a caller of the module can act on. */
export function fault(code: string, headline: string, hint: string): Error {
  return Object.assign(new Error(`${code}  ${headline}\n  ${hint}`), { code });
}

export function product(
  coefficient: number,
  symbols: readonly string[],
  sizes: ReadonlyMap<string, number>,
): number {
  return symbols.reduce((total, symbol) => total * (sizes.get(symbol) ?? Number.NaN), coefficient);
}

/** Elements of an input: a coefficient and the symbols multiplied to it. */
interface Extent {
  readonly coefficient: number;
  readonly symbols: readonly string[];
}

/** Sizes of one call, found from the lengths of its entries. */
export class Binder {
  readonly sizes: number[];
  readonly #manifest: Manifest;
  readonly #capacity: readonly number[];
  /** Symbols of which one at least must be more than 1 in a step. */
  readonly #several: readonly (readonly number[])[];
  readonly #factors: readonly { readonly coefficient: number; readonly symbols: readonly number[] }[];

  constructor(manifest: Manifest, inputs: readonly Extent[], capacity: ReadonlyMap<string, number>) {
    this.#manifest = manifest;
    this.sizes = manifest.symbols.map(() => 0);
    this.#capacity = manifest.symbols.map((symbol) => capacity.get(symbol) ?? 0);
    this.#several = (manifest.several ?? []).map((size) =>
      String(size)
        .split('*')
        .map((symbol) => manifest.symbols.indexOf(symbol)),
    );
    this.#factors = inputs.map(({ coefficient, symbols }) => ({
      coefficient,
      symbols: symbols.map((symbol) => manifest.symbols.indexOf(symbol)),
    }));
  }

  reset(): void {
    this.sizes.fill(0);
  }

  /** Throws where the sizes are too small to train with. */
  checkSeveral(): void {
    for (let i = 0; i < this.#several.length; i++) {
      if (this.#several[i]?.some((symbol) => this.sizes[symbol] !== 1)) continue;
      const headline = `${String(this.#manifest.several?.[i])} is 1, and batch statistics need more than one value`;
      const hint = 'Pass more rows. In fit, dropLast: true leaves out a last batch that is smaller.';
      throw fault('E-BATCH-SINGLE', headline, hint);
    }
  }

  /** Sets one size, for batches that are chosen inside. */
  set(symbol: string, size: number): void {
    this.sizes[this.#manifest.symbols.indexOf(symbol)] = size;
  }

  /** Takes the sizes that entry `i` of `length` elements tells; true where a symbol is still open. */
  take(i: number, entry: BatchEntry, length: number): boolean {
    const input = this.#manifest.inputs[i];
    const factor = this.#factors[i];
    if (!input || !factor) return false;
    if ('shape' in entry) this.#takeShape(input, entry.shape);
    let known = factor.coefficient;
    let open = -1;
    let openCount = 0;
    for (const symbol of factor.symbols) {
      const size = this.sizes[symbol] ?? 0;
      if (size === 0) {
        open = symbol;
        openCount++;
      } else known *= size;
    }
    if (openCount > 1) return true;
    if (openCount === 1) this.#bind(open, length / known, input, length);
    else if (known !== length) throw this.#wrongLength(input, length);
    return false;
  }

  #takeShape(input: InputInfo, shape: readonly number[]): void {
    if (shape.length !== input.shape.length) throw this.#wrongShape(input, shape);
    for (let axis = 0; axis < shape.length; axis++) {
      const declared = input.shape[axis];
      const size = shape[axis] ?? 0;
      if (typeof declared === 'number' && declared !== size) throw this.#wrongShape(input, shape);
      const symbol = this.#manifest.symbols.indexOf(String(declared));
      if (symbol >= 0) this.#bind(symbol, size, input, size);
    }
  }

  #bind(symbol: number, size: number, input: InputInfo, length: number): void {
    const name = this.#manifest.symbols[symbol];
    const capacity = this.#capacity[symbol] ?? 0;
    const earlier = this.sizes[symbol] ?? 0;
    if (!Number.isInteger(size) || (earlier > 0 && earlier !== size)) throw this.#wrongLength(input, length);
    if (size === 0)
      throw fault('E-BATCH-EMPTY', `${JSON.stringify(input.name)} is empty`, 'Pass at least one row.');
    if (size > capacity) {
      const hint = `Pass fewer, or create the step with capacity: { ${name}: ${size} }; fit, evaluate and predict of adjoint/runtime cut data into batches.`;
      throw fault(
        'E-BATCH-CAPACITY',
        `${name} is ${size} in ${JSON.stringify(input.name)}, capacity ${capacity}`,
        hint,
      );
    }
    this.sizes[symbol] = size;
  }

  #bound(): string {
    const known = this.#manifest.symbols.map((symbol, i) => `${symbol} = ${this.sizes[i] || '?'}`);
    return known.length > 0 ? ` with ${known.join(', ')}` : '';
  }

  #wrongLength(input: InputInfo, length: number): Error {
    const headline = `${JSON.stringify(input.name)} has ${length} numbers`;
    const hint = `Its shape is [${input.shape.join(', ')}]${this.#bound()}, in row-major order.`;
    return fault('E-BATCH-LENGTH', headline, hint);
  }

  #wrongShape(input: InputInfo, shape: readonly number[]): Error {
    const headline = `${JSON.stringify(input.name)} has shape [${shape.join(', ')}]`;
    return fault('E-BATCH-SHAPE', headline, `It is declared as [${input.shape.join(', ')}].`);
  }
}

export function numbersOf(entry: BatchEntry): ArrayLike<number> {
  return 'shape' in entry ? entry.data : entry;
}

/** Throws where an index or label is out of its range, or not whole. */
export function checkRange(input: InputInfo, data: ArrayLike<number>): void {
  if (!input.range) return;
  const low = input.range[0];
  const high = input.range[1];
  for (let i = 0; i < data.length; i++) {
    const value = data[i] ?? Number.NaN;
    if (value >= low && value < high && Number.isInteger(value)) continue;
    if (input.except?.includes(value)) continue;
    const headline = `${JSON.stringify(input.name)}[${i}] is ${value}`;
    throw fault('E-DATA-RANGE', headline, `Its values are whole numbers from ${low} to ${high - 1}.`);
  }
}

/** Copies batches into the arena. Makes no garbage. */
export class Reader {
  readonly #manifest: Manifest;
  readonly #views: readonly TensorArray[];
  readonly #binder: Binder;

  constructor(manifest: Manifest, views: readonly TensorArray[], binder: Binder) {
    this.#manifest = manifest;
    this.#views = views;
    this.#binder = binder;
  }

  read(batch: Batch, entry: 'step' | 'evaluate' | 'predict'): void {
    const { inputs } = this.#manifest;
    this.#checkNames(batch);
    this.#binder.reset();
    let open = false;
    for (let i = 0; i < inputs.length; i++) open = this.#take(i, batch, entry) || open;
    if (open) this.#takeAgain(batch, entry);
    for (let i = 0; i < inputs.length; i++) {
      const input = inputs[i];
      const view = this.#views[i];
      if (!input || !view || !input.entries.includes(entry)) continue;
      const data = numbersOf(batch[input.name] as BatchEntry);
      checkRange(input, data);
      view.set(data);
    }
  }

  #take(i: number, batch: Batch, entry: 'step' | 'evaluate' | 'predict'): boolean {
    const input = this.#manifest.inputs[i];
    if (!input || !input.entries.includes(entry)) return false;
    const given = Object.hasOwn(batch, input.name) ? batch[input.name] : undefined;
    if (given === undefined || given === null) {
      const headline = `the batch has no ${JSON.stringify(input.name)}`;
      throw fault('E-BATCH-MISSING', headline, `Pass its numbers, shape [${input.shape.join(', ')}].`);
    }
    return this.#binder.take(i, given, numbersOf(given).length);
  }

  /** Entries with several open sizes may be settled by the others. */
  #takeAgain(batch: Batch, entry: 'step' | 'evaluate' | 'predict'): void {
    const { inputs } = this.#manifest;
    for (let i = 0; i < inputs.length; i++) {
      if (!this.#take(i, batch, entry)) continue;
      const name = JSON.stringify(inputs[i]?.name);
      throw fault(
        'E-BATCH-SHAPE',
        `the length of ${name} leaves its sizes open`,
        'Pass { data, shape } for it.',
      );
    }
  }

  #checkNames(batch: Batch): void {
    for (const name in batch) {
      if (this.#manifest.inputs.some((input) => input.name === name)) continue;
      const known = this.#manifest.inputs.map((input) => input.name).join(', ');
      throw fault(
        'E-BATCH-UNKNOWN',
        `the program has no input ${JSON.stringify(name)}`,
        `Its inputs are ${known}.`,
      );
    }
  }
}
