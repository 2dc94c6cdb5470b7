/** Checks of hyper-parameters when an optimizer is declared. */
import { AdjointError } from '../errors.ts';

/** Throws unless `holds`, naming the optimizer, the hyper-parameter, its value and its range. */
export function checkHyper(
  optimizer: string,
  name: string,
  value: number,
  holds: boolean,
  range: string,
): void {
  if (holds && !Number.isNaN(value)) return;
  throw new AdjointError('E-OPTIMIZER', `${optimizer}: ${name} is ${value}`, [], `${name} lies in ${range}.`);
}

export function checkNonNegative(optimizer: string, values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values)) {
    checkHyper(optimizer, name, value, value >= 0 && value < Infinity, '[0, Infinity)');
  }
}

/** Throws unless each value lies in [0, 1): a decay rate. */
export function checkDecay(optimizer: string, values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values)) {
    checkHyper(optimizer, name, value, value >= 0 && value < 1, '[0, 1)');
  }
}
