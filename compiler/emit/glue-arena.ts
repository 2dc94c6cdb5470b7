/** How emitted modules lay out their memory: the capacity, and where each region begins. Embedded, as `glue.ts` is. */
import type { Manifest } from '../../runtime/contract.ts';
import { fault, product } from './glue-batch.ts';
import type { Engine, Layout } from './glue-types.ts';

/** The largest value of each symbol. */
export function readCapacity(
  manifest: Manifest,
  given: Readonly<Record<string, number>>,
): Map<string, number> {
  for (const name of Object.keys(given)) {
    if (manifest.symbols.includes(name)) continue;
    const hint =
      manifest.symbols.length > 0
        ? `Its named sizes are ${manifest.symbols.join(', ')}.`
        : 'All its sizes are numbers: leave capacity out.';
    throw fault('E-CAPACITY', `the program has no size ${JSON.stringify(name)}`, hint);
  }
  return new Map(
    manifest.symbols.map((symbol) => {
      const size = given[symbol];
      if (size !== undefined && Number.isInteger(size) && size > 0) return [symbol, size];
      const headline = `capacity of ${symbol} is ${String(size)}`;
      throw fault(
        'E-CAPACITY',
        headline,
        `Pass a positive integer: create({ capacity: { ${symbol}: 64 } }).`,
      );
    }),
  );
}

/** The first byte and the unit of each region, and the bytes of all. */
export interface Arena {
  readonly bases: readonly number[];
  readonly units: readonly number[];
  readonly bytes: number;
}

/** Units are rounded up to 4, so that every tensor begins at a multiple of 16 bytes. */
export function arenaOf({ regions }: Layout, capacity: ReadonlyMap<string, number>): Arena {
  const units = regions.map(({ symbols }) =>
    symbols.length > 0 ? Math.ceil(product(1, symbols, capacity) / 4) * 4 : 1,
  );
  const bases: number[] = [];
  let top = 0;
  regions.forEach(({ bytes }, i) => {
    bases.push(top);
    top += Math.ceil((bytes * (units[i] ?? 1)) / 16) * 16;
  });
  return { bases, units, bytes: top };
}

/** Four gibibytes are the address space of 32-bit memories; a page of them is for what targets keep beside. */
const mostBytes = 4294901760;
const gibibytes = (bytes: number): string => `${(bytes / 1073741824).toFixed(2)} GiB`;

/** Memory for the arena, and behind it 16 bytes, which vector loads may read, and `dataBytes` of resident data. */
export function allocate(
  engine: Engine,
  capacity: ReadonlyMap<string, number>,
  arena: Arena,
  dataBytes: number,
): ReturnType<Engine['allocate']> {
  const bytes = arena.bytes + 16 + dataBytes;
  const chosen = Array.from(capacity, ([symbol, size]) => `${symbol}: ${size}`).join(', ');
  const data = dataBytes > 0 ? `, ${gibibytes(dataBytes)} of it for resident data` : '';
  const headline = `the step needs ${gibibytes(bytes)} of memory${data}`;
  const hint = `Choose a smaller capacity than { ${chosen} }, or smaller batches.`;
  const refusal = (limit: string): Error =>
    fault('E-MEMORY', `${headline}; ${limit}`, chosen === '' ? 'Choose smaller tensors.' : hint);
  if (bytes > mostBytes) throw refusal('there are at most 4 GiB');
  try {
    return engine.allocate(bytes);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw refusal('the engine has not as much');
  }
}
