/** Differences as text. */
import { numberText } from '../case/spell.ts';
import type { Difference } from './compare.ts';

/** Both sides of a difference, with their distance. */
export function showDifference({ tensor, index, dtype, sides, ulps, bound }: Difference): string[] {
  const width = Math.max(...sides.map(({ name }) => name.length));
  const distance = `${ulps === Infinity ? 'no number of' : ulps} ulp${ulps === 1 ? '' : 's'} of ${dtype}`;
  const allowed = bound === null ? 'the bits must be equal' : `rounding explains ${bound.toExponential(2)}`;
  return [
    `${tensor}[${index}]`,
    ...sides.map(({ name, value }) => `  ${name.padEnd(width)}  ${numberText(value)}`),
    `  ${distance} apart; ${allowed}`,
  ];
}
