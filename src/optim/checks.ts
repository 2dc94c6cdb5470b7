/** Checks of hyper-parameters when an optimizer is declared, and how options become rates. */
import { AdjointError } from '../errors.ts';
import type { Rate } from './optimizer.ts';
import { baseOfRate } from './rate.ts';

/** Throws E-OPTIMIZER, naming the optimizer, the hyper-parameter and its range, unless the rate's base `holds`. */
export function checkRate(
  optimizer: string,
  name: string,
  rate: Rate,
  holds: (value: number) => boolean,
  range: string,
): void {
  if (typeof rate !== 'number' && rate.base === null) {
    const headline = `${optimizer}: ${name}: the schedule ${rate.name} has no base`;
    throw new AdjointError('E-OPTIMIZER', headline, [], 'Give it { base: ... }.');
  }
  const value = baseOfRate(rate);
  if (holds(value)) return;
  throw new AdjointError('E-OPTIMIZER', `${optimizer}: ${name} is ${value}`, [], `${name} lies in ${range}.`);
}

function checkEach(
  optimizer: string,
  rates: Readonly<Record<string, Rate>>,
  holds: (value: number) => boolean,
  range: string,
): void {
  for (const [name, rate] of Object.entries(rates)) checkRate(optimizer, name, rate, holds, range);
}

export function checkNonNegative(optimizer: string, rates: Readonly<Record<string, Rate>>): void {
  checkEach(optimizer, rates, (value) => value >= 0 && value < Infinity, '[0, Infinity)');
}

export function checkPositive(optimizer: string, rates: Readonly<Record<string, Rate>>): void {
  checkEach(optimizer, rates, (value) => value > 0, '(0, Infinity]');
}

/** Throws unless each value lies in [0, 1): a decay rate. */
export function checkDecay(optimizer: string, rates: Readonly<Record<string, Rate>>): void {
  checkEach(optimizer, rates, (value) => value >= 0 && value < 1, '[0, 1)');
}

/** Throws unless each value is a whole number from 1. */
export function checkCount(optimizer: string, values: Readonly<Record<string, number>>): void {
  checkEach(optimizer, values, (value) => Number.isInteger(value) && value >= 1, 'the whole numbers from 1');
}

/** The rates that are not the number 0: what is 0 is left out of the step, and cannot be changed later. */
export function given<R extends Readonly<Record<string, Rate>>>(rates: R): Partial<R> {
  return Object.fromEntries(Object.entries(rates).filter(([, rate]) => rate !== 0)) as Partial<R>;
}
