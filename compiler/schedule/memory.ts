/**
 * The memory plan: one arena with a fixed part and one region for each product of symbols. Offsets are bytes in
 * the fixed part, and bytes per unit of the product elsewhere; bases are computed when a step is created.
 */
import { bytesPerElement } from '../../src/dtype.ts';
import { must } from '../../src/errors.ts';
import { storage } from '../../src/kernel/language.ts';
import type { Buffer } from '../../src/kernel/language.ts';
import { factors } from '../../src/size.ts';
import type { Call, Entry } from './call.ts';
import { entryScratch, kernelCalls } from './call.ts';

/** Where a buffer lies. `region` 0 is the fixed part. */
export interface Location {
  readonly region: number;
  readonly offset: number;
}

export interface Region {
  readonly symbols: readonly string[];
  /** Bytes per unit of the product of `symbols`. */
  readonly bytes: number;
}

export interface MemoryPlan {
  readonly regions: readonly Region[];
  readonly locations: ReadonlyMap<Buffer, Location>;
  /** Bytes per unit of each region if nothing shared memory. */
  readonly unplanned: readonly number[];
}

const alignment = 16;
/** In a region that grows with a symbol, capacities are rounded up to 4, so that offsets of 4 bytes stay aligned. */
const align = (bytes: number, region: number): number => {
  const unit = region === 0 ? alignment : 4;
  return Math.ceil(bytes / unit) * unit;
};

interface Lifetime {
  readonly first: number;
  readonly last: number;
}

/** First write and last read of every scratch buffer, by position in the entry. */
function lifetimes(entry: Entry): Map<Buffer, Lifetime> {
  const result = new Map<Buffer, Lifetime>();
  const local = new Set(entryScratch(entry));
  const extend = (buffer: Buffer, first: number, last: number): void => {
    const earlier = result.get(buffer);
    result.set(buffer, {
      first: Math.min(earlier?.first ?? first, first),
      last: Math.max(earlier?.last ?? last, last),
    });
  };
  let position = 0;
  const visit = (call: Call): void => {
    if (call.kind === 'kernel') {
      for (const buffer of [...call.inputs, ...call.outputs].map(storage)) extend(buffer, position, position);
      position++;
      return;
    }
    const start = position;
    [...call.prologue, ...call.body].forEach(visit);
    // What an iteration leaves for the next, or takes from outside, lives as long as the loop.
    const iteration = new Set(call.scratch);
    const carried = new Set(call.prologue.flatMap(({ outputs }) => outputs));
    for (const buffer of new Set(
      kernelCalls([call]).flatMap(({ inputs, outputs }) => [...inputs, ...outputs].map(storage)),
    )) {
      if (local.has(buffer) && (!iteration.has(buffer) || carried.has(buffer)))
        extend(buffer, start, position - 1);
    }
  };
  [...entry.before, ...entry.after].forEach(visit);
  return result;
}

class Regions {
  readonly symbols: string[][] = [[]];
  readonly tops: number[] = [0];
  readonly unplanned: number[] = [0];

  of(buffer: Buffer): number {
    const { symbols } = factors(buffer.size);
    const known = this.symbols.findIndex((own) => own.join('*') === symbols.join('*'));
    if (known >= 0) return known;
    this.symbols.push([...symbols]);
    this.tops.push(0);
    this.unplanned.push(0);
    return this.symbols.length - 1;
  }

  /** Bytes of a buffer per unit of its region. */
  bytes(buffer: Buffer): number {
    const region = this.of(buffer);
    return align(factors(buffer.size).coefficient * bytesPerElement[buffer.dtype], region);
  }
}

/**
 * Plans `persistent` buffers one after the other (blocks of buffers stay contiguous and unpadded), and the scratch
 * of each entry above them by lifetime: entries never run at the same time.
 */
export function planMemory(
  persistent: readonly (readonly Buffer[])[],
  entries: readonly Entry[],
): MemoryPlan {
  const regions = new Regions();
  const locations = new Map<Buffer, Location>();
  for (const contiguous of persistent) placeBlock(contiguous, regions, locations);
  const base = [...regions.tops];
  for (const entry of entries) {
    const placed: { buffer: Buffer; region: number; offset: number; bytes: number; life: Lifetime }[] = [];
    const lives = lifetimes(entry);
    const bySize = entryScratch(entry).sort((a, b) => regions.bytes(b) - regions.bytes(a));
    for (const buffer of bySize) {
      const life = must(lives.get(buffer), `lifetime of ${buffer.name}`);
      const region = regions.of(buffer);
      const bytes = regions.bytes(buffer);
      const clashes = placed.filter(
        (other) => other.region === region && other.life.first <= life.last && life.first <= other.life.last,
      );
      const offset = lowestGap(clashes, bytes, base[region] ?? 0);
      placed.push({ buffer, region, offset, bytes, life });
      locations.set(buffer, { region, offset });
      regions.tops[region] = Math.max(regions.tops[region] ?? 0, offset + bytes);
      regions.unplanned[region] = (regions.unplanned[region] ?? 0) + bytes;
    }
  }
  return {
    regions: regions.symbols.map((symbols, i) => ({ symbols, bytes: regions.tops[i] ?? 0 })),
    locations,
    unplanned: regions.unplanned,
  };
}

function placeBlock(block: readonly Buffer[], regions: Regions, locations: Map<Buffer, Location>): void {
  for (const buffer of block) {
    const region = regions.of(buffer);
    const offset = regions.tops[region] ?? 0;
    const exact = factors(buffer.size).coefficient * bytesPerElement[buffer.dtype];
    locations.set(buffer, { region, offset });
    regions.tops[region] = offset + (block.length > 1 ? exact : regions.bytes(buffer));
    regions.unplanned[region] = (regions.unplanned[region] ?? 0) + exact;
  }
  const region = block[0] ? regions.of(block[0]) : 0;
  regions.tops[region] = align(regions.tops[region] ?? 0, region);
}

/** The lowest offset from `base` where `bytes` fit beside what lives at the same time. */
function lowestGap(
  clashes: readonly { offset: number; bytes: number }[],
  bytes: number,
  base: number,
): number {
  let offset = base;
  for (const other of [...clashes].sort((a, b) => a.offset - b.offset)) {
    if (other.offset - offset >= bytes) break;
    offset = Math.max(offset, other.offset + other.bytes);
  }
  return offset;
}
