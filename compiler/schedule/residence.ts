/** How much scratch is occupied while calls run in some order. Named sizes count as one usual number each. */
import { bytesPerElement } from '../../src/dtype.ts';
import type { Buffer } from '../../src/kernel/language.ts';
import { storage } from '../../src/kernel/language.ts';
import { factors } from '../../src/size.ts';
import type { Call } from './call.ts';

/** What a named size is taken for where amounts of memory are compared: capacities are not known yet. */
const usual = 32;

/** Bytes of a buffer at the usual sizes. */
export function usualBytes({ size, dtype }: Buffer): number {
  const { coefficient, symbols } = factors(size);
  return coefficient * usual ** symbols.length * bytesPerElement[dtype];
}

/** Scratch is taken by the call that writes it first, and given back by the last one that uses it. */
export class Residence {
  readonly #scratch: ReadonlySet<Buffer>;
  /** Calls that are still to run, by the scratch that they use. */
  readonly #users = new Map<Buffer, Set<Call>>();
  readonly #taken = new Set<Buffer>();

  constructor(calls: readonly Call[], scratch: ReadonlySet<Buffer>) {
    this.#scratch = scratch;
    for (const call of calls) {
      for (const buffer of this.#used(call)) {
        const users = this.#users.get(buffer) ?? new Set();
        this.#users.set(buffer, users.add(call));
      }
    }
  }

  #used({ inputs, outputs }: Call): Buffer[] {
    return [...new Set([...inputs, ...outputs].map(storage))].filter((buffer) => this.#scratch.has(buffer));
  }

  /** Bytes that `call` takes while it runs. */
  taken(call: Call): number {
    const fresh = this.#used(call).filter((buffer) => !this.#taken.has(buffer));
    return fresh.reduce((total, buffer) => total + usualBytes(buffer), 0);
  }

  /** Bytes that are occupied after `call`, less those before it. */
  growth(call: Call): number {
    const freed = this.#used(call).filter((buffer) => this.#users.get(buffer)?.size === 1);
    return this.taken(call) - freed.reduce((total, buffer) => total + usualBytes(buffer), 0);
  }

  /** Notes that `call` has run; the calls that now are the last users of something. */
  run(call: Call): Call[] {
    return this.#used(call).flatMap((buffer) => {
      this.#taken.add(buffer);
      const users = this.#users.get(buffer);
      users?.delete(call);
      return users?.size === 1 ? [...users] : [];
    });
  }
}

/** The most bytes that are occupied at once. */
export function peakOf(calls: readonly Call[], scratch: ReadonlySet<Buffer>): number {
  const residence = new Residence(calls, scratch);
  let [occupied, peak] = [0, 0];
  for (const call of calls) {
    peak = Math.max(peak, occupied + residence.taken(call));
    occupied += residence.growth(call);
    residence.run(call);
  }
  return peak;
}
